//! What a pool is doing, in numbers, for a person to read.

use super::state::{Origin, State};

/// Connections by what they do; together they are all that count for the limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectionCounts {
    /// Serve at least one request.
    pub active: usize,
    /// Are open and unused.
    pub idle: usize,
    /// Are being opened.
    pub connecting: usize,
}

/// Requests by what they wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestCounts {
    /// Wait for room in the pool.
    pub waiting: usize,
    /// Wait for a connection that is being opened for them.
    pub connecting: usize,
    /// Have their connection.
    pub active: usize,
}

/// The numbers of one origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginStats {
    /// The origin, and behind a `#` the name for TLS if requests gave one of their own.
    pub origin: String,
    /// Its connections.
    pub connections: ConnectionCounts,
    /// Its requests.
    pub requests: RequestCounts,
}

/// The numbers of a pool at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// All connections.
    pub connections: ConnectionCounts,
    /// All requests.
    pub requests: RequestCounts,
    /// The origins that have a connection or a pending request, in alphabetical order.
    pub origins: Vec<OriginStats>,
}

impl State {
    /// Counts everything; O(n log n) in the number of origins.
    pub fn snapshot(&self) -> Stats {
        let mut origins: Vec<OriginStats> = self.origins.iter().map(|(_, origin)| origin.stats()).collect();
        origins.sort_unstable_by(|one, other| one.origin.cmp(&other.origin));
        let mut stats = Stats::default();
        for OriginStats {
            connections,
            requests,
            ..
        } in &origins
        {
            stats.connections.active += connections.active;
            stats.connections.idle += connections.idle;
            stats.connections.connecting += connections.connecting;
            stats.requests.waiting += requests.waiting;
            stats.requests.connecting += requests.connecting;
            stats.requests.active += requests.active;
        }
        Stats { origins, ..stats }
    }
}

impl Origin {
    fn stats(&self) -> OriginStats {
        let idle = self.idle.len();
        let connecting = self.connecting.len() + self.orphans.len();
        OriginStats {
            origin: self.route.to_string(),
            connections: ConnectionCounts {
                active: self.connections - idle - connecting,
                idle,
                connecting,
            },
            requests: RequestCounts {
                waiting: self.waiting.len(),
                connecting: self.connecting.len(),
                active: self.active_requests,
            },
        }
    }
}
