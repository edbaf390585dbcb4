//! A caller that does what the pool says, and a record of it that is independent of the pool's own.

use std::collections::BTreeMap;
use std::time::Instant;

use httpxide_core::pool::{Limits, Multiplexing, Pool, RequestId};

pub(crate) const ORIGINS: [&str; 3] = [
    "http://a.example:80",
    "https://b.example:443",
    "http://c.example:80",
];

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Progress {
    Waiting,
    Connecting,
    Assigned,
    Over,
}

impl Progress {
    pub(crate) fn is_pending(self) -> bool {
        matches!(self, Self::Waiting | Self::Connecting)
    }
}

pub(crate) struct Request {
    /// The index of its route among [`ORIGINS`].
    pub(crate) route: usize,
    pub(crate) progress: Progress,
}

/// Whether a connection counts for the limit of all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Room {
    #[default]
    Held,
    GivenBack,
    Wanted,
}

#[derive(Default)]
pub(crate) struct Connection {
    pub(crate) route: usize,
    /// How many requests it takes at a time; `None` while it is being opened.
    pub(crate) capacity: Option<u32>,
    pub(crate) active: u32,
    /// When its server closes it, if it says so.
    pub(crate) expires: Option<Instant>,
    /// It takes no more requests.
    pub(crate) draining: bool,
    /// When it became available last, in steps. The last of the idle connections is used first.
    pub(crate) available_since: u64,
    /// The room of the attempt.
    pub(crate) room: Room,
    /// Whether it lost its requests while it wanted room, and got others. It then lost its place as well.
    pub(crate) lost_its_place: bool,
    /// The requests that are bound to the attempt, in order of arrival.
    pub(crate) bound: Vec<usize>,
    /// Whether all pending requests of its route are bound to the attempt. `None` if that depends on the order of what
    /// happened within a step.
    pub(crate) shared: Option<bool>,
}

impl Connection {
    pub(crate) fn connecting(&self) -> bool {
        self.capacity.is_none()
    }

    /// Whether it is being opened and may be open any moment.
    pub(crate) fn may_open(&self) -> bool {
        self.connecting() && self.room == Room::Held
    }

    pub(crate) fn available(&self) -> bool {
        !self.draining && self.capacity.is_some_and(|capacity| self.active < capacity)
    }

    /// Whether it is open and may take requests, now or later.
    pub(crate) fn usable(&self) -> bool {
        !self.draining && !self.connecting()
    }

    pub(crate) fn stalled(&self) -> bool {
        self.usable() && self.capacity == Some(0)
    }
}

pub(crate) struct Caller {
    pub(crate) pool: Pool,
    pub(crate) limits: Limits,
    pub(crate) now: Instant,
    pub(crate) steps: u64,
    /// What requests say of their routes.
    pub(crate) multiplexing: [Multiplexing; ORIGINS.len()],
    /// Whether a connection of the route takes, or may take, several requests, as far as is known.
    pub(crate) multiplexes: [bool; ORIGINS.len()],
    /// Every request so far. Its id is its index, and that is its place in the order of arrival.
    pub(crate) requests: Vec<Request>,
    pub(crate) connections: BTreeMap<u64, Connection>,
    /// Idle connections, the least recently used first, and since when.
    pub(crate) idle: Vec<(u64, Instant)>,
    pub(crate) ended: Vec<u64>,
    /// Attempts that want the room that they gave back, in order.
    pub(crate) wanting: Vec<u64>,
    /// Those before which another one got room in this step.
    pub(crate) passed: Vec<u64>,
    /// Routes of which a stalled connection was closed in this step.
    pub(crate) closed_stalled: Vec<usize>,
    /// Requests bound to an attempt that ends in this step.
    pub(crate) failing: Vec<usize>,
    pub(crate) shut_down: bool,
}

impl Caller {
    pub(crate) fn new(limits: Limits, multiplexing: [Multiplexing; ORIGINS.len()]) -> Self {
        Self {
            pool: Pool::new(limits.clone()),
            limits,
            now: Instant::now(),
            steps: 0,
            multiplexing,
            multiplexes: multiplexing.map(|multiplexing| multiplexing == Multiplexing::Unknown),
            requests: Vec::new(),
            connections: BTreeMap::new(),
            idle: Vec::new(),
            ended: Vec::new(),
            wanting: Vec::new(),
            passed: Vec::new(),
            closed_stalled: Vec::new(),
            failing: Vec::new(),
            shut_down: false,
        }
    }

    pub(crate) fn connection(&mut self, id: u64) -> &mut Connection {
        self.connections.get_mut(&id).expect("it has not ended")
    }

    pub(crate) fn of_route(&self, route: usize) -> impl Iterator<Item = &Connection> {
        self.connections
            .values()
            .filter(move |connection| connection.route == route)
    }

    pub(crate) fn attempts(&self, route: usize) -> usize {
        self.of_route(route).filter(|one| one.connecting()).count()
    }

    /// Connections that count for the limit of all.
    pub(crate) fn with_room(&self) -> usize {
        let connections = self.connections.values();
        connections.filter(|one| one.room == Room::Held).count()
    }
    /// Attempts to which no request is bound.
    pub(crate) fn orphans(&self) -> usize {
        let attempts = self.connections.values().filter(|one| one.connecting());
        attempts.filter(|attempt| attempt.bound.is_empty()).count()
    }

    pub(crate) fn with_progress(&self, fits: fn(Progress) -> bool) -> Vec<usize> {
        (0..self.requests.len())
            .filter(|&id| fits(self.requests[id].progress))
            .collect()
    }

    /// Notes that a connection ends.
    pub(crate) fn end(&mut self, id: u64) -> Connection {
        self.idle.retain(|(idle, _)| *idle != id);
        self.wanting.retain(|wanting| *wanting != id);
        self.ended.push(id);
        self.connections.remove(&id).expect("a connection ends once")
    }

    /// Notes that a connection begins to be idle.
    pub(crate) fn becomes_idle(&mut self, id: u64) {
        let (now, steps) = (self.now, self.steps);
        self.idle.push((id, now));
        self.connection(id).available_since = steps;
    }

    /// Notes the capacity that a server has announced.
    pub(crate) fn learns(&mut self, id: u64, capacity: u32) {
        let steps = self.steps;
        let connection = self.connection(id);
        if connection.capacity.replace(capacity) == Some(0) && capacity > 0 {
            connection.available_since = steps;
        }
        let route = connection.route;
        if capacity > 0 {
            self.multiplexes[route] = capacity > 1;
        }
    }
}

/// The id of the request that arrived in this place.
pub(crate) fn name(place: usize) -> RequestId {
    RequestId(place as u64)
}
