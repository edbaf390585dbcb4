//! Recognizes a server that sends frames without end which carry nothing of a response. A request that waits without a time
//! limit would wait on, and each frame costs work.

use std::time::Duration;

use tokio::time::Instant;

/// So many frames without progress are looked at together.
const FRAMES: u64 = 10_000;
/// For each of these a server may send one frame: a request, a frame with a part of a response, …
const PER_STEP: u64 = 4;
/// … so many bytes written, for windows that open, …
const WRITTEN: u64 = 64;
/// … and this time, for PINGs that keep a silent connection.
const INTERVAL: Duration = Duration::from_millis(10);

/// What a connection has done so far.
#[derive(Clone, Copy)]
pub(super) struct Progress {
    /// Requests begun.
    pub(super) requests: u64,
    /// Bytes written.
    pub(super) written: u64,
}

/// The frames of one connection.
pub(super) struct Flood {
    /// Frames without progress since `since`.
    silent: u64,
    /// Frames that were progress since then.
    useful: u64,
    since: Instant,
    before: Progress,
}

impl Flood {
    pub(super) fn new() -> Self {
        Self {
            silent: 0,
            useful: 0,
            since: Instant::now(),
            before: Progress {
                requests: 0,
                written: 0,
            },
        }
    }

    /// Counts a frame. True if there were too many without progress.
    pub(super) fn count(&mut self, is_progress: bool, progress: impl FnOnce() -> Progress) -> bool {
        if is_progress {
            self.useful += 1;
            return false;
        }
        self.silent += 1;
        if self.silent < FRAMES {
            return false;
        }
        let (now, progress) = (Instant::now(), progress());
        let steps = self.useful + progress.requests - self.before.requests;
        let waited = now.duration_since(self.since).as_nanos() / INTERVAL.as_nanos();
        let allowed = steps * PER_STEP
            + (progress.written - self.before.written) / WRITTEN
            + u64::try_from(waited).unwrap_or(FRAMES);
        *self = Self {
            silent: 0,
            useful: 0,
            since: now,
            before: progress,
        };
        allowed < FRAMES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether so many frames in a row are a flood.
    fn is_flood(flood: &mut Flood, frames: u64, progress: Progress) -> bool {
        (0..frames).any(|_| flood.count(false, || progress))
    }

    const NOTHING: Progress = Progress {
        requests: 0,
        written: 0,
    };

    #[tokio::test(start_paused = true)]
    async fn ten_thousand_frames_at_once_are_a_flood_and_fewer_are_not() {
        let mut flood = Flood::new();
        assert!(!is_flood(&mut flood, FRAMES - 1, NOTHING));
        assert!(is_flood(&mut flood, 1, NOTHING));
    }

    #[tokio::test(start_paused = true)]
    async fn pings_of_a_silent_connection_are_no_flood() {
        let mut flood = Flood::new();
        for _ in 0..FRAMES * 3 {
            tokio::time::advance(Duration::from_millis(20)).await;
            assert!(!flood.count(false, || NOTHING));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_few_frames_for_each_part_of_a_response_or_request_are_no_flood() {
        let mut flood = Flood::new();
        for _ in 0..FRAMES {
            assert!(!flood.count(true, || NOTHING));
            assert!(!is_flood(&mut flood, PER_STEP, NOTHING));
        }
        let (mut flood, mut progress) = (Flood::new(), NOTHING);
        for _ in 0..FRAMES {
            progress.requests += 1;
            assert!(!is_flood(&mut flood, PER_STEP, progress));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn windows_that_open_for_each_kibibyte_of_an_upload_are_no_flood() {
        let (mut flood, mut progress) = (Flood::new(), NOTHING);
        for _ in 0..FRAMES * 3 {
            progress.written += 1024;
            assert!(!is_flood(&mut flood, 2, progress));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn answers_to_pings_are_no_progress() {
        let (mut flood, mut progress) = (Flood::new(), NOTHING);
        let flooded = (0..FRAMES).any(|_| {
            progress.written += 17;
            flood.count(false, || progress)
        });
        assert!(flooded);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_one_also_on_a_connection_that_did_much_before() {
        let mut flood = Flood::new();
        for _ in 0..FRAMES * 10 {
            flood.count(true, || NOTHING);
        }
        assert!(is_flood(&mut flood, FRAMES * 2, NOTHING));
    }
}
