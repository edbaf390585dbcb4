//! The one timer of a session.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

/// See the [module](self). Made when it is first needed, and then set for the task that polled it.
#[derive(Debug, Default)]
pub(super) struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    /// Another task is to be woken from now on.
    pub(super) fn forget_task(&mut self) {
        self.0 = None;
    }

    /// Whether it will wake the task at this time. Reads no clock.
    pub(super) fn waits_until(&self, at: Instant) -> bool {
        let sleep = self.0.as_deref();
        sleep.is_some_and(|sleep| sleep.deadline() == at && !sleep.is_elapsed())
    }

    /// Ready at this time.
    pub(super) fn poll(&mut self, context: &mut Context<'_>, at: Instant) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        // a task that has used up its budget would find it pending although it is not set
        pin!(unconstrained(sleep.as_mut())).poll(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use tokio::task::coop::has_budget_remaining;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_fires_at_the_time_that_it_was_last_set_to() {
        let (mut timer, begun) = (Timer::default(), Instant::now());
        let [early, late] = [1, 3].map(|seconds| begun + Duration::from_secs(seconds));
        poll_fn(|context| {
            assert!(!timer.waits_until(late) && timer.poll(context, late).is_pending());
            assert!(timer.waits_until(late) && !timer.waits_until(early));
            timer.forget_task();
            assert!(!timer.waits_until(late));
            Poll::Ready(())
        })
        .await;
        poll_fn(|context| timer.poll(context, early)).await;
        assert_eq!(begun.elapsed(), Duration::from_secs(1));
        assert!(!timer.waits_until(early));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_set_by_a_task_that_has_used_up_its_budget() {
        let (mut timer, begun) = (Timer::default(), Instant::now());
        let at = begun + Duration::from_secs(1);
        let mut is_first = true;
        poll_fn(|context| {
            if std::mem::take(&mut is_first) {
                while has_budget_remaining() {
                    let mut other = pin!(tokio::task::consume_budget());
                    let _ = other.as_mut().poll(context);
                }
                assert!(timer.poll(context, at).is_pending());
            }
            // as a session does: what is set is not polled again
            if timer.waits_until(at) {
                return Poll::Pending;
            }
            timer.poll(context, at)
        })
        .await;
        assert_eq!(begun.elapsed(), Duration::from_secs(1));
    }
}
