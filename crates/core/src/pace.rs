//! Whether an I/O thread that has nothing to do waits awake for the next thing, or goes to sleep.
//!
//! To be woken costs tens of microseconds, on both sides: more than a small request to a near server costs
//! altogether. So the thread stays awake for a moment, as long as experience says that the next thing comes within
//! that moment; while it does not, as with a server that takes milliseconds, it sleeps at once.

use std::time::{Duration, Instant};

/// How long to stay awake: about what it costs both sides to be woken.
const AWAKE_FOR: Duration = Duration::from_micros(100);
/// What counts as near for a thread that sleeps. It sees its own waking, and that of the others, as delay.
const NEAR_ASLEEP: Duration = Duration::from_micros(250);
/// The most confidence that experience gives.
const FULL_CONFIDENCE: u32 = 8;
/// What a thing that comes too late costs: one in five is no reason to sleep.
const DISAPPOINTMENT: u32 = 4;

/// Experience with the time between things to do.
#[derive(Clone, Debug)]
pub struct Pace {
    last: Instant,
    confidence: u32,
}

impl Pace {
    /// Without experience: asleep.
    pub fn new(now: Instant) -> Self {
        Self {
            last: now,
            confidence: 0,
        }
    }

    /// Something was to be done.
    pub fn active(&mut self, now: Instant) {
        let near = if self.is_confident() {
            AWAKE_FOR
        } else {
            NEAR_ASLEEP
        };
        if now.saturating_duration_since(self.last) <= near {
            self.confidence = FULL_CONFIDENCE.min(self.confidence + 1);
        } else {
            self.confidence = self.confidence.saturating_sub(DISAPPOINTMENT);
        }
        self.last = now;
    }

    /// Whether to stay awake.
    pub fn stays_awake(&self, now: Instant) -> bool {
        self.is_confident() && now.saturating_duration_since(self.last) <= AWAKE_FOR
    }

    fn is_confident(&self) -> bool {
        self.confidence > DISAPPOINTMENT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(gaps: impl IntoIterator<Item = u64>) -> (Pace, Instant) {
        let mut now = Instant::now();
        let mut pace = Pace::new(now);
        for gap in gaps {
            now += Duration::from_micros(gap);
            pace.active(now);
        }
        (pace, now)
    }

    #[test]
    fn it_sleeps_until_things_follow_closely() {
        let (pace, now) = after([]);
        assert!(!pace.stays_awake(now));
        let (pace, now) = after([20; 8]);
        assert!(pace.stays_awake(now));
        assert!(
            !pace.stays_awake(now + AWAKE_FOR * 2),
            "not for longer than it is worth"
        );
    }

    #[test]
    fn it_sleeps_when_every_other_thing_is_late() {
        let (pace, now) = after([20, 5000].repeat(50));
        assert!(!pace.stays_awake(now));
    }

    #[test]
    fn what_is_near_to_a_sleeper_is_late_for_one_who_stays_awake() {
        assert!(after([200; 5]).0.is_confident());
        assert!(!after([20, 20, 20, 20, 20, 200]).0.is_confident());
    }

    #[test]
    fn one_late_thing_among_many_does_not_put_it_to_sleep_for_long() {
        let (pace, now) = after([[20; 8].as_slice(), &[5000, 20]].concat());
        assert!(pace.stays_awake(now));
    }
}
