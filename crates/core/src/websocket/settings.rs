//! What a session was agreed to be, and its limits.

use std::time::Duration;

/// The settings of one session.
#[derive(Clone, Debug)]
pub struct Settings {
    /// permessage-deflate, if the server agreed to it.
    pub compression: Option<Compression>,
    /// The most bytes of a received message, inflated. A longer one fails the session (1009).
    pub max_message_bytes: Option<u64>,
    /// When pings are sent by themselves.
    pub heartbeat: Heartbeat,
    /// The most time that the closing handshake takes.
    pub close_timeout: Duration,
}

/// The agreed parameters of permessage-deflate (RFC 7692 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compression {
    /// Whether the server forgets its window after each message.
    pub server_no_context_takeover: bool,
    /// Whether the client does.
    pub client_no_context_takeover: bool,
    /// The base-2 logarithm of the client's window: 8 to 15.
    pub client_max_window_bits: u8,
}

/// Pings, and how long their pongs may take. `None`: none are sent, or no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// The time between two pings.
    pub interval: Option<Duration>,
    /// The most time from a ping to its pong.
    pub timeout: Option<Duration>,
}
