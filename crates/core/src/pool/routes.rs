//! Routes: how they are found, and what may be done for their oldest request.

use std::rc::Rc;

use super::Multiplexing;
use super::list::{Index, List};
use super::records::{Pool, RouteRecord};
use crate::route::{Route, RouteRef};

impl RouteRecord {
    fn new(route: Rc<Route>, multiplexing: Multiplexing) -> Self {
        Self {
            route,
            multiplexes: multiplexing == Multiplexing::Unknown,
            capacity: None,
            connections: 0,
            attempts: 0,
            usable: 0,
            stalled: 0,
            waiting: List::default(),
            connecting: List::default(),
            idle: List::default(),
            sharing: List::default(),
            orphans: List::default(),
        }
    }

    /// Whether another connection may be opened, as far as the route is concerned.
    fn may_open(&self, max_connections: Option<usize>) -> bool {
        // one attempt at a time where connections carry many requests: the next request may not need its own
        let awaits_attempt = self.multiplexes && self.attempts > 0;
        // a server allows 0 streams for short times only (RFC 9113, 6.5.2): another connection would evade that
        let is_stalled = self.stalled > 0;
        let has_room = max_connections.is_none_or(|limit| self.connections < limit);
        has_room && !is_stalled && !awaits_attempt
    }

    /// Whether a connection or an attempt can take a waiting request.
    fn has_spare(&self) -> bool {
        !self.idle.is_empty() || !self.sharing.is_empty() || !self.orphans.is_empty()
    }

    /// Whether all pending requests depend on the only attempt, because nothing else can serve them and it may serve
    /// all of them.
    pub(super) fn shares_attempt(&self) -> bool {
        self.multiplexes && self.attempts == 1 && self.usable == 0
    }
}

impl Pool {
    pub(super) fn find_route(&self, route: RouteRef<'_>) -> Option<Index> {
        // most requests have the route of the one before, and to compare it costs a fifth of its hash
        let latest = self.latest_route.get();
        if let Some(record) = self.routes.get(latest)
            && record.route.borrowed() == route
        {
            return Some(latest);
        }
        let found = self.route_index.get(&route).copied()?;
        self.latest_route.set(found);
        Some(found)
    }

    pub(super) fn add_route(&mut self, route: RouteRef<'_>, multiplexing: Multiplexing) -> Index {
        let route = Rc::new(Route::from(route));
        let record = RouteRecord::new(Rc::clone(&route), multiplexing);
        let index = self.routes.insert(record);
        self.route_index.insert(route, index);
        index
    }

    /// How many requests the latest connection of a route took at a time; `None` before the first.
    pub fn expected_capacity(&self, route: RouteRef<'_>) -> Option<u32> {
        self.routes[self.find_route(route)?].capacity
    }

    /// Notes how many requests a connection takes, which is to be expected of the next one too.
    pub(super) fn learn(&mut self, route: Index, capacity: u32) {
        if capacity > 0 {
            self.routes[route].multiplexes = capacity > 1;
            self.routes[route].capacity = Some(capacity);
            self.refresh(route);
        }
    }

    /// Tells `ready` about a route that has changed, or forgets the route.
    pub(super) fn refresh(&mut self, index: Index) {
        let route = &self.routes[index];
        let max_connections = self.limits.max_connections_per_host;
        let oldest = route
            .waiting
            .first()
            .filter(|_| route.has_spare() || route.may_open(max_connections));
        self.ready
            .set(index, oldest.map(|request| self.requests[request].sequence));
        if route.connections == 0 && route.waiting.is_empty() && route.connecting.is_empty() {
            self.route_index.remove(&route.route);
            self.routes.remove(index);
        }
    }
}
