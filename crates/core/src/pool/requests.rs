//! Pending requests: waiting for room, or bound to an attempt.

use std::time::Instant;

use super::list::Index;
use super::records::{BoundRequests, ConnectionRecord, ConnectionState, Pending, Pool};
use super::{Multiplexing, RequestId};
use crate::route::RouteRef;

impl Pool {
    pub(super) fn request(&self, id: RequestId) -> Option<Index> {
        self.request_index.get(&id).copied()
    }

    /// Adds a waiting request behind all others.
    pub(super) fn add_request(
        &mut self,
        id: RequestId,
        route: RouteRef<'_>,
        multiplexing: Multiplexing,
        now: Instant,
    ) -> Index {
        let route = self
            .find_route(route)
            .unwrap_or_else(|| self.add_route(route, multiplexing));
        let sequence = self.arrivals;
        self.arrivals += 1;
        let request = self.requests.insert(Pending {
            id,
            route,
            sequence,
            attempt: None,
            since: now,
        });
        self.request_index.insert(id, request);
        self.request_links
            .push_back(&mut self.routes[route].waiting, request);
        self.refresh(route);
        request
    }

    /// Removes a request. An attempt to which no other request is bound becomes an orphan.
    pub(super) fn remove_request(&mut self, request: Index) -> Pending {
        let pending = self.requests.remove(request);
        self.request_index.remove(&pending.id);
        let route = &mut self.routes[pending.route];
        let Some(attempt) = pending.attempt else {
            self.request_links.remove(&mut route.waiting, request);
            self.refresh(pending.route);
            return pending;
        };
        self.request_links.remove(&mut route.connecting, request);
        let is_last = match self.connections[attempt].state {
            ConnectionState::Connecting(BoundRequests::All) => route.connecting.is_empty(),
            ConnectionState::Connecting(_) => true,
            ConnectionState::Open | ConnectionState::Draining => false,
        };
        if is_last {
            self.set_bound(attempt, BoundRequests::None);
        }
        pending
    }

    /// Binds an orphan to the oldest waiting request of its route, or to all pending ones if they depend on it alone.
    pub(super) fn bind_waiting(&mut self, attempt: Index, now: Instant) {
        let route = self.connections[attempt].route;
        let is_shared = self.routes[route].shares_attempt();
        while let Some(request) = self.routes[route].waiting.first() {
            self.bind(request, attempt, now);
            if !is_shared {
                return self.set_bound(attempt, BoundRequests::One(request));
            }
        }
        self.set_bound(attempt, BoundRequests::All);
    }

    /// Binds the oldest waiting request of a route to an attempt.
    pub(super) fn bind(&mut self, request: Index, attempt: Index, now: Instant) {
        let pending = &mut self.requests[request];
        pending.attempt = Some(attempt);
        pending.since = now;
        let route = &mut self.routes[pending.route];
        self.request_links.remove(&mut route.waiting, request);
        self.request_links.push_back(&mut route.connecting, request);
        let route = pending.route;
        self.refresh(route);
    }

    /// Lets the youngest bound request of a route wait for room again, before all that wait already.
    pub(super) fn unbind(&mut self, request: Index, now: Instant) -> RequestId {
        let pending = &mut self.requests[request];
        pending.attempt = None;
        pending.since = now;
        let (id, route) = (pending.id, pending.route);
        let record = &mut self.routes[route];
        self.request_links.remove(&mut record.connecting, request);
        self.request_links.push_front(&mut record.waiting, request);
        self.refresh(route);
        id
    }

    /// Exchanges the attempts of two requests, each of which is the only one bound to its attempt.
    pub(super) fn exchange_attempts(&mut self, one: Index, other: Index) {
        let attempts = (self.requests[one].attempt, self.requests[other].attempt);
        if let (Some(attempt), Some(other_attempt)) = attempts {
            self.requests[one].attempt = Some(other_attempt);
            self.set_bound(other_attempt, BoundRequests::One(one));
            self.requests[other].attempt = Some(attempt);
            self.set_bound(attempt, BoundRequests::One(other));
        }
    }

    /// The attempt that serves all pending requests of a route, if there is one.
    pub(super) fn shared_attempt(&self, route: Index) -> Option<Index> {
        let first = self.routes[route].connecting.first()?;
        let attempt = self.requests[first].attempt?;
        let state = self.connections[attempt].state;
        (state == ConnectionState::Connecting(BoundRequests::All)).then_some(attempt)
    }

    /// The oldest request that is bound to an attempt.
    pub(super) fn next_bound(&self, attempt: Index) -> Option<Index> {
        let ConnectionRecord { state, route, .. } = self.connections[attempt];
        match state {
            ConnectionState::Connecting(BoundRequests::One(request)) => Some(request),
            ConnectionState::Connecting(BoundRequests::All) => self.routes[route].connecting.first(),
            _ => None,
        }
    }
}
