//! What the caller reports to the pool.

use std::time::Instant;

use crate::route::RouteRef;

/// A request. The caller chooses the id and never has two pending requests with the same one.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub struct RequestId(pub u64);

/// A connection, from [`Action::Open`](super::Action::Open) to its end. The pool chooses the id. It does not use the id
/// for another connection before it has opened 2³² more.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Debug)]
pub struct ConnectionId(pub u64);

/// Whether connections of a route can carry many requests at a time.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Multiplexing {
    /// They carry one: the pool opens a connection for every request that needs one, at once.
    No,
    /// Only the first connection will tell, such as by ALPN. Until then all requests depend on one attempt.
    Unknown,
}

/// Something that happened. Events about a connection that has ended are ignored.
#[derive(Copy, Clone, Eq, PartialEq, Debug)]
pub enum Event<'a> {
    /// A request arrives. It gets a connection by [`Action::Assign`](super::Action::Assign), in this step or in a later
    /// one, or fails by [`Action::Fail`](super::Action::Fail).
    Request {
        /// The request.
        id: RequestId,
        /// What its connection must be connected to.
        route: RouteRef<'a>,
        /// What is known of the route before its first connection. Later requests of the route do not change it.
        multiplexing: Multiplexing,
    },
    /// A request is given up before it has a connection: it was aborted, or a timeout passed. A request that has a
    /// connection is not affected; [`Event::Released`] reports its end.
    Cancel {
        /// The request.
        id: RequestId,
    },
    /// An attempt needs no room for now, because it looks a name up and has no socket: other requests may use its room. A
    /// pool with [`MOST_WITHOUT_ROOM`](super::MOST_WITHOUT_ROOM) such attempts leaves the room with this one.
    RoomGivenBack {
        /// The attempt.
        connection: ConnectionId,
    },
    /// That attempt is about to open a socket. It gets room by [`Action::GiveRoom`](super::Action::GiveRoom), in this step
    /// or in a later one.
    RoomWanted {
        /// The attempt.
        connection: ConnectionId,
    },
    /// An attempt succeeded. It has room.
    Connected {
        /// The connection.
        connection: ConnectionId,
        /// How many requests it takes at a time. 1 with HTTP/1.1; 0 if the server takes none for now.
        capacity: u32,
    },
    /// An attempt failed, and with it the requests bound to it.
    ConnectFailed {
        /// The connection that was to be.
        connection: ConnectionId,
    },
    /// An open connection takes another number of requests at a time from now on. It can be lower than the number of
    /// requests on it: these continue, and none is added until enough of them have ended.
    CapacityChanged {
        /// The connection.
        connection: ConnectionId,
        /// As in [`Event::Connected`].
        capacity: u32,
    },
    /// An open connection takes no more requests, such as after GOAWAY. It is closed when its last request ends. Requests
    /// that the server gives back are released here and arrive anew.
    Draining {
        /// The connection.
        connection: ConnectionId,
    },
    /// The server had closed this connection before it got the request on it. The caller opens a new connection in its
    /// place, for the same request and with the same id.
    ///
    /// The idle connections of the route are closed: they have been idle for longer, so the server or a router on the way
    /// has most likely closed them too, and a request that may be sent only once would be lost on them.
    Stale {
        /// The connection.
        connection: ConnectionId,
    },
    /// One request on this connection has ended.
    Released {
        /// The connection.
        connection: ConnectionId,
        /// Whether it can take another request. If not, it is [draining](Event::Draining).
        reusable: bool,
        /// When the server may close the connection if it is idle until then. It takes no request from that time on.
        expires: Option<Instant>,
    },
    /// A connection ended, idle or in use, or an attempt was given up. Requests on it belong to the caller and are not
    /// released one by one. Requests bound to it fail.
    Closed {
        /// The connection.
        connection: ConnectionId,
    },
    /// Time passed. Due at [`Pool::next_expiry`](super::Pool::next_expiry).
    Sweep,
    /// The client is closed. Idle connections and attempts are closed; pending requests fail, and so do all that arrive
    /// later. Connections in use are closed when their last request is released.
    Shutdown,
}
