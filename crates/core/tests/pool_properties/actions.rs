//! Carrying out the pool's actions, each of which must make sense when it comes.

use std::collections::BTreeSet;

use httpxide_core::pool::{Action, ConnectionId, Event, FailureCause, Multiplexing, RequestId, RequestPhase};

use crate::caller::{Caller, Connection, ORIGINS, Progress, Room};

impl Caller {
    pub(crate) fn step(&mut self, event: Event<'_>) {
        self.steps += 1;
        self.closed_stalled.clear();
        let waited = self.with_progress(|progress| progress == Progress::Waiting);
        let mut actions = Vec::new();
        self.pool.step(self.now, event, &mut actions);
        let mut assigned = BTreeSet::new();
        let mut shared = BTreeSet::new();
        for action in actions {
            match action {
                Action::Open { connection, request } => self.open(connection, place(request)),
                Action::Assign { request, connection } => {
                    if self.assign(place(request), connection.0) {
                        shared.insert(place(request));
                    }
                    assigned.insert(place(request));
                }
                Action::GiveRoom { connection } => self.give_room(connection.0, event),
                Action::Wait { request } => {
                    let progress = &mut self.requests[place(request)].progress;
                    assert_eq!(*progress, Progress::Connecting);
                    let phase = self.pool.phase(request);
                    if !matches!(phase, Some(RequestPhase::WaitingToConnect { .. })) {
                        assert!(matches!(event, Event::Connected { .. }));
                        *progress = Progress::Waiting;
                    }
                }
                Action::Close { connection } => {
                    self.close(connection.0, event);
                    self.forget_unused(event);
                }
                Action::Fail { request, cause } => self.fail(place(request), cause, event),
            }
        }
        self.note_wanted(event);
        shared.extend(self.check_phases());
        self.check_passed();
        self.forget_unused(Event::Sweep);
        self.check_counts();
        self.check_limits();
        self.check_no_request_waits_in_vain();
        self.check_order(&waited, &assigned, &shared);
    }

    fn open(&mut self, connection: ConnectionId, request: usize) {
        let request = &self.requests[request];
        assert_eq!(request.progress, Progress::Waiting);
        let route = self.pool.route(connection).expect("it has not ended");
        assert_eq!(route.to_string(), ORIGINS[request.route]);
        assert!(!self.ended.contains(&connection.0), "an id is not used again");
        if self.multiplexes[request.route] {
            assert_eq!(self.attempts(request.route), 0, "one attempt at a time");
        }
        assert!(
            !self.of_route(request.route).any(Connection::stalled),
            "the server takes no requests for now"
        );
        let opened = Connection {
            route: request.route,
            ..Connection::default()
        };
        assert!(self.connections.insert(connection.0, opened).is_none());
    }

    /// An attempt that got no room at once wants some from now on.
    fn note_wanted(&mut self, event: Event<'_>) {
        if let Event::RoomWanted { connection } = event
            && let Some(attempt) = self.connections.get_mut(&connection.0)
            && attempt.room == Room::GivenBack
        {
            attempt.room = Room::Wanted;
            attempt.lost_its_place = false;
            self.wanting.push(connection.0);
        }
    }

    fn give_room(&mut self, id: u64, event: Event<'_>) {
        let asks = event
            == Event::RoomWanted {
                connection: ConnectionId(id),
            };
        match self.connections[&id].room {
            Room::Held => assert!(asks, "it has room"),
            Room::GivenBack => assert!(asks && self.wanting.is_empty(), "others came to want room before"),
            Room::Wanted => {
                let wanting = self.wanting.iter().copied();
                self.passed.extend(wanting.take_while(|wanting| *wanting != id));
            }
        }
        self.wanting.retain(|wanting| *wanting != id);
        self.connection(id).room = Room::Held;
    }

    /// Returns whether the connection was in use already.
    fn assign(&mut self, request: usize, id: u64) -> bool {
        let route = self.requests[request].route;
        assert!(self.requests[request].progress.is_pending());
        self.requests[request].progress = Progress::Assigned;
        let connection = &self.connections[&id];
        assert!(connection.available() && connection.route == route);
        let shared = connection.active > 0;
        if !shared {
            let comes_after = |one: &Connection| {
                !one.available() || one.active == 0 && one.available_since <= connection.available_since
            };
            assert!(
                self.of_route(route).all(comes_after),
                "connections in use come first, then the one that became available last"
            );
            let at = self.idle.iter().position(|(idle, _)| *idle == id);
            let (_, since) = self.idle.remove(at.expect("it is idle"));
            let expiry = self.limits.keepalive_expiry.map(|expiry| since + expiry);
            let announced = self.connections[&id].expires;
            // a server that takes requests again may have been waited for beyond that
            let has_room_again = self.connections[&id].available_since + 1 == self.steps;
            let is_kept = [expiry, announced].iter().flatten().all(|at| *at > self.now);
            assert!(since == self.now || has_room_again || is_kept);
        }
        self.connection(id).active += 1;
        shared
    }

    fn close(&mut self, id: u64, event: Event<'_>) {
        let connection = &self.connections[&id];
        assert_eq!(connection.active, 0, "a busy connection is never closed");
        // connections that expire in a step close in any order
        let idle = self.idle.iter().find(|(idle, _)| *idle == id);
        let kept_until = idle
            .zip(self.limits.keepalive_expiry)
            .map(|((_, since), expiry)| *since + expiry);
        let expiries = [connection.expires, kept_until];
        let has_expired = expiries.iter().flatten().any(|at| *at <= self.now);
        let may_be_stale = match event {
            Event::Stale { connection: stale } => self.connections[&stale.0].route == connection.route,
            _ => false,
        };
        if !connection.connecting()
            && !connection.draining
            && event != Event::Shutdown
            && !may_be_stale
            && !has_expired
        {
            let mut before = self.idle.iter().take_while(|(idle, _)| *idle != id);
            assert!(
                before.all(|(idle, _)| self.is_awaited(*idle)),
                "the least recently used goes first"
            );
        }
        let closed = self.end(id);
        if closed.stalled() {
            self.closed_stalled.push(closed.route);
        }
    }

    fn fail(&mut self, request: usize, cause: FailureCause, event: Event<'_>) {
        assert!(self.requests[request].progress.is_pending());
        match event {
            Event::ConnectFailed { connection } | Event::Closed { connection } => {
                assert_eq!(cause, FailureCause::Attempt(connection));
                assert!(self.failing.contains(&request), "it was not bound to the attempt");
            }
            _ => {
                assert_eq!(cause, FailureCause::Shutdown);
                assert!(self.shut_down, "it failed for no reason");
            }
        }
        self.requests[request].progress = Progress::Over;
    }

    /// A route without connections and requests is forgotten, and with it what was known of its connections. The
    /// request that arrives in this step comes after the connections that expire in it.
    fn forget_unused(&mut self, event: Event<'_>) {
        let arriving = match event {
            Event::Request { id, .. } => Some(place(id)),
            _ => None,
        };
        for route in 0..ORIGINS.len() {
            let has_requests = self
                .with_progress(Progress::is_pending)
                .into_iter()
                .any(|id| self.requests[id].route == route && Some(id) != arriving);
            if !has_requests && self.of_route(route).next().is_none() {
                self.multiplexes[route] = self.multiplexing[route] == Multiplexing::Unknown;
            }
        }
    }
}

fn place(request: RequestId) -> usize {
    usize::try_from(request.0).expect("it was a place")
}
