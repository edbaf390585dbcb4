//! From JavaScript to the I/O thread.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use httpxide_core::ClientConfig;
use httpxide_core::pool::Stats;
use httpxide_core::route::Proxy;
use httpxide_core::upgrade::StartTls;

use super::lock;

/// What is submitted beside records, because it is too rare for a layout of its own.
pub(crate) enum Command {
    /// Make the client of this number.
    OpenClient(u32, Box<ClientConfig>, NameSource),
    /// Remember the proxy of this number.
    OpenProxy(u32, Box<Proxy>),
    /// Start TLS on the byte stream of this number.
    StartTls(u32, Box<StartTls>),
    /// Answer what this client is doing, or what each client is, while the asking thread waits.
    Stats(Option<u32>, SyncSender<Vec<Stats>>),
}

/// What looks names up.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NameSource {
    System,
    /// The client's own function.
    JavaScript,
}

/// A batch of submissions.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) commands: Vec<Command>,
    pub(crate) records: Vec<u8>,
    /// Bytes too many to be copied twice, in the order in which records refer to them.
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

    /// The environment is gone.
    pub(crate) fn close(&self) {
        lock(&self.state).closed = true;
        self.add(|_| ());
    }

    /// Whether a batch is there, without the lock.
    pub(crate) fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// Waits for a batch and swaps it with the given empty one; false when none will come.
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
