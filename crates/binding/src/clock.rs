//! The engine's clock, as JavaScript reads it: monotonic, and the same for all threads of the process.

use std::sync::LazyLock;
use std::time::Instant;

/// The zero of the clock. JavaScript reads the clock before the engine times anything for it.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The clock's reading at a time.
pub(crate) fn microseconds(at: Instant) -> u64 {
    u64::try_from(at.saturating_duration_since(*START).as_micros()).unwrap_or(u64::MAX)
}

/// The clock's reading now, in milliseconds.
pub(crate) fn now() -> f64 {
    START.elapsed().as_secs_f64() * 1000.0
}
