//! What moves between an environment and its I/O thread, on the environment's side.

use std::cell::RefCell;
use std::sync::Arc;

use bytes::Bytes;
use httpxide_core::body::ChunkMemory;
use httpxide_protocol::completion::taken;
use napi::Env;

use super::received::{Copied, Received};
use crate::queues::{Completions, Submissions};

pub(super) struct Traffic {
    pub(super) submissions: Arc<Submissions>,
    pub(super) completions: Arc<Completions>,
    pub(super) received: RefCell<Received>,
    /// The chunks of uploads that the records of the next batch refer to.
    attached: RefCell<ChunkMemory>,
}

impl Traffic {
    pub(super) fn new(submissions: Arc<Submissions>, completions: Arc<Completions>) -> Self {
        Self {
            submissions,
            completions,
            received: RefCell::default(),
            attached: RefCell::default(),
        }
    }

    pub(super) fn attach(&self, chunk: &[u8], joins: bool) -> bool {
        self.attached.borrow_mut().copy(chunk, joins)
    }

    pub(super) fn submit(&self, env: Env, records: &[u8], attachment: Option<&[u8]>) {
        self.received.borrow_mut().bodies.count_unread(env);
        // outside the queue's lock, on which the I/O thread waits
        let attachment = attachment.map(Bytes::copy_from_slice);
        let mut attached = self.attached.borrow_mut();
        let chunks = attached.chunks();
        self.submissions.add(|batch| {
            batch.records.extend_from_slice(records);
            batch.attachments.append(chunks);
            batch.attachments.extend(attachment);
        });
    }

    pub(super) fn take(&self, env: Env, into: &mut [u8], first: bool) -> i32 {
        let mut received = self.received.borrow_mut();
        if first {
            received.bodies.count_unread(env);
        }
        let number = |bytes: usize| i32::try_from(bytes).unwrap_or(i32::MAX);
        match received.copy(into, first.then_some(&*self.completions)) {
            Copied::Nothing => 0,
            Copied::Bytes(bytes, false) => number(bytes),
            Copied::Bytes(bytes, true) => number(bytes) | taken::MORE.cast_signed(),
            Copied::NeedsRoom(bytes) => -number(bytes),
        }
    }

    pub(super) fn hold(&self, env: Env) {
        self.completions.with_signal(|signal| signal.hold(env));
    }

    pub(super) fn release(&self, env: Env) {
        self.completions.with_signal(|signal| signal.release(env));
    }
}
