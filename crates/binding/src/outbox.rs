//! Completions on the I/O thread, before they are published.
//!
//! They are published when the tasks that were ready have run, with one signal for all of them; or as soon as there
//! are enough of them to keep the JavaScript thread busy while the rest come in.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::Instant;

use httpxide_core::{Pace, Replies, Reply};

use crate::completion;
use crate::queues::{Completed, Completions};

/// With 64 requests in flight, both threads at work at once are worth a fifth of the throughput; with fewer than this
/// many, a signal costs more than it brings.
const ENOUGH: u32 = 16;

/// What is to be published.
pub(crate) struct Outbox {
    completions: Arc<Completions>,
    completed: RefCell<Completed>,
    count: Cell<u32>,
    publisher: RefCell<Option<Waker>>,
    /// How closely things to do follow upon each other on this thread.
    pub(crate) pace: RefCell<Pace>,
}

impl Outbox {
    pub(crate) fn new(completions: Arc<Completions>) -> Rc<Self> {
        Rc::new(Self {
            completions,
            completed: RefCell::default(),
            count: Cell::new(0),
            publisher: RefCell::default(),
            pace: RefCell::new(Pace::new(Instant::now())),
        })
    }

    /// Publishes whatever is there, each time that the tasks that were ready have run. Never ends.
    pub(crate) async fn publish_all(self: Rc<Self>) {
        loop {
            poll_fn(|context| {
                if self.count.get() > 0 {
                    return Poll::Ready(());
                }
                self.publisher.replace(Some(context.waker().clone()));
                Poll::Pending
            })
            .await;
            self.publish();
        }
    }

    fn publish(&self) {
        self.count.set(0);
        self.completions.publish(&mut self.completed.borrow_mut());
        self.pace.borrow_mut().active(Instant::now());
    }
}

impl Replies for Outbox {
    fn reply(&self, key: u32, reply: Reply<'_>) {
        completion::write(&mut self.completed.borrow_mut(), key, reply);
        self.count.set(self.count.get() + 1);
        if self.count.get() >= ENOUGH {
            self.publish();
        } else if let Some(publisher) = self.publisher.take() {
            // behind the tasks that are ready now
            publisher.wake();
        }
    }
}
