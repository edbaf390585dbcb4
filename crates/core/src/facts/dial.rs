//! How long the parts of a dial take.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::Instant;

use crate::Phase;

/// How long the parts of a dial took. `None`: it did not happen.
#[derive(Clone, Copy, Debug)]
pub struct DialTimes {
    /// When it began.
    pub started: Instant,
    /// Waiting for room in the pool after the look-up.
    pub room: Option<Duration>,
    /// The name's resolution.
    pub dns: Option<Duration>,
    /// TCP or the Unix socket, and the way through a proxy.
    pub connect: Option<Duration>,
    /// The handshakes of TLS.
    pub tls: Option<Duration>,
}

impl DialTimes {
    pub(super) fn packed(&self) -> PackedDialTimes {
        PackedDialTimes {
            started: self.started,
            parts: [self.room, self.dns, self.connect, self.tls].map(microseconds),
        }
    }
}

/// The same in half of the memory, which each open connection takes: in whole microseconds, an hour at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct PackedDialTimes {
    started: Instant,
    parts: [u32; 4],
}

/// A part that did not happen.
const NONE: u32 = u32::MAX;

fn microseconds(part: Option<Duration>) -> u32 {
    part.map_or(NONE, |part| {
        u32::try_from(part.as_micros()).map_or(NONE - 1, |part| part.min(NONE - 1))
    })
}

impl PackedDialTimes {
    pub(super) fn unpacked(&self) -> DialTimes {
        let part = |part: u32| (part != NONE).then(|| Duration::from_micros(part.into()));
        let [room, dns, connect, tls] = self.parts.map(part);
        DialTimes {
            started: self.started,
            room,
            dns,
            connect,
            tls,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Idle,
    Prepares,
    Runs,
}

/// The parts of a dial that is under way.
#[derive(Debug)]
pub(crate) struct DialProgress {
    phase: Cell<Phase>,
    /// Whether a part has begun, or is being prepared.
    stage: Cell<Stage>,
    /// Since when it is in this phase.
    since: Cell<Instant>,
    past: Cell<DialTimes>,
}

impl DialProgress {
    pub(crate) fn new() -> Self {
        let started = Instant::now();
        Self {
            phase: Cell::new(Phase::Connect),
            stage: Cell::new(Stage::Idle),
            since: Cell::new(started),
            past: Cell::new(DialTimes {
                started,
                room: None,
                dns: None,
                connect: None,
                tls: None,
            }),
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase.get()
    }

    /// Enters this phase: an interruption from now on ends the request in it.
    pub(crate) fn enter(&self, phase: Phase) {
        let now = Instant::now();
        if self.stage.replace(Stage::Runs) == Stage::Runs {
            self.past.set(self.times_at(now));
        }
        self.since.set(now);
        self.phase.set(phase);
    }

    /// The same before the first part, while nothing is sent. This time belongs to no part, unless no part follows.
    pub(crate) fn prepare(&self, phase: Phase) {
        self.stage.set(Stage::Prepares);
        self.since.set(Instant::now());
        self.phase.set(phase);
    }

    /// The look-up is over, and there is no room for a connection.
    pub(crate) fn waits_for_room(&self) {
        self.enter(Phase::Pool);
    }

    pub(crate) fn started(&self) -> Instant {
        self.past.get().started
    }

    /// The times so far.
    pub(crate) fn times(&self) -> DialTimes {
        self.times_at(Instant::now())
    }

    fn times_at(&self, now: Instant) -> DialTimes {
        let mut times = self.past.get();
        if self.stage.get() == Stage::Idle {
            return times;
        }
        let part = match self.phase.get() {
            Phase::Pool => &mut times.room,
            Phase::Dns => &mut times.dns,
            Phase::Tls => &mut times.tls,
            _ => &mut times.connect,
        };
        *part = Some(part.unwrap_or_default() + (now - self.since.get()));
        times
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    #[test]
    fn packed_times_are_the_same_times() {
        let times = DialTimes {
            started: Instant::now(),
            room: None,
            dns: Some(Duration::ZERO),
            connect: Some(Duration::from_micros(1_234_567)),
            tls: Some(Duration::from_secs(1 << 20)),
        };
        let unpacked = times.packed().unpacked();
        assert_eq!(unpacked.started, times.started);
        assert_eq!(unpacked.room, None);
        assert_eq!(unpacked.dns, times.dns);
        assert_eq!(unpacked.connect, times.connect);
        assert_eq!(unpacked.tls, Some(Duration::from_micros(u64::from(NONE - 1))));
    }

    #[tokio::test(start_paused = true)]
    async fn each_part_has_its_time_and_parts_that_did_not_happen_have_none() {
        let milliseconds = |part: Option<Duration>| part.map(|part| part.as_millis());
        let progress = DialProgress::new();
        progress.prepare(Phase::Tls);
        progress.enter(Phase::Dns);
        sleep(Duration::from_millis(3)).await;
        progress.enter(Phase::Connect);
        sleep(Duration::from_millis(5)).await;
        let times = progress.times();
        assert_eq!(
            (milliseconds(times.dns), milliseconds(times.connect)),
            (Some(3), Some(5))
        );
        progress.enter(Phase::Proxy);
        sleep(Duration::from_millis(7)).await;
        progress.enter(Phase::Tls);
        sleep(Duration::from_millis(11)).await;
        let times = progress.times();
        assert_eq!(
            [times.dns, times.connect, times.tls].map(milliseconds),
            [Some(3), Some(12), Some(11)]
        );
    }
}
