//! A look-up that several connections wait for.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use tokio::sync::Notify;
use tokio::task::{AbortHandle, spawn_local};

use super::{Answer, Question, Resolve};
use crate::Error;

/// The outcome of a look-up.
pub(super) type Outcome = Result<Vec<Answer>, Error>;

/// A look-up under way, which runs in a task of its own.
pub(super) struct SharedLookup {
    outcome: OnceCell<Outcome>,
    finished: Notify,
    waiting: Cell<usize>,
    /// `None` for one that goes on without callers.
    task: OnceCell<AbortHandle>,
}

impl SharedLookup {
    /// Begins a look-up. `finished` gets its outcome before those who wait do; it is not called if the look-up is given up.
    pub(super) fn begin(
        source: &Rc<dyn Resolve>,
        question: Question<'_>,
        finished: impl FnOnce(&Outcome) + 'static,
    ) -> Rc<Self> {
        let shared = Rc::new(Self {
            outcome: OnceCell::new(),
            finished: Notify::new(),
            waiting: Cell::new(0),
            task: OnceCell::new(),
        });
        let (name, port, asker) = (question.name.to_owned(), question.port, question.asker);
        let (source_of_task, looking) = (Rc::clone(source), Rc::clone(&shared));
        let task = spawn_local(async move {
            let name = &name;
            let outcome = source_of_task.resolve(Question { name, port, asker }).await;
            finished(&outcome);
            // only this task sets it
            let _ = looking.outcome.set(outcome);
            looking.finished.notify_waiters();
        });
        if !source.goes_on() {
            let _ = shared.task.set(task.abort_handle());
        }
        shared
    }

    /// Waits for the outcome. When the last of those who wait gives up, `abandoned` is called and the look-up ends,
    /// unless it goes on.
    pub(super) async fn wait(self: Rc<Self>, abandoned: impl FnOnce()) -> Outcome {
        let waiter = Waiter::new(&self, abandoned);
        loop {
            if let Some(outcome) = self.outcome.get() {
                drop(waiter);
                return outcome.clone();
            }
            self.finished.notified().await;
        }
    }
}

/// Counts one of those who wait.
struct Waiter<'a, F: FnOnce()> {
    shared: &'a SharedLookup,
    abandoned: Option<F>,
}

impl<'a, F: FnOnce()> Waiter<'a, F> {
    fn new(shared: &'a SharedLookup, abandoned: F) -> Self {
        shared.waiting.set(shared.waiting.get() + 1);
        Self {
            shared,
            abandoned: Some(abandoned),
        }
    }
}

impl<F: FnOnce()> Drop for Waiter<'_, F> {
    fn drop(&mut self) {
        let waiting = self.shared.waiting.get() - 1;
        self.shared.waiting.set(waiting);
        if waiting > 0 || self.shared.outcome.get().is_some() {
            return;
        }
        if let (Some(task), Some(abandoned)) = (self.shared.task.get(), self.abandoned.take()) {
            task.abort();
            abandoned();
        }
    }
}
