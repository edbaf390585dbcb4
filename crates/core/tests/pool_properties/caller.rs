//! A caller that does what the pool says, and a record of it that is kept apart from the pool's own.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use httpxide_core::pool::{ConnectionId, Event, Limits, RequestId, State};
use httpxide_core::route::RouteRef;
use proptest::sample::Index;

pub(crate) const ORIGINS: [&str; 3] = [
    "http://a.example:80",
    "https://b.example:443",
    "http://c.example:80",
];

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Request(usize),
    Cancel(Index),
    Connected(Index, u32),
    ConnectFailed(Index),
    Released(Index, bool),
    Closed(Index),
    ForgottenConnection(Index),
    TimePasses(u64),
    Sweep,
    Shutdown,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Progress {
    Waiting,
    Connecting,
    Assigned,
    Over,
}

pub(crate) struct Request {
    pub(crate) origin: usize,
    pub(crate) progress: Progress,
}

#[derive(Default)]
pub(crate) struct Connection {
    pub(crate) origin: usize,
    /// 0 while it is being opened.
    pub(crate) capacity: u32,
    pub(crate) active: u32,
    pub(crate) retired: bool,
}

impl Connection {
    pub(crate) fn connecting(&self) -> bool {
        self.capacity == 0
    }

    pub(crate) fn available(&self) -> bool {
        self.active < self.capacity && !self.retired
    }
}

pub(crate) struct Caller {
    pub(crate) state: State,
    pub(crate) limits: Limits,
    pub(crate) now: Instant,
    /// Every request there was, by its id, which is its place in the order of arrival.
    pub(crate) requests: Vec<Request>,
    pub(crate) connections: BTreeMap<u64, Connection>,
    /// Idle connections, the least recently used first, and since when.
    pub(crate) idle: Vec<(u64, Instant)>,
    pub(crate) ended: Vec<u64>,
    pub(crate) shut_down: bool,
}

impl Caller {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            state: State::new(limits.clone()),
            limits,
            now: Instant::now(),
            requests: Vec::new(),
            connections: BTreeMap::new(),
            idle: Vec::new(),
            ended: Vec::new(),
            shut_down: false,
        }
    }

    pub(crate) fn operate(&mut self, operation: &Operation) {
        match operation {
            &Operation::Request(origin) => {
                let id = name(self.requests.len());
                self.requests.push(Request {
                    origin,
                    progress: Progress::Waiting,
                });
                self.step(Event::Request {
                    id,
                    route: RouteRef::to_origin(ORIGINS[origin]).expect("an origin"),
                });
            }
            Operation::Cancel(which) if !self.requests.is_empty() => {
                let orphans = self.orphans();
                let pending = self.with_progress(|progress| progress != Progress::Over);
                let id = if pending.is_empty() {
                    0
                } else {
                    *which.get(&pending)
                };
                if matches!(
                    self.requests[id].progress,
                    Progress::Waiting | Progress::Connecting
                ) {
                    self.requests[id].progress = Progress::Over;
                }
                self.step(Event::Cancel { id: name(id) });
                assert!(
                    self.orphans() <= orphans,
                    "nobody wants the attempt, and it goes on"
                );
            }
            &Operation::Connected(which, capacity) => self.on(which, Connection::connecting, |caller, id| {
                caller.connection(id).capacity = capacity;
                caller.idle.push((id, caller.now));
                caller.step(Event::Connected {
                    connection: ConnectionId(id),
                    capacity,
                });
            }),
            &Operation::ConnectFailed(which) => self.on(which, Connection::connecting, |caller, id| {
                caller.end(id);
                caller.step(Event::ConnectFailed {
                    connection: ConnectionId(id),
                });
            }),
            &Operation::Released(which, reusable) => self.on(
                which,
                |connection| connection.active > 0,
                |caller, id| {
                    caller.release(id, reusable);
                },
            ),
            &Operation::Closed(which) => {
                self.step(Event::Sweep);
                self.on(
                    which,
                    |_| true,
                    |caller, id| {
                        caller.end(id);
                        caller.step(Event::Closed {
                            connection: ConnectionId(id),
                        });
                    },
                );
            }
            Operation::ForgottenConnection(which) if !self.ended.is_empty() => {
                let connection = ConnectionId(*which.get(&self.ended));
                self.step(Event::Connected {
                    connection,
                    capacity: 1,
                });
                self.step(Event::Released {
                    connection,
                    reusable: true,
                });
                self.step(Event::Closed { connection });
            }
            &Operation::TimePasses(milliseconds) => self.now += Duration::from_millis(milliseconds),
            Operation::Sweep => self.step(Event::Sweep),
            Operation::Shutdown => {
                self.shut_down = true;
                self.connections
                    .values_mut()
                    .for_each(|connection| connection.retired = true);
                self.step(Event::Shutdown);
            }
            Operation::Cancel(_) | Operation::ForgottenConnection(_) => {}
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

    fn release(&mut self, id: u64, reusable: bool) {
        let connection = self.connection(id);
        connection.active -= 1;
        connection.retired |= !reusable;
        if connection.active == 0 && !connection.retired {
            let now = self.now;
            self.idle.push((id, now));
        }
        self.step(Event::Released {
            connection: ConnectionId(id),
            reusable,
        });
    }

    pub(crate) fn connection(&mut self, id: u64) -> &mut Connection {
        self.connections.get_mut(&id).expect("it has not ended")
    }

    pub(crate) fn end(&mut self, id: u64) {
        self.connections.remove(&id).expect("a connection ends once");
        self.idle.retain(|(idle, _)| *idle != id);
        self.ended.push(id);
    }

    pub(crate) fn with_progress(&self, fits: fn(Progress) -> bool) -> Vec<usize> {
        (0..self.requests.len())
            .filter(|&id| fits(self.requests[id].progress))
            .collect()
    }

    /// Lets every attempt succeed and every request end, then closes the client.
    pub(crate) fn finish(&mut self) {
        while let Some((&id, connection)) = self
            .connections
            .iter()
            .find(|(_, c)| c.connecting() || c.active > 0)
        {
            if connection.connecting() {
                self.connection(id).capacity = 1;
                let now = self.now;
                self.idle.push((id, now));
                self.step(Event::Connected {
                    connection: ConnectionId(id),
                    capacity: 1,
                });
            } else {
                self.release(id, true);
            }
        }
        for id in self.with_progress(|progress| matches!(progress, Progress::Waiting | Progress::Connecting))
        {
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
        assert_eq!(self.state.snapshot().connections.active, 0);
        self.operate(&Operation::Shutdown);
        assert!(self.state.is_empty() && self.connections.is_empty());
        assert_eq!(
            self.state.snapshot(),
            State::default().snapshot(),
            "all origins are forgotten"
        );
    }
}

/// The id of the request that arrived in this place.
pub(crate) fn name(place: usize) -> RequestId {
    RequestId(place as u64)
}
