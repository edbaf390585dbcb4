//! What a client wants of its HTTP/2 connections.

use std::time::Duration;

/// The most streams before the server's SETTINGS have arrived. RFC 9113 6.5.2 recommends that servers allow at least
/// 100, and a stream that is refused goes again.
const INITIAL_STREAMS: u32 = 100;
/// The window of a connection, in windows of its streams. That of unread responses is three times as large.
const CONNECTION_WINDOW: u32 = 4;
/// The least window of a connection: 16 MiB.
const MIN_CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;
/// The largest window (RFC 9113 6.9.1).
pub(super) const MAX_WINDOW: u32 = (1 << 31) - 1;
/// What unread frames of few bytes may cost, of which `h2` counts 256 less their length each: some 130,000 frames.
const SMALL_FRAMES: usize = 32 * 1024 * 1024;
/// Bytes of one stream's upload that wait in the connection.
const MAX_SEND_BUFFER: usize = 512 * 1024;

/// The settings of HTTP/2 connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http2Settings {
    /// The most requests on one connection at a time. The server's own limit holds too. By default without limit.
    pub max_concurrent_streams: Option<u32>,
    /// Bytes that a server may send on a stream before they are read. By default 4 MiB. A connection has a window of 4
    /// times that, at least 16 MiB, and unread responses hold up to 3 times as much besides.
    pub window_size: u32,
    /// After how long without a byte from the server a PING asks whether it is there. By default never.
    pub keep_alive_interval: Option<Duration>,
    /// How long the answer to a PING may take. By default 20 s.
    pub keep_alive_timeout: Duration,
    /// The most bytes of a response's header fields, counted as RFC 9113 6.5.2 says. By default 256 KiB.
    pub max_header_list_size: u32,
}

impl Default for Http2Settings {
    fn default() -> Self {
        Self {
            max_concurrent_streams: None,
            window_size: 4 * 1024 * 1024,
            keep_alive_interval: None,
            keep_alive_timeout: Duration::from_secs(20),
            max_header_list_size: 256 * 1024,
        }
    }
}

impl Http2Settings {
    /// `expected` is the number of streams that the server is likely to allow at a time.
    pub(super) fn builder(&self, expected: Option<u32>) -> h2::client::Builder {
        let streams = expected.map_or(INITIAL_STREAMS, |expected| expected.min(INITIAL_STREAMS));
        let mut builder = h2::client::Builder::new();
        builder
            .enable_push(false)
            .initial_window_size(self.stream_window())
            .initial_connection_window_size(self.connection_window())
            .data_frame_budget(SMALL_FRAMES)
            // h2 counts late frames of cancelled requests over a connection's whole life; the frames of a server that sends
            // them without end are a flood
            .max_local_error_reset_streams(None)
            .initial_max_send_streams(streams as usize)
            // h2 does not tell why it rejects a head: heads above the limit are to come through
            .max_header_list_size(self.max_header_list_size.saturating_mul(2))
            .max_send_buffer_size(MAX_SEND_BUFFER);
        builder
    }

    /// The window of a stream.
    pub(super) fn stream_window(&self) -> u32 {
        self.window_size.min(MAX_WINDOW)
    }

    /// The window of a connection without unread responses.
    pub(super) fn connection_window(&self) -> u32 {
        let window = self.window_size.saturating_mul(CONNECTION_WINDOW);
        window.clamp(MIN_CONNECTION_WINDOW, MAX_WINDOW)
    }

    /// What unread responses may hold besides.
    pub(super) fn unread_window(&self) -> u32 {
        let window = self.connection_window();
        window.saturating_mul(3).min(MAX_WINDOW - window)
    }

    /// How many requests a connection takes at a time if its server allows so many.
    pub(super) fn capacity(&self, allowed: usize) -> u32 {
        let allowed = u32::try_from(allowed).unwrap_or(u32::MAX);
        self.max_concurrent_streams
            .map_or(allowed, |limit| limit.min(allowed))
    }
}
