//! A pool driven by hand, for tests of single decisions. What holds over any sequence of events is tested from
//! outside, in `tests/pool_properties`.

mod bugs_of_other_pools;
mod decisions;

use std::time::Instant;

use super::Action::{Assign, Close, Fail};
use super::*;
use crate::route::RouteRef;

const A: &str = "http://a.example:80";
const B: &str = "http://b.example:80";
const UNLIMITED: Limits = Limits {
    max_connections: None,
    max_keepalive_connections: None,
    keepalive_expiry: None,
    max_connections_per_host: None,
};

struct Pool {
    state: State,
    now: Instant,
}

impl Pool {
    fn new(limits: Limits) -> Self {
        Self {
            state: State::new(limits),
            now: Instant::now(),
        }
    }

    fn with_room_for(connections: usize) -> Self {
        Self::new(Limits {
            max_connections: Some(connections),
            ..UNLIMITED
        })
    }

    fn step(&mut self, event: Event<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        self.state.step(self.now, event, &mut actions);
        actions
    }

    fn request(&mut self, id: u64, origin: &str) -> Vec<Action> {
        self.step(Event::Request {
            id: RequestId(id),
            route: RouteRef::to_origin(origin).expect("an origin"),
        })
    }

    /// A request for which a connection has to be opened, and the attempt.
    fn attempt(&mut self, id: u64, origin: &str) -> ConnectionId {
        opened(&self.request(id, origin), id)
    }

    /// A request that got a new connection.
    fn active(&mut self, id: u64, origin: &str) -> ConnectionId {
        let connection = self.attempt(id, origin);
        assert_eq!(self.connected(connection), [assign(id, connection)]);
        connection
    }

    fn cancel(&mut self, id: u64) -> Vec<Action> {
        self.step(Event::Cancel { id: RequestId(id) })
    }

    fn connected(&mut self, connection: ConnectionId) -> Vec<Action> {
        self.step(Event::Connected {
            connection,
            capacity: 1,
        })
    }

    fn released(&mut self, connection: ConnectionId) -> Vec<Action> {
        self.step(Event::Released {
            connection,
            reusable: true,
        })
    }

    fn attempt_of(&self, id: u64) -> Option<ConnectionId> {
        match self.state.phase(RequestId(id))? {
            RequestPhase::Waiting { .. } => None,
            RequestPhase::Connecting { connection, .. } => Some(connection),
        }
    }

    fn waits(&self, id: u64) -> bool {
        matches!(
            self.state.phase(RequestId(id)),
            Some(RequestPhase::Waiting { .. })
        )
    }
}

fn assign(id: u64, connection: ConnectionId) -> Action {
    Assign {
        request: RequestId(id),
        connection,
    }
}

fn close(connection: ConnectionId) -> Action {
    Close { connection }
}

fn opened(actions: &[Action], id: u64) -> ConnectionId {
    match actions {
        [
            ..,
            Action::Open {
                connection, request, ..
            },
        ] if *request == RequestId(id) => *connection,
        other => panic!("nothing is opened for {id}: {other:?}"),
    }
}
