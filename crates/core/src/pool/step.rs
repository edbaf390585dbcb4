//! The decision: what follows from each event.

use std::time::Instant;

use super::links::Index;
use super::state::{Stage, State};
use super::{Action, Event, FailureCause, RequestId};
use crate::route::RouteRef;

impl State {
    /// Takes in one event and appends what is to be done, in this order, to `actions`.
    ///
    /// `now` never goes back: an earlier time than that of the last step counts as that.
    pub fn step(&mut self, now: Instant, event: Event<'_>, actions: &mut Vec<Action>) {
        let now = self.clock.map_or(now, |latest| latest.max(now));
        self.clock = Some(now);
        self.expire(now, actions);
        match event {
            Event::Request { id, route } => self.request_arrived(id, route, now, actions),
            Event::Cancel { id } => self.request_cancelled(id, now, actions),
            Event::Connected { connection, capacity } => {
                if let Some(connection) = self.connection(connection) {
                    self.connected(connection, capacity, now, actions);
                }
            }
            Event::Released { connection, reusable } => {
                if let Some(connection) = self.connection(connection) {
                    self.released(connection, reusable, now, actions);
                }
            }
            Event::ConnectFailed { connection } | Event::Closed { connection } => {
                if let Some(connection) = self.connection(connection) {
                    self.ended(connection, actions);
                }
            }
            Event::Sweep => {}
            Event::Shutdown => self.shut_down(actions),
        }
        self.serve(now, actions);
        self.expire(now, actions);
    }

    fn request_arrived(
        &mut self,
        id: RequestId,
        route: RouteRef<'_>,
        now: Instant,
        actions: &mut Vec<Action>,
    ) {
        debug_assert!(self.request(id).is_none(), "{id:?} is pending already");
        if self.shut_down {
            actions.push(Action::Fail {
                request: id,
                cause: FailureCause::Shutdown,
            });
        } else if let Some(connection) = self.known_origin(route).and_then(|origin| self.available(origin)) {
            // Nobody is passed by: a connection is available only if no request waits that could use it or its slot.
            self.assign(connection, id, actions);
        } else {
            self.add_request(id, route, now);
        }
    }

    fn request_cancelled(&mut self, id: RequestId, now: Instant, actions: &mut Vec<Action>) {
        let Some(request) = self.request(id) else { return };
        let Some(attempt) = self.remove_request(request).attempt else {
            return;
        };
        let attempt = self.connections[attempt].id;
        self.serve(now, actions);
        if let Some(attempt) = self.connection(attempt)
            && matches!(self.connections[attempt].stage, Stage::Orphan)
        {
            self.close(attempt, actions);
        }
    }

    fn connected(&mut self, connection: Index, capacity: u32, now: Instant, actions: &mut Vec<Action>) {
        let connected = &mut self.connections[connection];
        match connected.stage {
            Stage::Bound(request) => {
                connected.capacity = capacity.max(1);
                let oldest = self.exchange_for_oldest(connection, request, now);
                let id = self.remove_request(oldest).id;
                self.assign(connection, id, actions);
            }
            Stage::Orphan => {
                connected.capacity = capacity.max(1);
                self.set_stage(connection, Stage::Idle(now));
            }
            Stage::Idle(_) | Stage::Sharing | Stage::Full => return,
        }
        self.fill(connection, actions);
    }

    /// Binds the origin's oldest request to an attempt, and the request that was bound to this one to the oldest's.
    fn exchange_for_oldest(&mut self, attempt: Index, bound: Index, now: Instant) -> Index {
        let home = &self.origins[self.connections[attempt].origin];
        let oldest = home.connecting.first().unwrap_or(bound);
        if let Some(other) = self.requests[oldest].attempt.filter(|&other| other != attempt) {
            self.bind(oldest, attempt, now);
            self.bind(bound, other, now);
        }
        oldest
    }

    fn released(&mut self, connection: Index, reusable: bool, now: Instant, actions: &mut Vec<Action>) {
        let released = &mut self.connections[connection];
        if released.active == 0 {
            return;
        }
        released.active -= 1;
        if !reusable {
            released.capacity = 0;
        }
        let (active, capacity) = (released.active, released.capacity);
        self.origins[released.origin].active_requests -= 1;
        if active > 0 {
            self.set_stage(
                connection,
                if active < capacity {
                    Stage::Sharing
                } else {
                    Stage::Full
                },
            );
            self.fill(connection, actions);
        } else if capacity > 0 {
            self.set_stage(connection, Stage::Idle(now));
            self.fill(connection, actions);
        } else {
            self.close(connection, actions);
        }
    }

    fn ended(&mut self, connection: Index, actions: &mut Vec<Action>) {
        if let Stage::Bound(request) = self.connections[connection].stage {
            let cause = FailureCause::Attempt(self.connections[connection].id);
            actions.push(Action::Fail {
                request: self.remove_request(request).id,
                cause,
            });
        }
        self.remove_connection(connection);
    }

    fn shut_down(&mut self, actions: &mut Vec<Action>) {
        self.shut_down = true;
        let mut pending: Vec<(u64, Index)> = self
            .requests
            .iter()
            .map(|(index, request)| (request.sequence, index))
            .collect();
        pending.sort_unstable();
        for (_, request) in pending {
            actions.push(Action::Fail {
                request: self.remove_request(request).id,
                cause: FailureCause::Shutdown,
            });
        }
        let connections: Vec<Index> = self.connections.iter().map(|(index, _)| index).collect();
        for connection in connections {
            if self.connections[connection].active == 0 {
                self.close(connection, actions);
            } else {
                self.connections[connection].capacity = 0;
                self.set_stage(connection, Stage::Full);
            }
        }
    }
}
