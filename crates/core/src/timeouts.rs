//! The time limits of a request.

use std::time::Duration;

/// The limits of one request. `None` means no limit.
///
/// The I/O thread measures all of them, so a busy JavaScript thread does not make one fire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// The most time for one attempt to connect: name resolution, TCP or Unix connection and TLS handshake together.
    pub connect: Option<Duration>,
    /// The most time without bytes from the server while the request waits for them.
    pub read: Option<Duration>,
    /// The most time in which the server takes no bytes although some are ready.
    pub write: Option<Duration>,
    /// The most time to wait in the pool for a connection.
    pub pool: Option<Duration>,
    /// The most time from the request's submission to the last byte of its response.
    pub total: Option<Duration>,
}
