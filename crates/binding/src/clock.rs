//! The engine's clock, as JavaScript reads it: monotonic, and the same for all threads of the process.

use std::sync::LazyLock;
use std::time::Instant;

/// Where the clock starts. JavaScript reads the clock before it has anything timed by it.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// What the clock shows at that time.
pub(crate) fn microseconds(at: Instant) -> u64 {
    u64::try_from(at.saturating_duration_since(*START).as_micros()).unwrap_or(u64::MAX)
}

/// What the clock shows now, in milliseconds.
pub(crate) fn now() -> f64 {
    START.elapsed().as_secs_f64() * 1000.0
}
