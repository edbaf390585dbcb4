//! The limits of a pool. `None` is no limit, for each of them.

use std::time::Duration;

/// How many connections there may be, and for how long an idle one is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections in all: active, idle and being opened. By default 100, as in HTTPX. With 0 every request waits
    /// until its pool timeout.
    pub max_connections: Option<usize>,
    /// Idle connections that are kept. By default 20, as in HTTPX. With 0 no connection is used twice, unless a
    /// request waits for it when it is released.
    pub max_keepalive_connections: Option<usize>,
    /// For how long a connection may be idle. By default 5 s, as in HTTPX. Zero closes it at once, unless a
    /// request waits for it.
    pub keepalive_expiry: Option<Duration>,
    /// Connections of one route. By default without limit; HTTPX has no such setting.
    pub max_connections_per_host: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: Some(100),
            max_keepalive_connections: Some(20),
            keepalive_expiry: Some(Duration::from_secs(5)),
            max_connections_per_host: None,
        }
    }
}
