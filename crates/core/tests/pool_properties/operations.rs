//! What happens to the pool: requests, connections and time.

use std::time::Duration;

use httpxide_core::pool::{ConnectionId, Event, Limits, Pool};
use httpxide_core::route::RouteRef;
use proptest::sample::Index;

use crate::caller::{Caller, Connection, ORIGINS, Progress, Request, Room, name};

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Request(usize),
    Cancel(Index),
    RoomGivenBack(Index),
    RoomWanted(Index),
    Connected(Index, u32),
    ConnectFailed(Index),
    CapacityChanged(Index, u32),
    Draining(Index),
    Stale(Index),
    /// Whether it can be used again, and for how many milliseconds the server keeps it.
    Released(Index, bool, Option<u64>),
    Closed(Index),
    /// Every event about a connection that has ended.
    EndedConnection(Index),
    TimePasses(u64),
    Sweep,
    Shutdown,
}

impl Caller {
    pub(crate) fn operate(&mut self, operation: &Operation) {
        match *operation {
            Operation::Request(route) => self.request(route),
            Operation::Cancel(which) => self.cancel(which),
            Operation::RoomGivenBack(which) => self.on(which, Connection::may_open, |caller, id| {
                caller.connection(id).room = Room::GivenBack;
                let connection = ConnectionId(id);
                caller.step(Event::RoomGivenBack { connection });
            }),
            Operation::RoomWanted(which) => self.on(which, Connection::connecting, Self::room_wanted),
            Operation::Connected(which, capacity) => {
                self.on(which, Connection::may_open, |caller, id| {
                    caller.connected(id, capacity);
                });
            }
            Operation::ConnectFailed(which) => self.on(which, Connection::connecting, |caller, id| {
                let connection = ConnectionId(id);
                caller.ends(id, Event::ConnectFailed { connection });
            }),
            Operation::CapacityChanged(which, capacity) => self.on(
                which,
                |_| true,
                |caller, id| caller.capacity_changed(id, capacity),
            ),
            Operation::Draining(which) => self.on(which, |_| true, Self::drain),
            Operation::Stale(which) => self.on(which, |connection| connection.active > 0, Self::stale),
            Operation::Released(which, reusable, kept_for) => self.on(
                which,
                |connection| connection.active > 0,
                |caller, id| caller.release(id, reusable, kept_for),
            ),
            Operation::Closed(which) => {
                self.step(Event::Sweep);
                self.on(
                    which,
                    |_| true,
                    |caller, id| {
                        let connection = ConnectionId(id);
                        caller.ends(id, Event::Closed { connection });
                    },
                );
            }
            Operation::EndedConnection(which) if !self.ended.is_empty() => {
                self.events_of_ended(ConnectionId(*which.get(&self.ended)));
            }
            Operation::EndedConnection(_) => {}
            Operation::TimePasses(milliseconds) => self.now += Duration::from_millis(milliseconds),
            Operation::Sweep => self.step(Event::Sweep),
            Operation::Shutdown => {
                self.shut_down = true;
                self.connections
                    .values_mut()
                    .for_each(|connection| connection.draining = true);
                self.step(Event::Shutdown);
            }
        }
    }

    fn on(&mut self, which: Index, fits: fn(&Connection) -> bool, event: impl FnOnce(&mut Self, u64)) {
        let fitting: Vec<u64> = self
            .connections
            .iter()
            .filter(|(_, connection)| fits(connection))
            .map(|(id, _)| *id)
            .collect();
        if !fitting.is_empty() {
            event(self, *which.get(&fitting));
        }
    }

    fn request(&mut self, route: usize) {
        let id = name(self.requests.len());
        self.requests.push(Request {
            route,
            progress: Progress::Waiting,
        });
        self.step(Event::Request {
            id,
            route: RouteRef::to_origin(ORIGINS[route]).expect("an origin"),
            multiplexing: self.multiplexing[route],
        });
    }

