//! How long each step of a request may take.

use std::time::Duration;

/// The limits of one request; `None` is no limit.
///
/// All of them are kept by the I/O thread, so a busy JavaScript thread never makes one fire falsely.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// Name resolution, TCP (or Unix) connect and TLS handshake of one attempt, together.
    pub connect: Option<Duration>,
    /// Silence of the server while its bytes are waited for.
    pub read: Option<Duration>,
    /// Refusal of the server to take bytes that are ready to be written.
    pub write: Option<Duration>,
    /// The wait for a connection of the pool.
    pub pool: Option<Duration>,
    /// The request from its submission to the last byte of its response.
    pub total: Option<Duration>,
}
