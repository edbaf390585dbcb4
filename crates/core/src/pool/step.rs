//! The decision: what follows from each event.

use std::time::Instant;

use super::list::Index;
use super::records::{BoundRequests, ConnectionState, Pool};
use super::{Action, ConnectionId, Event, FailureCause, Multiplexing, RequestId};
use crate::route::RouteRef;

impl Pool {
    /// Takes in one event and appends the actions that follow to `actions`, in the order in which they are to be
    /// carried out.
    ///
    /// `now` never goes back: an earlier time than that of the last step counts as that.
    pub fn step(&mut self, now: Instant, event: Event<'_>, actions: &mut Vec<Action>) {
        let now = self.clock.map_or(now, |latest| latest.max(now));
        self.clock = Some(now);
        if self.has_expired(now) {
            self.expire(now, actions);
        }
        match event {
            Event::Request {
                id,
                route,
                multiplexing,
            } => self.request_arrived(id, route, multiplexing, now, actions),
            Event::Cancel { id } => self.request_cancelled(id, now, actions),
            Event::Sweep => {}
            Event::Shutdown => self.shut_down(actions),
            Event::RoomGivenBack { connection }
            | Event::RoomWanted { connection }
            | Event::Connected { connection, .. }
            | Event::ConnectFailed { connection }
            | Event::CapacityChanged { connection, .. }
            | Event::Draining { connection }
            | Event::Stale { connection }
            | Event::Released { connection, .. }
            | Event::Closed { connection } => self.connection_changed(connection, event, now, actions),
        }
        self.serve(now, actions);
        self.find_next_expiry();
        while self.has_expired(now) {
            self.expire(now, actions);
            // the end of a stalled connection allows its route to open another
            self.serve(now, actions);
            self.find_next_expiry();
        }
    }

    fn connection_changed(
        &mut self,
        id: ConnectionId,
        event: Event<'_>,
        now: Instant,
        actions: &mut Vec<Action>,
    ) {
        let Some(connection) = self.connection(id) else {
            return;
        };
        match event {
            Event::RoomGivenBack { .. } => self.room_given_back(connection),
            Event::RoomWanted { .. } => self.room_wanted(connection, now, actions),
            Event::Connected { capacity, .. } => self.connected(connection, capacity, now, actions),
            Event::CapacityChanged { capacity, .. } => self.capacity_changed(connection, capacity, actions),
            Event::Draining { .. } => self.drain(connection, actions),
            Event::Stale { .. } => self.close_idle_of_same_route(connection, actions),
            Event::Released {
                reusable, expires, ..
            } => self.released(connection, reusable, expires, now, actions),
            _ => self.ended(connection, actions),
        }
    }

    fn request_arrived(
        &mut self,
        id: RequestId,
        route: RouteRef<'_>,
        multiplexing: Multiplexing,
        now: Instant,
        actions: &mut Vec<Action>,
    ) {
        debug_assert!(self.request(id).is_none(), "{id:?} is pending already");
        if self.shut_down {
            let cause = FailureCause::Shutdown;
            return actions.push(Action::Fail { request: id, cause });
        }
        let known = self.find_route(route);
        if let Some(connection) = known.and_then(|route| self.available(route)) {
            // no older request is passed: if one could use the connection or its room, it would not be available
            return self.assign(connection, id, actions);
        }
        let request = self.add_request(id, route, multiplexing, now);
        if let Some(attempt) = known.and_then(|route| self.shared_attempt(route)) {
            self.bind(request, attempt, now);
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
            && self.connections[attempt].state == ConnectionState::Connecting(BoundRequests::None)
        {
            self.close(attempt, actions);
        }
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
            let request = self.remove_request(request).id;
            let cause = FailureCause::Shutdown;
            actions.push(Action::Fail { request, cause });
        }
        let connections: Vec<Index> = self.connections.iter().map(|(index, _)| index).collect();
        for connection in connections {
            if self.connections[connection].active == 0 {
                self.close(connection, actions);
            } else {
                self.drain(connection, actions);
            }
        }
    }
}
