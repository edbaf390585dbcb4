//! The words in which the pool and its owner talk: what happened, and what to do about it.

use std::time::Instant;

use crate::route::RouteRef;

/// A request. Chosen by the caller, who never has two pending requests of the same id.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub struct RequestId(pub u64);

/// A connection, from [`Action::Open`] to its end. Chosen by the pool; an id is not used again for another
/// connection until 2³² more have been opened.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub struct ConnectionId(pub u64);

/// Something that happened.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Event<'a> {
    /// A request arrives. It gets a connection by [`Action::Assign`], in this step or in a later one, or fails by
    /// [`Action::Fail`].
    Request {
        /// The request.
        id: RequestId,
        /// What its connection must be connected to.
        route: RouteRef<'a>,
    },
    /// A request gave up before it got a connection: it was aborted, or its pool or connect timeout passed. A
    /// request that has its connection is left alone: its end is reported by [`Event::Released`].
    Cancel {
        /// The request.
        id: RequestId,
    },
    /// An attempt succeeded.
    Connected {
        /// The connection.
        connection: ConnectionId,
        /// How many requests it takes at a time: 1 with HTTP/1.1; 0 is taken for 1.
        capacity: u32,
    },
    /// An attempt failed. The request bound to it fails; that of an orphaned attempt nobody notices.
    ConnectFailed {
        /// The connection that was to be.
        connection: ConnectionId,
    },
    /// One request on this connection is over.
    Released {
        /// The connection.
        connection: ConnectionId,
        /// Whether it can take another. If not, it takes none from now on, and is closed when its last request is
        /// over.
        reusable: bool,
    },
    /// A connection died, idle or active. Its requests are the caller's: they are not released one by one.
    Closed {
        /// The connection.
        connection: ConnectionId,
    },
    /// Time passed; due at [`State::next_expiry`](super::State::next_expiry).
    Sweep,
    /// The client is closed: idle connections and attempts are closed, pending requests fail, and so do all that
    /// come later. Active connections are closed as their requests are released.
    Shutdown,
}

/// Something to do.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Action {
    /// Open a connection and report [`Event::Connected`] or [`Event::ConnectFailed`].
    Open {
        /// The connection to be. [`State::route`](super::State::route) tells where it leads.
        connection: ConnectionId,
        /// The request that is bound to the attempt, for now; see [`State::phase`](super::State::phase).
        request: RequestId,
    },
    /// Send the request on this connection, then report [`Event::Released`] or [`Event::Closed`].
    Assign {
        /// The request, which is pending no longer.
        request: RequestId,
        /// The connection, which is open.
        connection: ConnectionId,
    },
    /// Close the connection, or stop opening it. The pool has already forgotten it.
    Close {
        /// The connection.
        connection: ConnectionId,
    },
    /// The request will get no connection: the attempt that it was bound to failed, or the client is closed.
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
    /// This attempt failed. The caller knows its error.
    Attempt(ConnectionId),
    /// The client is closed.
    Shutdown,
}

/// What a pending request waits for, and thereby which of its timeouts runs.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum RequestPhase {
    /// For room in the pool.
    Waiting {
        /// When it arrived.
        since: Instant,
    },
    /// For an attempt to open a connection.
    Connecting {
        /// The attempt that it is bound to.
        connection: ConnectionId,
        /// When it was first bound to an attempt, which may have been under way already.
        since: Instant,
    },
}
