//! The tasks of a connection's streams. A task whose stream has ended waits for the next one: to spawn a task costs a tenth
//! of a small request, most of it for memory.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use tokio::task::spawn_local;

/// Tasks that wait beyond this number end.
const KEPT: usize = 128;

/// The tasks of one connection. Those that wait end when it is dropped; those that work end with their work.
pub(super) struct StreamTasks<W>(Rc<RefCell<Vec<Rc<Waiting<W>>>>>);

/// A task that waits for work.
struct Waiting<W> {
    work: Cell<Option<W>>,
    has_ended: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

impl<W: 'static> StreamTasks<W> {
    pub(super) fn new() -> Self {
        Self(Rc::default())
    }

    /// Has a task do this work. A new task does all its work by what `make` returns, which must be the same each time.
    pub(super) fn give<P, F>(&self, work: W, make: impl FnOnce() -> P)
    where
        P: Fn(W) -> F + 'static,
        F: Future<Output = ()> + 'static,
    {
        let waiting = self.0.borrow_mut().pop();
        if let Some(task) = waiting {
            task.work.set(Some(work));
            return task.wake();
        }
        let (tasks, perform) = (Rc::downgrade(&self.0), make());
        spawn_local(async move {
            perform(work).await;
            let waiting = Rc::default();
            while let Some(work) = next(&tasks, &waiting).await {
                perform(work).await;
            }
        });
    }
}

impl<W> Drop for StreamTasks<W> {
    fn drop(&mut self) {
        for task in self.0.take() {
            task.has_ended.set(true);
            task.wake();
        }
    }
}

/// Waits for the next work; `None` if there will be none.
async fn next<W>(tasks: &Weak<RefCell<Vec<Rc<Waiting<W>>>>>, waiting: &Rc<Waiting<W>>) -> Option<W> {
    {
        let tasks = tasks.upgrade()?;
        let mut tasks = tasks.borrow_mut();
        if tasks.len() == KEPT {
            return None;
        }
        tasks.push(Rc::clone(waiting));
    }
    poll_fn(|context| waiting.poll(context)).await
}

impl<W> Default for Waiting<W> {
    fn default() -> Self {
        Self {
            work: Cell::new(None),
            has_ended: Cell::new(false),
            waker: Cell::new(None),
        }
    }
}

impl<W> Waiting<W> {
    fn poll(&self, context: &Context<'_>) -> Poll<Option<W>> {
        if let Some(work) = self.work.take() {
            return Poll::Ready(Some(work));
        }
        if self.has_ended.get() {
            return Poll::Ready(None);
        }
        self.waker.set(Some(context.waker().clone()));
        Poll::Pending
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::{LocalSet, yield_now};

    use super::*;

    /// Work that tells the id of the task that does it.
    type Work = Rc<Cell<Option<tokio::task::Id>>>;

    async fn perform(work: Work) {
        work.set(tokio::task::try_id());
        yield_now().await;
    }

    /// Lets all tasks run as far as they can.
    async fn settle() {
        for _ in 0..8 {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_task_that_has_done_its_work_does_the_next() {
        let given = || {
            let work = Work::default();
            (Rc::clone(&work), work)
        };
        LocalSet::new()
            .run_until(async {
                let tasks = StreamTasks::new();
                let mut workers = Vec::new();
                for _ in 0..3 {
                    let (first, work) = given();
                    tasks.give(work, || perform);
                    let (second, work) = given();
                    tasks.give(work, || perform);
                    settle().await;
                    assert_ne!(first.get(), second.get());
                    let mut pair = [first.get().unwrap(), second.get().unwrap()].map(|id| id.to_string());
                    pair.sort();
                    workers.push(pair);
                }
                assert_eq!(workers[0], workers[1]);
                assert_eq!(workers[0], workers[2]);
            })
            .await;
    }

    #[tokio::test]
    async fn work_that_was_given_is_done_although_the_connection_ends_and_then_its_tasks_end() {
        LocalSet::new()
            .run_until(async {
                let tasks = StreamTasks::new();
                let alive = Rc::new(());
                let perform = {
                    let alive = Rc::clone(&alive);
                    move |work| {
                        let alive = Rc::clone(&alive);
                        async move {
                            perform(work).await;
                            drop(alive);
                        }
                    }
                };
                tasks.give(Work::default(), || perform.clone());
                settle().await;
                let work = Work::default();
                tasks.give(Rc::clone(&work), || perform.clone());
                drop(tasks);
                settle().await;
                assert!(work.get().is_some());
                drop(perform);
                assert_eq!(Rc::strong_count(&alive), 1);
            })
            .await;
    }
}
