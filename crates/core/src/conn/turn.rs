//! Sharing the I/O thread between connections while bodies arrive.

use std::future::poll_fn;
use std::task::Poll;

use tokio::task::yield_now;
use tokio::time::Instant;

use super::deadline::Awaited;
use super::slot::Slot;
use super::stop::{Stopped, poll_stopped};
use crate::exchange::Exchange;

/// Body bytes that a task handles before other tasks run.
pub(super) const TURN: usize = 1024 * 1024;
/// What each frame adds to its bytes: small frames cost more than their bytes.
const FRAME_WORK: usize = 4 * 1024;

/// The work of one request since other tasks last ran.
#[derive(Debug, Default)]
pub(super) struct Turn {
    work: usize,
}

impl Turn {
    /// Adds work on so many bytes. Returns whether it was enough, so that [`end`](Self::end) must follow.
    #[must_use]
    pub(super) fn add(&mut self, bytes: usize) -> bool {
        self.work += bytes + FRAME_WORK;
        self.work >= TURN
    }

    /// Lets other tasks run and checks whether the request stops: a server that always has bytes would otherwise keep the
    /// thread to itself.
    pub(super) async fn end<S: Slot>(&mut self, slot: &mut S, exchange: &Exchange) -> Result<(), Stopped> {
        self.work = 0;
        yield_now().await;
        let now = Instant::now();
        poll_fn(|context| {
            Poll::Ready(match poll_stopped(slot, context, exchange, Awaited::Body(now)) {
                Poll::Ready(stopped) => Err(stopped),
                Poll::Pending => Ok(()),
            })
        })
        .await
    }
}