    fn cancel(&mut self, which: Index) {
        let orphans = self.orphans();
        let candidates = self.with_progress(|progress| progress != Progress::Over);
        if candidates.is_empty() {
            return;
        }
        let id = *which.get(&candidates);
        if self.requests[id].progress.is_pending() {
            self.requests[id].progress = Progress::Over;
        }
        self.step(Event::Cancel { id: name(id) });
        assert!(
            self.orphans() <= orphans,
            "an attempt continues that no request needs"
        );
    }

    fn room_wanted(&mut self, id: u64) {
        self.step(Event::RoomWanted {
            connection: ConnectionId(id),
        });
    }

    fn connected(&mut self, id: u64, capacity: u32) {
        self.learns(id, capacity);
        self.becomes_idle(id);
        self.step(Event::Connected {
            connection: ConnectionId(id),
            capacity,
        });
    }

    fn capacity_changed(&mut self, id: u64, capacity: u32) {
        // so that it does not expire in the step of this event
        self.step(Event::Sweep);
        if self.connections.get(&id).is_some_and(Connection::usable) {
            self.learns(id, capacity);
        }
        self.step(Event::CapacityChanged {
            connection: ConnectionId(id),
            capacity,
        });
    }

    fn drain(&mut self, id: u64) {
        self.step(Event::Sweep);
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.draining |= !connection.connecting();
        }
        self.step(Event::Draining {
            connection: ConnectionId(id),
        });
    }

    fn stale(&mut self, id: u64) {
        self.step(Event::Stale {
            connection: ConnectionId(id),
        });
        let route = self.connections[&id].route;
        let is_idle = |one: &Connection| one.available() && one.active == 0;
        assert!(
            !self.of_route(route).any(is_idle),
            "an idle connection may be stale as well"
        );
    }

    fn release(&mut self, id: u64, reusable: bool, kept_for: Option<u64>) {
        let expires = kept_for.map(|milliseconds| self.now + Duration::from_millis(milliseconds));
        let connection = self.connection(id);
        connection.expires = expires;
        connection.active -= 1;
        connection.draining |= !reusable;
        if connection.active == 0 && !connection.draining {
            self.becomes_idle(id);
        }
        self.step(Event::Released {
            connection: ConnectionId(id),
            reusable,
            expires,
        });
    }

    /// A connection ends by itself, and the requests that are bound to it fail.
    fn ends(&mut self, id: u64, event: Event<'_>) {
        self.failing = self.end(id).bound;
        self.step(event);
        for request in std::mem::take(&mut self.failing) {
            assert_eq!(self.requests[request].progress, Progress::Over);
        }
    }

    fn events_of_ended(&mut self, connection: ConnectionId) {
        let capacity = 1;
        for event in [
            Event::RoomGivenBack { connection },
            Event::RoomWanted { connection },
            Event::Connected { connection, capacity },
            Event::CapacityChanged { connection, capacity },
            Event::Draining { connection },
            Event::Stale { connection },
            Event::Released {
                connection,
                reusable: true,
                expires: None,
            },
            Event::ConnectFailed { connection },
            Event::Closed { connection },
        ] {
            self.step(event);
        }
    }

    /// Lets every attempt succeed, every server take requests again and every request end. Then closes the client.
    pub(crate) fn finish(&mut self) {
        while let Some((&id, connection)) = self.connections.iter().find(|(_, one)| {
            // one that wants room gets some when another ends
            one.connecting() && one.room != Room::Wanted || one.stalled() || one.active > 0
        }) {
            if connection.room == Room::GivenBack {
                self.room_wanted(id);
            } else if connection.may_open() {
                self.connected(id, 1);
            } else if connection.stalled() {
                self.capacity_changed(id, 1);
            } else {
                self.release(id, true, None);
            }
        }
        for id in self.with_progress(Progress::is_pending) {
            let Limits {
                max_connections,
                max_connections_per_host,
                ..
            } = self.limits;
            assert!(
                max_connections == Some(0) || max_connections_per_host == Some(0),
                "{id} was never served"
            );
        }
        assert_eq!(self.pool.snapshot().connections.active, 0);
        self.operate(&Operation::Shutdown);
        assert!(self.pool.is_empty() && self.connections.is_empty());
        assert_eq!(
            self.pool.snapshot(),
            Pool::default().snapshot(),
            "all routes are forgotten"
        );
    }
}
