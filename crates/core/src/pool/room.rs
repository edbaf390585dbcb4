//! Attempts that need no room for a time. An attempt that looks a name up has no socket, so it counts for no limit but that
//! of its route.

use std::time::Instant;

use super::Action;
use super::list::Index;
use super::records::{BoundRequests, ConnectionRecord, ConnectionState, Pool, Room};

/// The most attempts that are without room at a time. They are ahead of the connections in a pool that is full, and each
/// asks a resolver: without a bound, all queued requests of a crawler would ask theirs at once.
pub const MOST_WITHOUT_ROOM: usize = 1000;

impl Pool {
    pub(super) fn room_given_back(&mut self, attempt: Index) {
        let is_attempt = matches!(self.connections[attempt].state, ConnectionState::Connecting(_));
        if is_attempt && self.without_room < MOST_WITHOUT_ROOM {
            self.update(attempt, |attempt| attempt.room = Room::GivenBack);
        }
    }

    pub(super) fn room_wanted(&mut self, attempt: Index, now: Instant, actions: &mut Vec<Action>) {
        let connection = self.connections[attempt].id;
        let has_room = match self.connections[attempt].room {
            Room::Held => true,
            Room::GivenBack => self.wanting.is_empty() && self.make_room(actions),
            Room::Wanted => return,
        };
        if has_room {
            self.update(attempt, |attempt| attempt.room = Room::Held);
            return actions.push(Action::GiveRoom { connection });
        }
        self.update(attempt, |attempt| attempt.room = Room::Wanted);
        for request in self.bound(attempt) {
            self.wait_for_room(request, now, actions);
        }
    }

    /// Starts the wait for room of a request whose attempt wants some.
    pub(super) fn wait_for_room(&mut self, request: Index, now: Instant, actions: &mut Vec<Action>) {
        let pending = &mut self.requests[request];
        if let Some(attempt) = pending.attempt
            && self.connections[attempt].room == Room::Wanted
        {
            pending.since = now;
            actions.push(Action::Wait { request: pending.id });
        }
    }

    /// Gives room to an attempt that wants some. Its requests have their whole time to connect.
    pub(super) fn give_room(&mut self, attempt: Index, now: Instant, actions: &mut Vec<Action>) {
        self.update(attempt, |attempt| attempt.room = Room::Held);
        for request in self.bound(attempt) {
            self.requests[request].since = now;
        }
        let connection = self.connections[attempt].id;
        actions.push(Action::GiveRoom { connection });
    }

    /// Binds the only request of an attempt that wants room to an attempt of its route that has room and no request. That one
    /// is ahead, and would otherwise be closed to make room.
    pub(super) fn takes_orphan_instead(&mut self, attempt: Index, now: Instant) -> bool {
        let ConnectionRecord { state, route, .. } = self.connections[attempt];
        let ConnectionState::Connecting(BoundRequests::One(request)) = state else {
            return false;
        };
        let next = |orphan: &Index| self.route_links.next(*orphan);
        let mut orphans = std::iter::successors(self.routes[route].orphans.first(), next);
        let Some(orphan) = orphans.find(|orphan| self.connections[*orphan].room == Room::Held) else {
            return false;
        };
        self.set_bound(attempt, BoundRequests::None);
        self.set_bound(orphan, BoundRequests::One(request));
        let pending = &mut self.requests[request];
        pending.attempt = Some(orphan);
        pending.since = now;
        true
    }

    /// The requests that are bound to an attempt.
    pub(super) fn bound(&self, attempt: Index) -> Vec<Index> {
        let ConnectionRecord { state, route, .. } = self.connections[attempt];
        match state {
            ConnectionState::Connecting(BoundRequests::One(request)) => vec![request],
            ConnectionState::Connecting(BoundRequests::All) => {
                let next = |request: &Index| self.request_links.next(*request);
                std::iter::successors(self.routes[route].connecting.first(), next).collect()
            }
            _ => Vec::new(),
        }
    }
}
