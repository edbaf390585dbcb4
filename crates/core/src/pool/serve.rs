//! Who is served: what becomes available goes to the oldest request that can use it.

use std::time::Instant;

use super::list::Index;
use super::records::{ConnectionState, Pool};
use super::{Action, RequestId};

impl Pool {
    /// A connection of this route that takes a request now. One in use comes first, so that idle ones can age; then
    /// the one that became available last.
    pub(super) fn available(&self, route: Index) -> Option<Index> {
        let route = &self.routes[route];
        route.sharing.first().or(route.idle.first())
    }

    /// Promises a connection to a request.
    pub(super) fn assign(&mut self, connection: Index, request: RequestId, actions: &mut Vec<Action>) {
        actions.push(Action::Assign {
            request,
            connection: self.connections[connection].id,
        });
        self.update(connection, |connection| connection.active += 1);
    }

    /// Gives a connection to those requests of its route that take no room from any other request by it: requests that
    /// are bound to an attempt and thereby have room already, or had it and gave it back, and others if the connection is
    /// in use anyway.
    pub(super) fn fill(&mut self, connection: Index, actions: &mut Vec<Action>) {
        loop {
            let filled = &self.connections[connection];
            if filled.state != ConnectionState::Open || filled.active >= filled.capacity {
                return;
            }
            let route = &self.routes[filled.route];
            let mut next = route.connecting.first();
            if filled.active > 0 {
                next = next.or(route.waiting.first());
            }
            let Some(request) = next else { return };
            let id = self.remove_request(request).id;
            self.assign(connection, id, actions);
        }
    }

    /// Gives room to attempts that gave theirs back, whose requests had their turn before, and then serves the others.
    /// Afterwards nothing needs an attempt that has neither a request nor room.
    pub(super) fn serve(&mut self, now: Instant, actions: &mut Vec<Action>) {
        while let Some(attempt) = self.wanting.first() {
            if self.takes_orphan_instead(attempt, now) {
                continue;
            }
            if !self.make_room(actions) {
                break;
            }
            self.give_room(attempt, now, actions);
        }
        self.serve_waiting(now, actions);
        while let Some(attempt) = self.unneeded.first() {
            self.close(attempt, actions);
        }
    }

    /// Serves waiting requests in order of arrival until there is no room for the oldest.
    fn serve_waiting(&mut self, now: Instant, actions: &mut Vec<Action>) {
        while let Some((_, index)) = self.ready.first() {
            let route = &self.routes[index];
            let Some(request) = route.waiting.first() else {
                return;
            };
            if let Some(connection) = self.available(index) {
                let id = self.remove_request(request).id;
                self.assign(connection, id, actions);
            } else if let Some(orphan) = route.orphans.first() {
                self.bind_waiting(orphan, now);
            } else if self.make_room(actions) {
                let attempt = self.add_connection(index, now);
                actions.push(Action::Open {
                    connection: self.connections[attempt].id,
                    request: self.requests[request].id,
                });
                self.bind_waiting(attempt, now);
            } else {
                return;
            }
        }
    }

    /// Whether one more connection may be opened, if need be after closing one that serves no request. That one never
    /// belongs to the route that needs the room, which would have used it or, if it is stalled, would wait for it.
    pub(super) fn make_room(&mut self, actions: &mut Vec<Action>) -> bool {
        let Some(limit) = self.limits.max_connections else {
            return true;
        };
        if self.connections.len() - self.without_room < limit {
            return true;
        }
        let spare = self.idle.first().or(self.orphans.first());
        if let Some(connection) = spare {
            self.close(connection, actions);
        }
        spare.is_some()
    }
}
