//! What a pool is doing, in numbers that people read.

use std::collections::BTreeMap;

use super::list::Index;
use super::records::{ConnectionRecord, ConnectionState, Pool, Room, RouteRecord};
use crate::route::Scheme;

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
    /// Are bound to a connection that is being opened, or to a look-up for one.
    pub connecting: usize,
    /// Have their connection.
    pub active: usize,
}

/// The numbers of one origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginStats {
    /// The origin, and behind a `#` the name for TLS if requests gave one of their own.
    pub origin: String,
    /// Its scheme.
    pub scheme: Scheme,
    /// Its host, or that of the proxy for connections that carry requests to any server.
    pub host: Box<str>,
    /// The host's port.
    pub port: u16,
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

impl Pool {
    /// Counts everything, in O(n) in the number of connections and O(n log n) in that of routes.
    pub fn snapshot(&self) -> Stats {
        let mut stats = Stats::default();
        let mut by_route: BTreeMap<Index, OriginStats> = self
            .routes
            .iter()
            .map(|(index, route)| (index, route.stats()))
            .collect();
        for (index, connection) in &self.connections {
            if let Some(origin) = by_route.get_mut(&connection.route) {
                if connection.room == Room::Wanted {
                    let waiting = self.bound(index).len();
                    origin.requests.waiting += waiting;
                    origin.requests.connecting -= waiting;
                }
                origin.connections.count(connection);
                origin.requests.active += connection.active as usize;
            }
            stats.connections.count(connection);
            stats.requests.active += connection.active as usize;
        }
        stats.origins = by_route.into_values().collect();
        stats
            .origins
            .sort_unstable_by(|one, other| one.origin.cmp(&other.origin));
        for OriginStats { requests, .. } in &stats.origins {
            stats.requests.waiting += requests.waiting;
            stats.requests.connecting += requests.connecting;
        }
        stats
    }
}

impl RouteRecord {
    fn stats(&self) -> OriginStats {
        OriginStats {
            origin: self.route.to_string(),
            scheme: self.route.scheme,
            host: self.route.host.clone(),
            port: self.route.port,
            connections: ConnectionCounts::default(),
            requests: RequestCounts {
                waiting: self.waiting.len(),
                connecting: self.connecting.len(),
                active: 0,
            },
        }
    }
}

impl ConnectionCounts {
    fn count(&mut self, connection: &ConnectionRecord) {
        match connection.state {
            // it counts for no limit
            ConnectionState::Connecting(_) if connection.room != Room::Held => {}
            ConnectionState::Connecting(_) => self.connecting += 1,
            _ if connection.active == 0 => self.idle += 1,
            _ => self.active += 1,
        }
    }
}
