//! The time limit of an attempt to connect that several requests may share.

use std::cell::Cell;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// Until when the attempt may take; `None` if nothing limits it. Each request that comes to share the attempt may put it
/// off, so that it lasts as long as the most patient of them waits.
#[derive(Debug)]
pub(crate) struct AttemptLimit {
    at: Cell<Option<Instant>>,
    /// Since when it does not count the time.
    stopped: Cell<Option<Instant>>,
    changed: Notify,
}

impl AttemptLimit {
    pub(crate) fn new(at: Option<Instant>) -> Self {
        Self {
            at: Cell::new(at),
            stopped: Cell::new(None),
            changed: Notify::new(),
        }
    }

    /// When it passes, as far as is known.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.at.get()
    }

    /// Another request waits until this time; `None` if for ever.
    pub(crate) fn put_off(&self, at: Option<Instant>) {
        let Some(set) = self.at.get() else { return };
        if at.is_none_or(|at| at > set) {
            self.at.set(at);
            self.changed.notify_one();
        }
    }

    /// Does not count the time from now on.
    pub(crate) fn stop(&self) {
        self.stopped.set(Some(Instant::now()));
        self.changed.notify_one();
    }

    /// Counts it again.
    pub(crate) fn go_on(&self) {
        if let Some(since) = self.stopped.take() {
            self.at.set(self.at.get().map(|at| at + since.elapsed()));
            self.changed.notify_one();
        }
    }

    /// Waits until it has passed.
    pub(crate) async fn passes(&self) {
        loop {
            match self.at.get() {
                None => return std::future::pending().await,
                Some(_) if self.stopped.get().is_some() => self.changed.notified().await,
                Some(at) => tokio::select! {
                    () = self.changed.notified() => {}
                    () = sleep_until(at) => return,
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_passes_at_the_latest_time_that_was_set() {
        let start = Instant::now();
        let limit = AttemptLimit::new(Some(start + Duration::from_secs(1)));
        let put_off = async {
            tokio::task::yield_now().await;
            for seconds in [3, 2] {
                limit.put_off(Some(start + Duration::from_secs(seconds)));
            }
        };
        tokio::join!(limit.passes(), put_off);
        assert_eq!(start.elapsed(), Duration::from_secs(3));
        limit.put_off(None);
        limit.put_off(Some(start));
        assert_eq!(limit.at(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn it_does_not_count_the_time_while_it_is_stopped() {
        let start = Instant::now();
        let limit = AttemptLimit::new(Some(start + Duration::from_secs(2)));
        let stopped = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            limit.stop();
            tokio::time::sleep(Duration::from_secs(5)).await;
            limit.go_on();
        };
        tokio::join!(limit.passes(), stopped);
        assert_eq!(start.elapsed(), Duration::from_secs(7));
    }
}
