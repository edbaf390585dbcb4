//! The pool's data, and the few changes to it that keep its lists consistent.
//!
//! Every connection and every pending request is in exactly the lists that its own fields tell, and `ready` knows
//! of every origin whether something could be done for it. Only the functions of this file change them.

use std::collections::HashMap;
use std::hash::RandomState;
use std::mem;
use std::rc::Rc;
use std::time::Instant;

use super::links::{Index, Links, List};
use super::ready::Ready;
use super::slots::Slots;
use super::{ConnectionId, Limits, RequestId, RequestPhase};
use crate::route::{Route, RouteRef};

/// All connections and pending requests of one client; see the [module](super).
#[derive(Clone, Debug, Default)]
pub struct State {
    pub(super) limits: Limits,
    /// The latest time that was told.
    pub(super) clock: Option<Instant>,
    pub(super) shut_down: bool,
    pub(super) origins: Slots<Origin>,
    pub(super) connections: Slots<Connection>,
    pub(super) requests: Slots<Pending>,
    /// Idle connections of all origins, the least recently used first: also the order in which they expire.
    pub(super) idle: List,
    /// Attempts without a request, of all origins, the oldest first.
    pub(super) orphans: List,
    pub(super) ready: Ready,
    /// By route, for lookups that borrow. The hasher is keyed, because servers choose hosts by redirects.
    routes: hashbrown::HashMap<Rc<Route>, Index, RandomState>,
    pending: HashMap<RequestId, Index>,
    arrivals: u64,
    opened: u32,
    /// Links of `Origin::waiting` and `Origin::connecting`.
    request_links: Links,
    /// Links of `Origin::idle`, `Origin::sharing` and `Origin::orphans`.
    origin_links: Links,
    /// Links of `State::idle` and `State::orphans`.
    pool_links: Links,
}

/// What is known of an origin. It is forgotten with its last connection and request, so that a crawler's pool does
/// not grow with every host that it visits.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) route: Rc<Route>,
    /// Connections in any stage.
    pub(super) connections: usize,
    /// Requests on these connections.
    pub(super) active_requests: usize,
    /// Requests that wait for room, in order of arrival; all arrived later than those in `connecting`.
    pub(super) waiting: List,
    /// Requests bound to an attempt, in order of arrival.
    pub(super) connecting: List,
    /// Idle connections, the most recently used first.
    pub(super) idle: List,
    /// Connections in use that take more requests.
    pub(super) sharing: List,
    /// Attempts without a request, the oldest first.
    pub(super) orphans: List,
}

#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) id: ConnectionId,
    pub(super) origin: Index,
    pub(super) stage: Stage,
    /// Requests on it.
    pub(super) active: u32,
    /// Requests that it takes at a time; none once it is not reusable.
    pub(super) capacity: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Stage {
    /// Being opened for this request.
    Bound(Index),
    /// Being opened for nobody.
    Orphan,
    /// Open and unused.
    Idle(Instant),
    /// Open and in use, with room for another request.
    Sharing,
    /// Open and in use, without room.
    Full,
}

#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) id: RequestId,
    pub(super) origin: Index,
    /// Its place in the order of arrival.
    pub(super) sequence: u64,
    /// The attempt that it is bound to.
    pub(super) attempt: Option<Index>,
    /// Since when it waits, or is bound.
    since: Instant,
}

