//! Carrying out the pool's actions, each of which must make sense when it comes.

use std::collections::BTreeSet;

use httpxide_core::pool::{Action, Event, FailureCause, RequestId};

use crate::caller::{Caller, Connection, ORIGINS, Progress, Request};

impl Caller {
    pub(crate) fn step(&mut self, event: Event<'_>) {
        let waited = self.with_progress(|progress| progress == Progress::Waiting);
        let mut actions = Vec::new();
        self.state.step(self.now, event, &mut actions);
        let mut assigned = BTreeSet::new();
        let mut shared = BTreeSet::new();
        for action in actions {
            match action {
                Action::Open { connection, request } => {
                    let Request {
                        origin: its_origin,
                        progress,
                    } = self.requests[place(request)];
                    assert_eq!(progress, Progress::Waiting);
                    let route = self.state.route(connection).expect("it has not ended");
                    assert_eq!(route.to_string(), ORIGINS[its_origin]);
                    assert!(!self.ended.contains(&connection.0), "an id is not used again");
                    let connection_to_be = Connection {
                        origin: its_origin,
                        ..Connection::default()
                    };
                    assert!(self.connections.insert(connection.0, connection_to_be).is_none());
                }
                Action::Assign { request, connection } => {
                    if self.assign(place(request), connection.0) {
                        shared.insert(place(request));
                    }
                    assigned.insert(place(request));
                }
                Action::Close { connection } => self.close(connection.0, event),
                Action::Fail { request, cause } => self.fail(place(request), cause, event),
            }
        }
        self.check_phases();
        self.check_limits();
        self.check_nobody_waits_in_vain();
        self.check_order(&waited, &assigned, &shared);
    }

    /// Returns whether the connection was in use already.
    fn assign(&mut self, request: usize, id: u64) -> bool {
        let origin = self.requests[request].origin;
        assert!(matches!(
            self.requests[request].progress,
            Progress::Waiting | Progress::Connecting
        ));
        self.requests[request].progress = Progress::Assigned;
        let mut of_origin = self
            .connections
            .values()
            .filter(|connection| connection.origin == origin);
        let some_shared = of_origin.any(|connection| connection.available() && connection.active > 0);
        let connection = &self.connections[&id];
        assert!(connection.available() && connection.origin == origin);
        let shared = connection.active > 0;
        if !shared {
            assert!(!some_shared, "connections in use are used up first");
            let last = self
                .idle
                .iter()
                .rposition(|(idle, _)| self.connections[idle].origin == origin);
            let (last, since) = self.idle.remove(last.expect("it is idle"));
            assert_eq!(last, id, "the connection that became idle last is used first");
            assert!(
                since == self.now
                    || self
                        .limits
                        .keepalive_expiry
                        .is_none_or(|expiry| since + expiry > self.now)
            );
        }
        self.connection(id).active += 1;
        shared
    }

    fn close(&mut self, id: u64, event: Event<'_>) {
        let connection = &self.connections[&id];
        assert_eq!(connection.active, 0, "a busy connection is never closed");
        if !connection.connecting() && !connection.retired && event != Event::Shutdown {
            assert_eq!(self.idle[0].0, id, "the least recently used goes first");
        }
        self.end(id);
    }

    fn fail(&mut self, request: usize, cause: FailureCause, event: Event<'_>) {
        assert!(matches!(
            self.requests[request].progress,
            Progress::Waiting | Progress::Connecting
        ));
        match event {
            Event::ConnectFailed { connection } | Event::Closed { connection } => {
                assert_eq!(cause, FailureCause::Attempt(connection));
                assert_eq!(self.requests[request].progress, Progress::Connecting);
            }
            _ => {
                assert_eq!(cause, FailureCause::Shutdown);
                assert!(self.shut_down, "it failed for no reason");
            }
        }
        self.requests[request].progress = Progress::Over;
    }
}

fn place(request: RequestId) -> usize {
    usize::try_from(request.0).expect("it was a place")
}
