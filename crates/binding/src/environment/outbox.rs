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

use httpxide_core::{Replies, Reply, SpinPolicy};

use crate::queues::{Completed, Completions};
use crate::records::completion;

/// With 64 requests in flight, both threads at work at once are worth a fifth of the throughput; with fewer than this
/// many, a signal costs more than it brings.
const ENOUGH: u32 = 16;

/// What is to be published.
pub(crate) struct Outbox {
    completions: Arc<Completions>,
    completed: RefCell<Completed>,
    count: Cell<u32>,
    /// Whether some of it is more than news of a stream.
    answers: Cell<bool>,
    publisher: RefCell<Option<Waker>>,
    /// Whether this thread polls or sleeps when it is idle.
    pub(crate) spin_policy: RefCell<SpinPolicy>,
}

impl Outbox {
    pub(crate) fn new(completions: Arc<Completions>) -> Rc<Self> {
        Rc::new(Self {
            completions,
            completed: RefCell::default(),
            count: Cell::new(0),
            answers: Cell::new(false),
            publisher: RefCell::default(),
            spin_policy: RefCell::new(SpinPolicy::new(Instant::now())),
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
        if self.answers.replace(false) {
            self.spin_policy.borrow_mut().record(Instant::now());
        }
    }
}

impl Replies for Outbox {
    fn reply(&self, key: u32, reply: Reply<'_>) {
        // A stream is better served by a thread that sleeps: more has come when it wakes, in larger pieces. With one that
        // stays awake, 256 MiB come in four times as many and cost twice the time.
        if !matches!(reply, Reply::Readable | Reply::Credit(_) | Reply::Trace(_)) {
            self.answers.set(true);
        }
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
