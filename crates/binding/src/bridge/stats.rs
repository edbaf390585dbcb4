//! What the pools of clients are doing, as JavaScript objects.

use httpxide_core::pool::{ConnectionCounts, OriginStats, RequestCounts, Stats};
use napi_derive::napi;

/// Counts of connections and requests.
#[napi(object)]
pub struct NativeCounts {
    /// Connections that serve requests.
    pub active: u32,
    /// Connections that are open and unused.
    pub idle: u32,
    /// Connections that are being opened.
    pub connecting: u32,
    /// Requests that wait for room in the pool or for their connection.
    pub queued: u32,
    /// Requests that have a connection.
    pub in_flight: u32,
}

/// The counts of one origin.
#[napi(object)]
pub struct NativeOrigin {
    /// Its route in words.
    pub key: String,
    /// The scheme.
    pub scheme: String,
    /// The host, an IPv6 address in its brackets. That of the proxy for connections that carry requests to any server.
    pub host: String,
    /// The port.
    pub port: u32,
    /// The counts.
    pub counts: NativeCounts,
}

/// All counts of a client.
#[napi(object)]
pub struct NativeStats {
    /// Of the whole client.
    pub total: NativeCounts,
    /// Of each origin.
    pub origins: Vec<NativeOrigin>,
}

impl From<&Stats> for NativeStats {
    fn from(stats: &Stats) -> Self {
        Self {
            total: NativeCounts::new(stats.connections, stats.requests),
            origins: stats.origins.iter().map(NativeOrigin::from).collect(),
        }
    }
}

impl From<&OriginStats> for NativeOrigin {
    fn from(stats: &OriginStats) -> Self {
        Self {
            key: stats.origin.clone(),
            scheme: stats.scheme.to_string(),
            host: stats.host.to_string(),
            port: u32::from(stats.port),
            counts: NativeCounts::new(stats.connections, stats.requests),
        }
    }
}

impl NativeCounts {
    fn new(connections: ConnectionCounts, requests: RequestCounts) -> Self {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            active: number(connections.active),
            idle: number(connections.idle),
            connecting: number(connections.connecting),
            queued: number(requests.waiting + requests.connecting),
            in_flight: number(requests.active),
        }
    }
}
