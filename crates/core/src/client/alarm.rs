//! The one timer of a client.
//!
//! It is set for the earliest deadline that is known and not moved when that deadline no longer matters, so that a
//! request that gets its connection in time costs no timer operation. Then it fires in vain, and is set again.

use std::cell::Cell;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// See the [module](self).
#[derive(Debug, Default)]
pub(super) struct Alarm {
    at: Cell<Option<Instant>>,
    ended: Cell<bool>,
    changed: Notify,
}

impl Alarm {
    /// Sets it for this time, unless it is set for an earlier one.
    pub(super) fn set_by(&self, at: Instant) {
        if self.at.get().is_none_or(|set| at < set) {
            self.at.set(Some(at));
            self.changed.notify_one();
        }
    }

    /// Ends it: it never fires again.
    pub(super) fn end(&self) {
        self.ended.set(true);
        self.changed.notify_one();
    }

    /// Waits until it fires, after which it is not set; false once it has ended.
    pub(super) async fn fires(&self) -> bool {
        while !self.ended.get() {
            let Some(at) = self.at.get() else {
                self.changed.notified().await;
                continue;
            };
            tokio::select! {
                biased;
                () = self.changed.notified() => {}
                () = sleep_until(at) => {
                    self.at.set(None);
                    return true;
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_fires_at_the_earliest_time_that_was_set() {
        let (alarm, start) = (Alarm::default(), Instant::now());
        for seconds in [5, 3, 4] {
            alarm.set_by(start + Duration::from_secs(seconds));
        }
        assert!(alarm.fires().await);
        assert_eq!(start.elapsed(), Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_set_while_it_is_waited_for_and_ends() {
        let (alarm, start) = (Alarm::default(), Instant::now());
        let set = async {
            tokio::task::yield_now().await;
            alarm.set_by(start + Duration::from_secs(1));
        };
        assert!(tokio::join!(alarm.fires(), set).0);
        assert_eq!(start.elapsed(), Duration::from_secs(1));
        let end = async {
            tokio::task::yield_now().await;
            alarm.end();
        };
        assert!(!tokio::join!(alarm.fires(), end).0);
    }
}
