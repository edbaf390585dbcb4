//! What a client's pool is doing, as a JavaScript object.

use httpxide_core::pool::{ConnectionCounts, OriginStats, RequestCounts, Stats};
use napi_derive::napi;

/// Counts of connections and requests.
#[napi(object)]
pub struct NativeCounts {
    /// The origin; empty for the whole client.
    pub origin: String,
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

/// All counts of a client.
#[napi(object)]
pub struct NativeStats {
    /// Of the whole client.
    pub total: NativeCounts,
    /// Of each origin.
    pub origins: Vec<NativeCounts>,
}

impl From<&Stats> for NativeStats {
    fn from(stats: &Stats) -> Self {
        let of_origin =
            |stats: &OriginStats| NativeCounts::new(stats.origin.clone(), stats.connections, stats.requests);
        Self {
            total: NativeCounts::new(String::new(), stats.connections, stats.requests),
            origins: stats.origins.iter().map(of_origin).collect(),
        }
    }
}

impl NativeCounts {
    fn new(origin: String, connections: ConnectionCounts, requests: RequestCounts) -> Self {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            origin,
            active: number(connections.active),
            idle: number(connections.idle),
            connecting: number(connections.connecting),
            queued: number(requests.waiting + requests.connecting),
            in_flight: number(requests.active),
        }
    }
}
