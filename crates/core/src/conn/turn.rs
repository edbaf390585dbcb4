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
    /// Adds work on so many bytes. After enough work, lets other tasks run and checks whether the request stops: a
    /// server that always has bytes would otherwise keep the thread to itself.
    pub(super) async fn add<S: Slot>(
        &mut self,
        bytes: usize,
        slot: &mut S,
        exchange: &Exchange,
    ) -> Result<(), Stopped> {
        self.work += bytes + FRAME_WORK;
        if self.work < TURN {
            return Ok(());
        }
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
