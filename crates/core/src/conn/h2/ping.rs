//! Asking a silent server whether it is there (RFC 9113 6.7).

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use h2::{Ping, PingPong};
use tokio::time::{Instant, Sleep, sleep_until};

use super::settings::Http2Settings;

/// PINGs of one connection.
pub(super) struct PingTimer {
    pings: PingPong,
    interval: std::time::Duration,
    timeout: std::time::Duration,
    timer: Pin<Box<Sleep>>,
    awaits_pong: bool,
    /// The connection's bytes when the timer was set.
    received: u64,
}

impl PingTimer {
    /// `None` if the settings want no PINGs.
    pub(super) fn new(settings: &Http2Settings, pings: Option<PingPong>) -> Option<Self> {
        let interval = settings.keep_alive_interval?;
        Some(Self {
            pings: pings?,
            interval,
            timeout: settings.keep_alive_timeout,
            timer: Box::pin(sleep_until(Instant::now() + interval)),
            awaits_pong: false,
            received: 0,
        })
    }

    /// Ready when a PING got no answer in time. `received` is the number of bytes received so far.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, received: u64) -> Poll<()> {
        if self.awaits_pong && self.pings.poll_pong(context).is_ready() {
            self.awaits_pong = false;
            self.set(self.interval, received);
        }
        while self.timer.as_mut().poll(context).is_ready() {
            if self.awaits_pong {
                return Poll::Ready(());
            }
            // a server that sends is there
            if received != self.received || self.pings.send_ping(Ping::opaque()).is_err() {
                self.set(self.interval, received);
                continue;
            }
            self.awaits_pong = true;
            self.set(self.timeout, received);
            // registers for the answer
            let _ = self.pings.poll_pong(context);
        }
        Poll::Pending
    }

    fn set(&mut self, after: std::time::Duration, received: u64) {
        self.received = received;
        self.timer.as_mut().reset(Instant::now() + after);
    }
}
