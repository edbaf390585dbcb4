//! The pool's data: routes, connections and pending requests.
//!
//! A record is in exactly the lists that its own fields imply. `routes`, `connections` and `requests` hold the
//! functions that change records, and only they change lists.

use std::cell::Cell;
use std::collections::HashMap;
use std::hash::RandomState;
use std::rc::Rc;
use std::time::Instant;

use slab::Slab;

use super::indexed_heap::IndexedHeap;
use super::list::{Index, Links, List};
use super::{ConnectionId, Limits, RequestId, RequestPhase};
use crate::route::Route;

/// All connections and pending requests of one client; see the [module](super).
#[derive(Clone, Debug, Default)]
pub struct Pool {
    pub(super) limits: Limits,
    /// The latest time of a step.
    pub(super) clock: Option<Instant>,
    pub(super) shut_down: bool,
    pub(super) routes: Slab<RouteRecord>,
    pub(super) connections: Slab<ConnectionRecord>,
    pub(super) requests: Slab<Pending>,
    /// Idle connections of all routes, the least recently used first. This is also the order in which they expire.
    pub(super) idle: List,
    /// Attempts to which no request is bound, of all routes, the oldest first.
    pub(super) orphans: List,
    /// Attempts that want the room that they gave back, in the order in which they came to want it.
    pub(super) wanting: List,
    /// Attempts without room to which no request is bound. No step leaves any.
    pub(super) unneeded: List,
    /// Attempts without room, wanting or not.
    pub(super) without_room: usize,
    pub(super) ready: IndexedHeap<u64>,
    /// The idle connections whose server says how long it keeps them, by that time.
    pub(super) expiries: IndexedHeap<Instant>,
    /// When the next idle connection expires, by the limits or by its server, as of the last step.
    pub(super) next_expiry: Option<Instant>,
    /// Lookups borrow the parts of a route. The hasher is keyed because servers choose hosts by redirects.
    pub(super) route_index: hashbrown::HashMap<Rc<Route>, Index, RandomState>,
    /// The place of the route that was looked up last. It may be free by now, or have another route.
    pub(super) latest_route: Cell<Index>,
    pub(super) request_index: HashMap<RequestId, Index>,
    /// Requests that have arrived and waited.
    pub(super) arrivals: u64,
    /// Attempts so far.
    pub(super) opened: u32,
    /// Links of `RouteRecord::waiting` and `RouteRecord::connecting`.
    pub(super) request_links: Links,
    /// Links of `RouteRecord::idle`, `RouteRecord::sharing` and `RouteRecord::orphans`.
    pub(super) route_links: Links,
    /// Links of `Pool::idle`, `Pool::orphans`, `Pool::wanting` and `Pool::unneeded`.
    pub(super) overall_links: Links,
}

/// What is known of a route. It is forgotten with its last connection and request, so that a crawler's pool does not
/// grow with every host.
#[derive(Clone, Debug)]
pub(super) struct RouteRecord {
    pub(super) route: Rc<Route>,
    /// Whether its connections take many requests. True until the first connection shows that they do not.
    pub(super) multiplexes: bool,
    /// Requests that its latest connection took at a time.
    pub(super) capacity: Option<u32>,
    /// Connections in any state.
    pub(super) connections: usize,
    /// Connections that are being opened.
    pub(super) attempts: usize,
    /// Connections that are open and not draining.
    pub(super) usable: usize,
    /// Usable connections whose server takes no requests for now.
    pub(super) stalled: usize,
    /// Requests that wait for room, in order of arrival. All arrived later than those in `connecting`.
    pub(super) waiting: List,
    /// Requests bound to an attempt, in order of arrival.
    pub(super) connecting: List,
    /// Idle connections that take requests. The one that became so last comes first.
    pub(super) idle: List,
    /// Connections in use that take more requests.
    pub(super) sharing: List,
    /// Attempts to which no request is bound, the oldest first.
    pub(super) orphans: List,
}

#[derive(Clone, Debug)]
pub(super) struct ConnectionRecord {
    pub(super) id: ConnectionId,
    pub(super) route: Index,
    pub(super) state: ConnectionState,
    /// Whether it counts for the limit of all connections.
    pub(super) room: Room,
    /// Requests on it. A server that lowers the capacity can leave more of them than that.
    pub(super) active: u32,
    /// Requests that it takes at a time. 0 while the server takes none.
    pub(super) capacity: u32,
    /// Since when there has been no request on it.
    pub(super) idle_since: Instant,
    /// When the server may close it if it is still idle.
    pub(super) expires: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ConnectionState {
    /// Being opened.
    Connecting(BoundRequests),
    /// Open.
    Open,
    /// Open until its last request ends. It takes no more.
    Draining,
}

/// The room of a connection. Only attempts can be without it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Room {
    Held,
    GivenBack,
    Wanted,
}

/// The requests that fail if an attempt fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum BoundRequests {
    None,
    One(Index),
    /// All pending requests of the route. It has at least one, and no other attempt and no usable connection.
    All,
}

#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) id: RequestId,
    pub(super) route: Index,
    /// Its place in the order of arrival.
    pub(super) sequence: u64,
    /// The attempt to which it is bound.
    pub(super) attempt: Option<Index>,
    /// Since when it waits, or is bound.
    pub(super) since: Instant,
}

impl Pool {
    /// An empty pool.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// What a request waits for; `None` if it is not pending.
    pub fn phase(&self, request: RequestId) -> Option<RequestPhase> {
        let pending = &self.requests[self.request(request)?];
        let since = pending.since;
        Some(match pending.attempt {
            Some(attempt) => {
                let ConnectionRecord {
                    id: connection, room, ..
                } = self.connections[attempt];
                match room {
                    Room::Wanted => RequestPhase::WaitingToConnect { connection, since },
                    Room::Held | Room::GivenBack => RequestPhase::Connecting { connection, since },
                }
            }
            None => RequestPhase::Waiting { since },
        })
    }

    /// The route of a connection that has not ended.
    pub fn route(&self, connection: ConnectionId) -> Option<&Rc<Route>> {
        let connection = self.connection(connection)?;
        Some(&self.routes[self.connections[connection].route].route)
    }

    /// Whether there is neither a connection nor a pending request. After a shutdown, everything has ended then.
    pub fn is_empty(&self) -> bool {
        self.connections.is_empty() && self.requests.is_empty()
    }
}
