//! Tests of single decisions. `tests/pool_properties` tests what holds over any sequence of events.

mod bugs_of_other_pools;
mod decisions;
mod multiplexing;
mod room;

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

struct Driver {
    pool: Pool,
    now: Instant,
    multiplexing: Multiplexing,
}

impl Driver {
    fn new(limits: Limits) -> Self {
        Self {
            pool: Pool::new(limits),
            now: Instant::now(),
            multiplexing: Multiplexing::No,
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
        self.pool.step(self.now, event, &mut actions);
        actions
    }

    fn request(&mut self, id: u64, origin: &str) -> Vec<Action> {
        self.step(Event::Request {
            id: RequestId(id),
            route: RouteRef::to_origin(origin).expect("an origin"),
            multiplexing: self.multiplexing,
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

    /// The attempt succeeds, to a server of HTTP/1.1.
    fn connected(&mut self, connection: ConnectionId) -> Vec<Action> {
        self.connected_with(connection, 1)
    }

    fn connected_with(&mut self, connection: ConnectionId, capacity: u32) -> Vec<Action> {
        self.step(Event::Connected { connection, capacity })
    }

    fn capacity_changed(&mut self, connection: ConnectionId, capacity: u32) -> Vec<Action> {
        self.step(Event::CapacityChanged { connection, capacity })
    }

    fn released(&mut self, connection: ConnectionId) -> Vec<Action> {
        self.step(Event::Released {
            connection,
            reusable: true,
            expires: None,
        })
    }

    fn gives_room_back(&mut self, connection: ConnectionId) -> Vec<Action> {
        self.step(Event::RoomGivenBack { connection })
    }

    fn wants_room(&mut self, connection: ConnectionId) -> Vec<Action> {
        self.step(Event::RoomWanted { connection })
    }

    fn attempt_of(&self, id: u64) -> Option<ConnectionId> {
        match self.pool.phase(RequestId(id))? {
            RequestPhase::Waiting { .. } => None,
            RequestPhase::WaitingToConnect { connection, .. }
            | RequestPhase::Connecting { connection, .. } => Some(connection),
        }
    }

    fn waits(&self, id: u64) -> bool {
        matches!(self.pool.phase(RequestId(id)), Some(RequestPhase::Waiting { .. }))
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
