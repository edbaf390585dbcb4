//! Completions on the I/O thread, before they are published.
//!
//! They are published with one signal when the tasks that were ready have run, or as soon as they are enough to keep the
//! JavaScript thread busy while the rest arrive.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use httpxide_core::facts::{ConnectionFacts, Connections};
use httpxide_core::tls::Warning;
use httpxide_core::{Replies, Reply, SpinPolicy};
use tokio::time::sleep;

use crate::queues::{Completed, Completions};
use crate::records::completion;

/// With 64 requests in flight, two threads at work at the same time give a fifth more throughput. For fewer completions
/// than this, a signal costs more than it gains.
const ENOUGH: u32 = 16;
/// The same for the bytes of messages: a session reads up to its window before other tasks run, so JavaScript would have
/// nothing to do until the window is full, and this thread nothing until it is read. With half as many, JavaScript falls
/// asleep twice as often.
const ENOUGH_BYTES: usize = 256 * 1024;
/// How long completions wait for others that nobody waits for.
const PASSING: Duration = Duration::from_millis(1);

/// The completions to publish.
pub(crate) struct Outbox {
    completions: Arc<Completions>,
    completed: RefCell<Completed>,
    count: Cell<u32>,
    /// The bytes of messages among them.
    bytes: Cell<usize>,
    /// Whether one of them is more than news of a stream.
    answers: Cell<bool>,
    publisher: RefCell<Option<Waker>>,
    /// Whether completions wait that nobody waits for.
    has_passing: Cell<bool>,
    passing_publisher: RefCell<Option<Waker>>,
    /// The highest number of a connection so far, and those below it that are free.
    connections: Cell<u32>,
    free_connections: RefCell<Vec<u32>>,
    /// Whether this thread polls or sleeps when it is idle.
    pub(crate) spin_policy: RefCell<SpinPolicy>,
}

impl Outbox {
    pub(crate) fn new(completions: Arc<Completions>) -> Rc<Self> {
        Rc::new(Self {
            completions,
            completed: RefCell::default(),
            count: Cell::new(0),
            bytes: Cell::new(0),
            answers: Cell::new(false),
            publisher: RefCell::default(),
            has_passing: Cell::new(false),
            passing_publisher: RefCell::default(),
            connections: Cell::new(0),
            free_connections: RefCell::default(),
            spin_policy: RefCell::new(SpinPolicy::new(Instant::now())),
        })
    }

    /// Publishes the completions each time the tasks that were ready have run. Never ends.
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

    /// Publishes completions that nobody waits for, unless others took them along. Never ends.
    pub(crate) async fn publish_in_passing(self: Rc<Self>) {
        loop {
            poll_fn(|context| {
                if self.has_passing.get() {
                    return Poll::Ready(());
                }
                self.passing_publisher.replace(Some(context.waker().clone()));
                Poll::Pending
            })
            .await;
            sleep(PASSING).await;
            self.has_passing.set(false);
            if !self.completed.borrow().is_empty() {
                self.publish();
            }
        }
    }

    /// Publishes a warning.
    pub(crate) fn warn(&self, warning: &Warning) {
        completion::write_warning(&mut self.completed.borrow_mut().records, warning);
        self.appended();
    }

    /// Publishes a name for a resolver in JavaScript.
    pub(crate) fn look_up(&self, number: u32, client: u32, asker: Option<u32>, name: &str) {
        completion::write_lookup(
            &mut self.completed.borrow_mut().records,
            number,
            client,
            asker,
            name,
        );
        self.appended();
    }

    /// Publishes that no request waits for a look-up any more.
    pub(crate) fn give_up_look_up(&self, number: u32) {
        completion::write_lookup_given_up(&mut self.completed.borrow_mut().records, number);
        self.appended();
    }

    fn appended_for_listeners(&self) {
        if self.completions.tells_of_connections() {
            self.appended();
        }
    }

    fn appended(&self) {
        self.count.set(self.count.get() + 1);
        if self.count.get() >= ENOUGH || self.bytes.get() >= ENOUGH_BYTES {
            self.publish();
        } else if let Some(publisher) = self.publisher.take() {
            // behind the tasks that are ready now
            publisher.wake();
        }
    }

    fn appended_in_passing(&self) {
        if !self.has_passing.replace(true)
            && let Some(publisher) = self.passing_publisher.take()
        {
            publisher.wake();
        }
    }

    fn publish(&self) {
        self.count.set(0);
        self.bytes.set(0);
        self.completions.publish(&mut self.completed.borrow_mut());
        if self.answers.replace(false) {
            self.spin_policy.borrow_mut().record(Instant::now());
        }
    }
}

/// Records about connections go with the next answer, unless somebody listens: only then are they urgent.
impl Connections for Outbox {
    fn opened(&self, facts: &ConnectionFacts, asker: Option<u32>) -> u32 {
        let number = self.free_connections.borrow_mut().pop().unwrap_or_else(|| {
            self.connections.set(self.connections.get() + 1);
            self.connections.get()
        });
        completion::write_opened(&mut self.completed.borrow_mut().records, number, facts, asker);
        self.appended_for_listeners();
        number
    }

    fn closed(&self, number: u32) {
        completion::write_closed(&mut self.completed.borrow_mut().records, number);
        self.free_connections.borrow_mut().push(number);
        self.appended_for_listeners();
    }
}

impl Replies for Outbox {
    fn reply(&self, key: u32, reply: Reply<'_>) {
        if let Reply::Taken(_) = reply {
            completion::write(&mut self.completed.borrow_mut(), key, reply);
            return self.appended_in_passing();
        }
        if let Reply::Message { payload, .. } = &reply {
            self.bytes.set(self.bytes.get() + payload.len());
        }
        // A thread that sleeps serves a stream better: more has arrived when it wakes, in larger pieces. With a thread
        // that stays awake, 256 MiB arrive in four times as many pieces and cost twice the time.
        if !matches!(
            reply,
            Reply::Readable | Reply::Credit(_) | Reply::RestartBody | Reply::Trace(_)
        ) {
            self.answers.set(true);
        }
        completion::write(&mut self.completed.borrow_mut(), key, reply);
        self.appended();
    }
}
