//! What was taken from the completion queue: records until JavaScript has copied them, bodies until it has read them.

use super::bodies::Bodies;
use crate::queues::{Completed, Completions, empty};
use crate::records::completion::{first_length, fitting};

/// The completions of one environment on its own thread.
#[derive(Default)]
pub(super) struct Received {
    batch: Completed,
    /// Bytes of the batch's records that JavaScript has copied.
    copied: usize,
    pub(super) bodies: Bodies,
}

/// The outcome of a copy.
pub(super) enum Copied {
    /// All records were copied before.
    Nothing,
    /// Whole records of this many bytes, and whether the batch has more.
    Bytes(usize, bool),
    /// Nothing, because the next record needs this much room.
    NeedsRoom(usize),
}

impl Received {
    /// Copies whole records, as many as fit. When all were copied, the next batch is taken from `next`.
    pub(super) fn copy(&mut self, into: &mut [u8], next: Option<&Completions>) -> Copied {
        if self.copied == self.batch.records.len() && !next.is_some_and(|next| self.refill(next)) {
            return Copied::Nothing;
        }
        let records = &self.batch.records[self.copied..];
        let length = fitting(records, into.len());
        if length == 0 {
            return Copied::NeedsRoom(first_length(records).unwrap_or_default());
        }
        into[..length].copy_from_slice(&records[..length]);
        self.copied += length;
        Copied::Bytes(length, self.copied < self.batch.records.len())
    }

    fn refill(&mut self, completions: &Completions) -> bool {
        empty(&mut self.batch.records);
        self.copied = 0;
        if !completions.take(&mut self.batch) {
            return false;
        }
        for (number, attachment) in self.batch.attachments.drain(..) {
            self.bodies.add(number, attachment);
        }
        true
    }
}
