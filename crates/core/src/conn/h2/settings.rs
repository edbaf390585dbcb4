//! What a client wants of its HTTP/2 connections.

use std::time::Duration;

/// The most streams before the server's SETTINGS have arrived. RFC 9113 6.5.2 recommends that servers allow at least
/// 100, and a stream that is refused goes again.
const INITIAL_STREAMS: u32 = 100;
/// Readers of full streams that stall without stalling the other streams of their connection.
const STALLED_STREAMS: u32 = 64;
/// The largest window (RFC 9113 6.9.1).
const MAX_WINDOW: u32 = (1 << 31) - 1;
/// Bytes of one stream's upload that wait in the connection.
const MAX_SEND_BUFFER: usize = 512 * 1024;

/// The settings of HTTP/2 connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http2Settings {
    /// The most requests on one connection at a time. The server's own limit holds too. By default without limit.
    pub max_concurrent_streams: Option<u32>,
    /// Bytes that a server may send on a stream before they are read. By default 4 MiB. The window of the connection is
    /// 64 times that, so that unread streams do not stop the others.
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
    pub(super) fn builder(&self) -> h2::client::Builder {
        let window = self.window_size.min(MAX_WINDOW);
        let mut builder = h2::client::Builder::new();
        builder
            .enable_push(false)
            .initial_window_size(window)
            .initial_connection_window_size(window.saturating_mul(STALLED_STREAMS).min(MAX_WINDOW))
            .initial_max_send_streams(INITIAL_STREAMS as usize)
            .max_header_list_size(self.max_header_list_size)
            .max_send_buffer_size(MAX_SEND_BUFFER);
        builder
    }

    /// How many requests a connection takes at a time if its server allows so many.
    pub(super) fn capacity(&self, allowed: usize) -> u32 {
        let allowed = u32::try_from(allowed).unwrap_or(u32::MAX);
        self.max_concurrent_streams
            .map_or(allowed, |limit| limit.min(allowed))
    }
}
