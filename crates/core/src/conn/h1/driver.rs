//! hyper's connection future, which is polled only when something woke it.
//!
//! The task that runs a request also drives hyper, and has to look at both each time that either may have gone on. A poll in
//! which hyper finds nothing to do costs a twelfth of a small request (a read, a write and a flush): six of nine were such.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use super::wire::Wire;
use crate::body::Outgoing;

type Connection = http1::Connection<TokioIo<Wire>, Outgoing>;

/// See the [module](self).
pub(super) struct Driver {
    /// `None` once the connection has ended.
    connection: Option<Pin<Box<Connection>>>,
    /// One that has ended: it holds the bytes behind a head with which HTTP ends.
    ended: Option<Pin<Box<Connection>>>,
    /// The error with which it ended.
    error: Option<hyper::Error>,
    wakeup: Arc<Wakeup>,
    /// Wakes through `wakeup`.
    waker: Waker,
}

impl Driver {
    pub(super) fn new(connection: Connection) -> Self {
        let wakeup = Wakeup::of(Waker::noop());
        Self {
            connection: Some(Box::pin(connection)),
            ended: None,
            error: None,
            waker: Waker::from(Arc::clone(&wakeup)),
            wakeup,
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.connection.is_none()
    }

    pub(super) fn error(&self) -> Option<&hyper::Error> {
        self.error.as_ref()
    }

    /// Asks hyper for something. [`drive`](Self::drive) must follow before the task sleeps, which is not woken for it.
    pub(super) fn ask<T>(&self, ask: impl FnOnce() -> T) -> T {
        self.wakeup.is_attended.store(true, Ordering::Relaxed);
        let answer = ask();
        self.wakeup.is_attended.store(false, Ordering::Relaxed);
        answer
    }

    /// Lets hyper read and write as far as it can, if something woke it since.
    pub(super) fn drive(&mut self, context: &mut Context<'_>) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        if !self.wakeup.task.will_wake(context.waker()) {
            self.wakeup = Wakeup::of(context.waker());
            self.waker = Waker::from(Arc::clone(&self.wakeup));
        }
        if !self.wakeup.is_due.swap(false, Ordering::AcqRel) {
            return;
        }
        // the request's own futures report the error too, unless the response is complete
        if let Poll::Ready(ended) = connection.as_mut().poll(&mut Context::from_waker(&self.waker)) {
            self.ended = self.connection.take();
            self.error = ended.err();
        }
    }

    /// The bytes behind a head with which HTTP ended; `None` before that.
    pub(super) fn take_rest(&mut self) -> Option<Bytes> {
        let ended = self.ended.take()?;
        Some(Pin::into_inner(ended).into_parts().read_buf)
    }
}

/// Wakes the task, and notes that hyper was meant.
struct Wakeup {
    is_due: AtomicBool,
    /// Whether the task is running and looks at `is_due` before it sleeps. Hyper lives on this one thread.
    is_attended: AtomicBool,
    task: Waker,
}

impl Wakeup {
    /// Due from the beginning: what woke the one before it woke another task.
    fn of(task: &Waker) -> Arc<Self> {
        Arc::new(Self {
            is_due: AtomicBool::new(true),
            is_attended: AtomicBool::new(false),
            task: task.clone(),
        })
    }
}

impl Wake for Wakeup {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_due.store(true, Ordering::Release);
        if !self.is_attended.load(Ordering::Relaxed) {
            self.task.wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wake_counter::WakeCounter;

    fn wakeup() -> (Arc<WakeCounter>, Arc<Wakeup>) {
        let task = Arc::new(WakeCounter::default());
        let wakeup = Wakeup::of(&Waker::from(Arc::clone(&task)));
        (task, wakeup)
    }

    #[test]
    fn what_wakes_hyper_wakes_the_task_and_is_due() {
        let (task, wakeup) = wakeup();
        assert!(
            wakeup.is_due.swap(false, Ordering::Relaxed),
            "a new task has it all to do"
        );
        Waker::from(Arc::clone(&wakeup)).wake();
        assert!(wakeup.is_due.load(Ordering::Relaxed));
        assert_eq!(task.count(), 1);
    }

    #[test]
    fn what_the_task_itself_asks_for_is_due_and_wakes_nothing() {
        let (task, wakeup) = wakeup();
        wakeup.is_due.store(false, Ordering::Relaxed);
        wakeup.is_attended.store(true, Ordering::Relaxed);
        Waker::from(Arc::clone(&wakeup)).wake_by_ref();
        assert!(wakeup.is_due.load(Ordering::Relaxed));
        assert_eq!(task.count(), 0);
    }
}