impl State {
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
            Some(attempt) => RequestPhase::Connecting {
                connection: self.connections[attempt].id,
                since,
            },
            None => RequestPhase::Waiting { since },
        })
    }

    /// The route of a connection that has not ended.
    pub fn route(&self, connection: ConnectionId) -> Option<&Rc<Route>> {
        let connection = self.connection(connection)?;
        Some(&self.origins[self.connections[connection].origin].route)
    }

    /// Whether there is neither a connection nor a pending request: after a shutdown, that all is done.
    pub fn is_empty(&self) -> bool {
        self.connections.len() == 0 && self.requests.len() == 0
    }

    pub(super) fn request(&self, id: RequestId) -> Option<Index> {
        self.pending.get(&id).copied()
    }

    /// The connection of this id unless it has ended. The low half of an id is the index.
    pub(super) fn connection(&self, id: ConnectionId) -> Option<Index> {
        let index = Index::try_from(id.0 & u64::from(Index::MAX)).ok()?;
        (self.connections.get(index)?.id == id).then_some(index)
    }

    pub(super) fn known_origin(&self, route: RouteRef<'_>) -> Option<Index> {
        self.routes.get(&route).copied()
    }

    /// Adds a waiting request behind all others.
    pub(super) fn add_request(&mut self, id: RequestId, route: RouteRef<'_>, now: Instant) {
        let origin = self.known_origin(route).unwrap_or_else(|| self.add_origin(route));
        let sequence = self.arrivals;
        self.arrivals += 1;
        let request = self.requests.insert(Pending {
            id,
            origin,
            sequence,
            attempt: None,
            since: now,
        });
        self.pending.insert(id, request);
        self.request_links
            .push_back(&mut self.origins[origin].waiting, request);
        self.refresh(origin);
    }

    /// Removes a request, and returns it; the attempt that it was bound to becomes an orphan.
    pub(super) fn remove_request(&mut self, request: Index) -> Pending {
        let pending = self.requests.remove(request);
        self.pending.remove(&pending.id);
        let home = &mut self.origins[pending.origin];
        let list = if pending.attempt.is_some() {
            &mut home.connecting
        } else {
            &mut home.waiting
        };
        self.request_links.remove(list, request);
        if let Some(attempt) = pending.attempt {
            self.set_stage(attempt, Stage::Orphan);
        }
        self.refresh(pending.origin);
        pending
    }

    /// Binds a request to an attempt: its origin's oldest waiting request, or one whose attempt has just ended.
    pub(super) fn bind(&mut self, request: Index, attempt: Index, now: Instant) {
        let pending = &mut self.requests[request];
        let origin = pending.origin;
        if pending.attempt.replace(attempt).is_none() {
            pending.since = now;
            let home = &mut self.origins[origin];
            self.request_links.remove(&mut home.waiting, request);
            self.request_links.push_back(&mut home.connecting, request);
        }
        self.set_stage(attempt, Stage::Bound(request));
    }

    /// Adds an attempt that belongs to nobody yet.
    pub(super) fn add_connection(&mut self, origin: Index) -> Index {
        let id = u64::from(self.opened) << 32 | u64::from(self.connections.next_index());
        self.opened = self.opened.wrapping_add(1);
        let connection = Connection {
            id: ConnectionId(id),
            origin,
            stage: Stage::Full,
            active: 0,
            capacity: 0,
        };
        self.origins[origin].connections += 1;
        let index = self.connections.insert(connection);
        self.set_stage(index, Stage::Orphan);
        index
    }

    pub(super) fn remove_connection(&mut self, index: Index) -> ConnectionId {
        self.set_stage(index, Stage::Full);
        let Connection {
            id, origin, active, ..
        } = self.connections.remove(index);
        let home = &mut self.origins[origin];
        home.connections -= 1;
        home.active_requests -= active as usize;
        self.refresh(origin);
        id
    }

    /// Moves a connection to the lists of its new stage.
    pub(super) fn set_stage(&mut self, index: Index, stage: Stage) {
        let connection = &mut self.connections[index];
        let origin = connection.origin;
        let home = &mut self.origins[origin];
        match mem::replace(&mut connection.stage, stage) {
            Stage::Idle(_) => {
                self.origin_links.remove(&mut home.idle, index);
                self.pool_links.remove(&mut self.idle, index);
            }
            Stage::Orphan => {
                self.origin_links.remove(&mut home.orphans, index);
                self.pool_links.remove(&mut self.orphans, index);
            }
            Stage::Sharing => self.origin_links.remove(&mut home.sharing, index),
            Stage::Bound(_) | Stage::Full => {}
        }
        match stage {
            Stage::Idle(_) => {
                self.origin_links.push_front(&mut home.idle, index);
                self.pool_links.push_back(&mut self.idle, index);
            }
            Stage::Orphan => {
                self.origin_links.push_back(&mut home.orphans, index);
                self.pool_links.push_back(&mut self.orphans, index);
            }
            Stage::Sharing => self.origin_links.push_front(&mut home.sharing, index),
            Stage::Bound(_) | Stage::Full => {}
        }
        self.refresh(origin);
    }

    fn add_origin(&mut self, route: RouteRef<'_>) -> Index {
        let route = Rc::new(Route::from(route));
        let origin = self.origins.insert(Origin {
            route: Rc::clone(&route),
            connections: 0,
            active_requests: 0,
            waiting: List::default(),
            connecting: List::default(),
            idle: List::default(),
            sharing: List::default(),
            orphans: List::default(),
        });
        self.routes.insert(route, origin);
        origin
    }

    /// Tells `ready` about a changed origin, or forgets the origin.
    fn refresh(&mut self, origin: Index) {
        let home = &self.origins[origin];
        let has_spare = !home.idle.is_empty() || !home.sharing.is_empty() || !home.orphans.is_empty();
        let may_open = self
            .limits
            .max_connections_per_host
            .is_none_or(|limit| home.connections < limit);
        let oldest = home.waiting.first().filter(|_| has_spare || may_open);
        self.ready
            .set(origin, oldest.map(|request| self.requests[request].sequence));
        if home.connections == 0 && home.waiting.is_empty() && home.connecting.is_empty() {
            self.routes.remove(&home.route);
            self.origins.remove(origin);
        }
    }
}
