//! The two queues of an environment, each behind a lock that is held only to append or to swap.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use httpxide_core::ClientConfig;
use httpxide_core::body::BodyPipe;
use httpxide_core::pool::Stats;

use crate::signal::Signal;

/// Buffers larger than this are not kept.
const KEPT_BYTES: usize = 1024 * 1024;

/// What is submitted beside records: rare, and not worth a format.
pub(crate) enum Command {
    /// Make the client of this number.
    OpenClient(u32, Box<ClientConfig>),
    /// Tell what a client is doing; the asking thread waits.
    Stats(u32, SyncSender<Stats>),
}

/// A batch of submissions.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) commands: Vec<Command>,
    pub(crate) records: Vec<u8>,
    /// Bytes too many to be copied twice, in the order in which records name them.
    pub(crate) attachments: Vec<Bytes>,
}

/// From JavaScript to the I/O thread.
#[derive(Default)]
pub(crate) struct Submissions {
    state: Mutex<SubmissionState>,
    /// Changed under the lock only.
    ready: AtomicBool,
}

#[derive(Default)]
struct SubmissionState {
    batch: Batch,
    closed: bool,
    waker: Option<Waker>,
}

impl Submissions {
    /// Adds to the next batch and wakes the I/O thread if it waits for one.
    pub(crate) fn add(&self, add: impl FnOnce(&mut Batch)) {
        let mut state = lock(&self.state);
        add(&mut state.batch);
        self.ready.store(true, Ordering::Release);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Says that the environment is gone.
    pub(crate) fn close(&self) {
        lock(&self.state).closed = true;
        self.add(|_| ());
    }

    /// Whether there is something to poll for; asked without the lock.
    pub(crate) fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// Waits for a batch, which is swapped with the given empty one; false when there will be none.
    pub(crate) fn poll_batch(&self, context: &mut Context<'_>, batch: &mut Batch) -> Poll<bool> {
        let mut state = lock(&self.state);
        if state.closed {
            return Poll::Ready(false);
        }
        if state.batch.records.is_empty() && state.batch.commands.is_empty() {
            state.waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        std::mem::swap(&mut state.batch, batch);
        self.ready.store(false, Ordering::Release);
        Poll::Ready(true)
    }
}

/// What a completion record refers to.
#[derive(Debug)]
pub(crate) enum Attachment {
    /// A body that is too large to ride with its head.
    Body(Bytes),
    /// A streamed body.
    Pipe(Arc<BodyPipe>),
}

/// A batch of completions.
#[derive(Debug, Default)]
pub(crate) struct Completed {
    pub(crate) records: Vec<u8>,
    pub(crate) attachments: Vec<(u32, Attachment)>,
}

impl Completed {
    fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

/// From the I/O thread to JavaScript.
pub(crate) struct Completions {
    state: Mutex<CompletionState>,
}

struct CompletionState {
    completed: Completed,
    signalled: bool,
    /// `None` once the environment is gone.
    signal: Option<Signal>,
}

impl Completions {
    pub(crate) fn new(signal: Signal) -> Self {
        Self {
            state: Mutex::new(CompletionState {
                completed: Completed::default(),
                signalled: false,
                signal: Some(signal),
            }),
        }
    }

    /// Publishes a batch, which is left empty, and signals unless a signal is pending.
    pub(crate) fn publish(&self, batch: &mut Completed) {
        let mut state = lock(&self.state);
        if state.completed.is_empty() {
            std::mem::swap(&mut state.completed, batch);
        } else {
            state.completed.records.extend_from_slice(&batch.records);
            state.completed.attachments.append(&mut batch.attachments);
        }
        empty(&mut batch.records);
        batch.attachments.clear();
        if !std::mem::replace(&mut state.signalled, true)
            && let Some(signal) = &state.signal
        {
            // under the lock, so that the environment cannot go in between
            signal.send();
        }
    }

    /// Swaps what was published with the given empty batch; false if that is nothing.
    pub(crate) fn take(&self, batch: &mut Completed) -> bool {
        let mut state = lock(&self.state);
        state.signalled = false;
        if state.completed.is_empty() {
            return false;
        }
        std::mem::swap(&mut state.completed, batch);
        true
    }

    /// Takes the signal away: after this it is not sent.
    pub(crate) fn close(&self) -> Option<Signal> {
        lock(&self.state).signal.take()
    }

    /// Calls `use_signal` under the lock, unless the environment is gone.
    pub(crate) fn with_signal(&self, use_signal: impl FnOnce(&Signal)) {
        if let Some(signal) = &lock(&self.state).signal {
            use_signal(signal);
        }
    }
}

/// Empties a buffer of records, and gives back what an unusual batch has made of it.
pub(crate) fn empty(records: &mut Vec<u8>) {
    records.clear();
    records.shrink_to(KEPT_BYTES);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // nothing panics while it holds one of these locks
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
