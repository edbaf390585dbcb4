//! Whether an idle I/O thread keeps polling ("spins") or sleeps until it is woken.
//!
//! A wake-up costs tens of microseconds on each side, more than a small request to a near server costs in all. So the
//! thread keeps polling for a moment while recent work has followed work that closely. With a server that takes
//! milliseconds, it sleeps at once.

use std::time::{Duration, Instant};

/// How long to poll: about what a wake-up costs both sides.
const SPIN_TIME: Duration = Duration::from_micros(100);
/// Work within this time counts as near while the thread sleeps: the measured time then includes the wake-ups of this
/// thread and of the peer.
const NEAR_WHEN_ASLEEP: Duration = Duration::from_micros(250);
/// The highest score.
const MAX_SCORE: u32 = 8;
/// A score above this keeps the thread polling.
const SPIN_ABOVE: u32 = 4;
/// What late work takes from the score: one late piece in five does not end polling.
const LATE_PENALTY: u32 = 4;

/// Decides from the time between pieces of work.
#[derive(Clone, Debug)]
pub struct SpinPolicy {
    last: Instant,
    score: u32,
}

impl SpinPolicy {
    /// A policy that has seen no work: the thread sleeps.
    pub fn new(now: Instant) -> Self {
        Self { last: now, score: 0 }
    }

    /// Records that there was work.
    pub fn record(&mut self, now: Instant) {
        let near = if self.is_spinning() {
            SPIN_TIME
        } else {
            NEAR_WHEN_ASLEEP
        };
        if now.saturating_duration_since(self.last) <= near {
            self.score = MAX_SCORE.min(self.score + 1);
        } else {
            self.score = self.score.saturating_sub(LATE_PENALTY);
        }
        self.last = now;
    }

    /// Whether the idle thread keeps polling.
    pub fn spins(&self, now: Instant) -> bool {
        self.is_spinning() && now.saturating_duration_since(self.last) <= SPIN_TIME
    }

    fn is_spinning(&self) -> bool {
        self.score > SPIN_ABOVE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(gaps: impl IntoIterator<Item = u64>) -> (SpinPolicy, Instant) {
        let mut now = Instant::now();
        let mut policy = SpinPolicy::new(now);
        for gap in gaps {
            now += Duration::from_micros(gap);
            policy.record(now);
        }
        (policy, now)
    }

    #[test]
    fn the_thread_sleeps_until_work_follows_work_closely() {
        let (policy, now) = after([]);
        assert!(!policy.spins(now));
        let (policy, now) = after([20; 8]);
        assert!(policy.spins(now));
        assert!(
            !policy.spins(now + SPIN_TIME * 2),
            "polling ends after a wake-up's cost"
        );
    }

    #[test]
    fn the_thread_sleeps_when_every_other_piece_of_work_is_late() {
        let (policy, now) = after([20, 5000].repeat(50));
        assert!(!policy.spins(now));
    }

    #[test]
    fn a_gap_that_is_near_for_a_sleeping_thread_is_late_for_a_polling_one() {
        assert!(after([200; 5]).0.is_spinning());
        assert!(!after([20, 20, 20, 20, 20, 200]).0.is_spinning());
    }

    #[test]
    fn one_late_piece_of_work_does_not_end_polling_for_long() {
        let (policy, now) = after([[20; 8].as_slice(), &[5000, 20]].concat());
        assert!(policy.spins(now));
    }
}
