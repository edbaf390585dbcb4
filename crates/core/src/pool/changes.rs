//! What follows from a change of one connection.

use std::time::Instant;

use super::list::Index;
use super::records::{BoundRequests, ConnectionRecord, ConnectionState, Pool, Room};
use super::{Action, FailureCause};

impl Pool {
    pub(super) fn connected(
        &mut self,
        connection: Index,
        capacity: u32,
        now: Instant,
        actions: &mut Vec<Action>,
    ) {
        let ConnectionState::Connecting(bound) = self.connections[connection].state else {
            return;
        };
        let route = self.connections[connection].route;
        let connecting = self.routes[route].connecting;
        let served = usize::try_from(capacity).unwrap_or(usize::MAX);
        let surplus = match bound {
            BoundRequests::None => 0,
            BoundRequests::One(request) => {
                // the oldest request is served first, and the youngest one waits again
                let other = if served > 0 {
                    connecting.first()
                } else {
                    connecting.last()
                };
                self.exchange_attempts(request, other.unwrap_or(request));
                self.wait_for_room(request, now, actions);
                1_usize.saturating_sub(served)
            }
            BoundRequests::All => connecting.len().saturating_sub(served),
        };
        self.update(connection, |connected| {
            connected.state = ConnectionState::Open;
            connected.room = Room::Held;
            connected.capacity = capacity;
            connected.idle_since = now;
        });
        self.learn(route, capacity);
        for _ in 0..surplus {
            if let Some(request) = self.routes[route].connecting.last() {
                let request = self.unbind(request, now);
                actions.push(Action::Wait { request });
            }
        }
        self.fill(connection, actions);
    }

    pub(super) fn capacity_changed(&mut self, connection: Index, capacity: u32, actions: &mut Vec<Action>) {
        if self.connections[connection].state == ConnectionState::Open {
            self.update(connection, |changed| changed.capacity = capacity);
            self.learn(self.connections[connection].route, capacity);
            self.fill(connection, actions);
        }
    }

    pub(super) fn drain(&mut self, connection: Index, actions: &mut Vec<Action>) {
        if self.connections[connection].state == ConnectionState::Open {
            self.update(connection, |drained| drained.state = ConnectionState::Draining);
            self.close_if_drained(connection, actions);
        }
    }

    pub(super) fn released(
        &mut self,
        connection: Index,
        reusable: bool,
        expires: Option<Instant>,
        now: Instant,
        actions: &mut Vec<Action>,
    ) {
        if self.connections[connection].active == 0 {
            return;
        }
        self.update(connection, |released| {
            released.active -= 1;
            released.idle_since = now;
            released.expires = expires;
            if !reusable {
                released.state = ConnectionState::Draining;
            }
        });
        self.fill(connection, actions);
        self.close_if_drained(connection, actions);
    }

    fn close_if_drained(&mut self, connection: Index, actions: &mut Vec<Action>) {
        let ConnectionRecord { state, active, .. } = self.connections[connection];
        if active == 0 && state == ConnectionState::Draining {
            self.close(connection, actions);
        }
    }

    pub(super) fn ended(&mut self, connection: Index, actions: &mut Vec<Action>) {
        let id = self.connections[connection].id;
        while let Some(request) = self.next_bound(connection) {
            let request = self.remove_request(request).id;
            let cause = FailureCause::Attempt(id);
            actions.push(Action::Fail { request, cause });
        }
        self.remove_connection(connection);
    }
}
