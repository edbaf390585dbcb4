//! Joins small pieces of a streamed body before the reader gets them.
//!
//! Delivering a piece wakes a thread and makes an object, which costs more than a copy of the piece. So pieces that have
//! come together are joined, and those of a fast body (from a near server) wait a short time for more. A piece that comes
//! alone is delivered at once and not copied.

use std::mem;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::body::BodyPipe;
use crate::exchange::{Exchange, Reply};

/// How long the pieces of a fast body wait for more: about as long as it takes to wake a thread.
const MAX_WAIT: Duration = Duration::from_micros(50);
/// A body is fast if its bytes have run out within this time …
const FAST_WITHIN: Duration = Duration::from_micros(300);
/// … so many times in a row.
const FAST_AFTER: u32 = 4;
/// Bytes that are delivered without waiting for more.
const ENOUGH: usize = 256 * 1024;

/// The pieces of one body that wait for more.
#[derive(Debug, Default)]
pub(super) struct Coalescer {
    /// The first piece, until another one comes.
    alone: Bytes,
    /// The pieces, once there are several.
    joined: Vec<u8>,
    /// The bytes of the wire that they stand for.
    wire_bytes: u64,
    /// When the bytes ran out that wait.
    since: Option<Instant>,
    /// When bytes last ran out.
    ran_out: Option<Instant>,
    /// How often in a row that happened soon after the time before.
    fast: u32,
    /// How many bytes were joined the last time.
    usual: usize,
}

impl Coalescer {
    /// Adds a piece, which stands for so many bytes of the wire.
    pub(super) fn push(&mut self, piece: Bytes, wire_bytes: u64, pipe: &BodyPipe, exchange: &Exchange) {
        let joins = piece.len() < ENOUGH / 2;
        if !joins || self.len() + piece.len() > ENOUGH {
            self.flush(pipe, exchange);
        }
        if !joins {
            return deliver(piece, wire_bytes, pipe, exchange);
        }
        self.wire_bytes += wire_bytes;
        if self.is_empty() {
            self.alone = piece;
            return;
        }
        if self.joined.is_empty() {
            self.joined.reserve(self.usual);
            self.joined.extend_from_slice(&mem::take(&mut self.alone));
        }
        self.joined.extend_from_slice(&piece);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        self.alone.len() + self.joined.len()
    }

    /// There are no more bytes for now. Whether the pieces may still wait for more.
    pub(super) fn may_wait(&mut self) -> bool {
        let now = Instant::now();
        let since = *self.since.get_or_insert_with(|| {
            let last = self.ran_out.replace(now);
            let is_fast = last.is_some_and(|last| now.duration_since(last) < FAST_WITHIN);
            self.fast = if is_fast { self.fast.saturating_add(1) } else { 0 };
            now
        });
        self.fast >= FAST_AFTER && now.duration_since(since) < MAX_WAIT
    }

    /// Delivers the pieces.
    pub(super) fn flush(&mut self, pipe: &BodyPipe, exchange: &Exchange) {
        self.since = None;
        if self.is_empty() {
            return;
        }
        let pieces = if self.joined.is_empty() {
            mem::take(&mut self.alone)
        } else {
            self.usual = self.joined.len();
            mem::take(&mut self.joined).into()
        };
        deliver(pieces, mem::take(&mut self.wire_bytes), pipe, exchange);
    }
}

fn deliver(piece: Bytes, wire_bytes: u64, pipe: &BodyPipe, exchange: &Exchange) {
    if pipe.push(piece, wire_bytes) {
        exchange.reply(Reply::Readable);
    }
}
