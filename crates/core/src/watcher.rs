//! The task that waits for something, as the one that brings it knows it.

use std::cell::RefCell;
use std::task::{Context, Waker};

/// A place for one task. It stays there until another takes it: a task that is woken for each message is not registered
/// again for each.
#[derive(Debug, Default)]
pub(crate) struct Watcher(RefCell<Option<Waker>>);

impl Watcher {
    /// Makes [`Self::wake`] wake this task. Returns whether it would have before.
    pub(crate) fn watch(&self, context: &Context<'_>) -> bool {
        let mut waker = self.0.borrow_mut();
        match &*waker {
            Some(known) if known.will_wake(context.waker()) => true,
            _ => {
                *waker = Some(context.waker().clone());
                false
            }
        }
    }

    /// Wakes the task, if there is one.
    pub(crate) fn wake(&self) {
        // cloned by tokio only if the task is not about to run anyway
        if let Some(waker) = &*self.0.borrow() {
            waker.wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::wake_counter::WakeCounter;

    #[test]
    fn the_last_task_that_watches_is_woken_each_time() {
        let tasks = [Arc::new(WakeCounter::default()), Arc::new(WakeCounter::default())];
        let wakers = tasks.clone().map(Waker::from);
        let watcher = Watcher::default();
        watcher.wake();
        assert!(!watcher.watch(&Context::from_waker(&wakers[0])));
        assert!(watcher.watch(&Context::from_waker(&wakers[0])));
        watcher.wake();
        watcher.wake();
        assert!(!watcher.watch(&Context::from_waker(&wakers[1])));
        watcher.wake();
        let woken = tasks.map(|task| task.count());
        assert_eq!(woken, [2, 1]);
    }
}
