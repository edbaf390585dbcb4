//! Who is served: what becomes available goes to the oldest request that can use it.

use std::time::Instant;

use super::links::Index;
use super::state::{Stage, State};
use super::{Action, RequestId};

impl State {
    /// A connection of this origin that takes a request now. One in use comes first, so that idle ones can age;
    /// then the most recently used.
    pub(super) fn available(&self, origin: Index) -> Option<Index> {
        let home = &self.origins[origin];
        home.sharing.first().or(home.idle.first())
    }

    /// Promises a connection to a request.
    pub(super) fn assign(&mut self, connection: Index, request: RequestId, actions: &mut Vec<Action>) {
        let assigned = &mut self.connections[connection];
        assigned.active += 1;
        let stage = if assigned.active < assigned.capacity {
            Stage::Sharing
        } else {
            Stage::Full
        };
        actions.push(Action::Assign {
            request,
            connection: assigned.id,
        });
        self.origins[assigned.origin].active_requests += 1;
        self.set_stage(connection, stage);
    }

    /// Gives a connection to those requests of its origin that take nothing from anyone by using it: the ones that
    /// have a slot already, by the attempt that they are bound to, and, if the connection is in use anyway, others.
    pub(super) fn fill(&mut self, connection: Index, actions: &mut Vec<Action>) {
        loop {
            let home = &self.origins[self.connections[connection].origin];
            let next = match self.connections[connection].stage {
                Stage::Idle(_) => home.connecting.first(),
                Stage::Sharing => home.connecting.first().or(home.waiting.first()),
                Stage::Bound(_) | Stage::Orphan | Stage::Full => None,
            };
            let Some(request) = next else { return };
            let id = self.remove_request(request).id;
            self.assign(connection, id, actions);
        }
    }

    /// Serves waiting requests in the order of their arrival, until there is no room for the oldest.
    pub(super) fn serve(&mut self, now: Instant, actions: &mut Vec<Action>) {
        while let Some(origin) = self.ready.first() {
            let home = &self.origins[origin];
            let Some(request) = home.waiting.first() else {
                return;
            };
            if let Some(connection) = self.available(origin) {
                let id = self.remove_request(request).id;
                self.assign(connection, id, actions);
            } else if let Some(attempt) = home.orphans.first() {
                self.bind(request, attempt, now);
            } else if self.make_room(actions) {
                let attempt = self.add_connection(origin);
                let (connection, request_id) = (self.connections[attempt].id, self.requests[request].id);
                self.bind(request, attempt, now);
                actions.push(Action::Open {
                    connection,
                    request: request_id,
                });
            } else {
                return;
            }
        }
    }

    /// Whether one more connection may be opened, if need be after closing one that serves nobody. Such a one is
    /// never of the origin that needs the room, which would have used it instead.
    fn make_room(&mut self, actions: &mut Vec<Action>) -> bool {
        let Some(limit) = self.limits.max_connections else {
            return true;
        };
        if self.connections.len() < limit {
            return true;
        }
        let spare = self.idle.first().or(self.orphans.first());
        if let Some(connection) = spare {
            self.close(connection, actions);
        }
        spare.is_some()
    }
}
