//! What a client's pool is doing, as a JavaScript object.

use httpxide_core::pool::{ConnectionCounts, OriginStats, RequestCounts, Stats};
use napi_derive::napi;

/// Counts of connections and requests.
#[napi(object)]
pub struct NativeCounts {
    /// The origin, but in the total.
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

/// The total, and each origin.
pub(crate) fn counts(stats: &Stats) -> (NativeCounts, Vec<NativeCounts>) {
    let total = count(String::new(), stats.connections, stats.requests);
    let origins = stats.origins.iter().map(
        |OriginStats {
             origin,
             connections,
             requests,
         }| { count(origin.clone(), *connections, *requests) },
    );
    (total, origins.collect())
}

fn count(origin: String, connections: ConnectionCounts, requests: RequestCounts) -> NativeCounts {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    NativeCounts {
        origin,
        active: number(connections.active),
        idle: number(connections.idle),
        connecting: number(connections.connecting),
        queued: number(requests.waiting + requests.connecting),
        in_flight: number(requests.active),
    }
}
