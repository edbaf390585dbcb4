//! For tests: a task that counts how often it is woken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Wake;

/// Use it as a [`Waker`](std::task::Waker).
#[derive(Debug, Default)]
pub(crate) struct WakeCounter(AtomicU32);

impl WakeCounter {
    /// The wake-ups until now.
    pub(crate) fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// The wake-ups since the last call.
    pub(crate) fn take(&self) -> u32 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

impl Wake for WakeCounter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
