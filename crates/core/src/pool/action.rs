//! What the pool decides, for the caller to carry out.

use std::time::Instant;

use super::{ConnectionId, RequestId};

/// Something to do.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Action {
    /// Open a connection and report [`Event::Connected`](super::Event::Connected) or
    /// [`Event::ConnectFailed`](super::Event::ConnectFailed).
    Open {
        /// The connection to be. [`Pool::route`](super::Pool::route) tells where it leads.
        connection: ConnectionId,
        /// The oldest request that is bound to the attempt, for now.
        request: RequestId,
    },
    /// Send the request on this connection, then report [`Event::Released`](super::Event::Released) or
    /// [`Event::Closed`](super::Event::Closed).
    Assign {
        /// The request, which is no longer pending.
        request: RequestId,
        /// The connection, which is open.
        connection: ConnectionId,
    },
    /// The attempt has room again, which it gave back before: it may open its socket.
    GiveRoom {
        /// The attempt.
        connection: ConnectionId,
    },
    /// The request waits for room again: its attempt succeeded, but the connection takes fewer requests than were bound
    /// to it, or its attempt gave its room back, and gets none now that it wants some. Its pool timeout runs from now on.
    Wait {
        /// The request.
        request: RequestId,
    },
    /// Close the connection, or stop opening it. The pool has forgotten it already.
    Close {
        /// The connection.
        connection: ConnectionId,
    },
    /// The request will get no connection.
    Fail {
        /// The request.
        request: RequestId,
        /// Why.
        cause: FailureCause,
    },
}

/// Why a request gets no connection.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum FailureCause {
    /// This attempt, to which the request was bound, failed. The caller knows its error.
    Attempt(ConnectionId),
    /// The client is closed.
    Shutdown,
}

/// What a pending request waits for, and so which of its timeouts runs.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum RequestPhase {
    /// For room in the pool.
    Waiting {
        /// When it arrived, or last went back to wait for room.
        since: Instant,
    },
    /// For room for the attempt to which it is bound, which gave its room back.
    WaitingToConnect {
        /// The attempt.
        connection: ConnectionId,
        /// When the attempt wanted room, or the request was bound to it.
        since: Instant,
    },
    /// For an attempt to open a connection.
    Connecting {
        /// The attempt to which it is bound.
        connection: ConnectionId,
        /// When it was bound to an attempt, which may have been under way already.
        since: Instant,
    },
}
