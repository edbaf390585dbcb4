//! From the I/O thread to JavaScript.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use httpxide_core::body::BodyPipe;

use super::signal::Signal;
use super::{empty, lock};

/// What a completion record refers to.
#[derive(Debug)]
pub(crate) enum Attachment {
    /// A body that is too large to ride with its head.
    Body(Bytes),
    /// A message that is too large for its record.
    Message(Bytes),
    /// A streamed body.
    Pipe(Arc<BodyPipe>),
    /// The bytes that come on a byte stream.
    Stream(Arc<BodyPipe>),
}

/// A batch of completions.
#[derive(Debug, Default)]
pub(crate) struct Completed {
    pub(crate) records: Vec<u8>,
    pub(crate) attachments: Vec<(u32, Attachment)>,
}

impl Completed {
    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

/// From the I/O thread to JavaScript.
pub(crate) struct Completions {
    state: Mutex<CompletionState>,
    /// `None` once the environment is gone. Behind a lock of its own: the signal wakes the JavaScript thread, which takes
    /// the batch at once, and would only wait for a lock that the sender still holds.
    signal: Mutex<Option<Signal>>,
    tells_of_connections: AtomicBool,
}

struct CompletionState {
    completed: Completed,
    signalled: bool,
}

impl Completions {
    pub(crate) fn new(signal: Signal) -> Self {
        Self {
            state: Mutex::new(CompletionState {
                completed: Completed::default(),
                signalled: false,
            }),
            signal: Mutex::new(Some(signal)),
            tells_of_connections: AtomicBool::new(false),
        }
    }

    /// Whether records about connections are published at once, and not with the next answer.
    pub(crate) fn tells_of_connections(&self) -> bool {
        self.tells_of_connections.load(Ordering::Relaxed)
    }

    /// Sets whether records about connections are published at once. False at first.
    pub(crate) fn tell_of_connections(&self, at_once: bool) {
        self.tells_of_connections.store(at_once, Ordering::Relaxed);
    }

    /// Publishes a batch, leaves it empty, and signals unless a signal is pending.
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
        let was_signalled = std::mem::replace(&mut state.signalled, true);
        drop(state);
        if !was_signalled {
            self.with_signal(Signal::send);
        }
    }

    /// Swaps the published batch with the given empty one; false if nothing was published.
    pub(crate) fn take(&self, batch: &mut Completed) -> bool {
        let mut state = lock(&self.state);
        state.signalled = false;
        if state.completed.is_empty() {
            return false;
        }
        std::mem::swap(&mut state.completed, batch);
        true
    }

    /// Takes the signal away; it is not sent after this.
    pub(crate) fn close(&self) -> Option<Signal> {
        lock(&self.signal).take()
    }

    /// Calls `use_signal` unless the environment is gone, which cannot end meanwhile.
    pub(crate) fn with_signal(&self, use_signal: impl FnOnce(&Signal)) {
        if let Some(signal) = &*lock(&self.signal) {
            use_signal(signal);
        }
    }
}
