//! Joins small pieces of a streamed body before the reader gets them.
//!
//! Delivering a piece wakes a thread and makes an object, which costs more than a copy of the piece. A fast body (a large
//! one from a near server comes in pieces of 64 KiB and less) is therefore delivered in joined pieces: those of a short
//! time, or enough bytes. A piece that comes alone is delivered at once and not copied.

use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::body::BodyPipe;
use crate::exchange::{Exchange, Reply};

/// How long pieces wait for more: about as long as it takes to wake a thread.
const MAX_WAIT: Duration = Duration::from_micros(50);
/// Pieces closer than this are consecutive …
const CONSECUTIVE_WITHIN: Duration = Duration::from_micros(300);
/// … and are joined once this many have come in a row.
const JOINED_AFTER: u32 = 16;
/// Bytes that are delivered without waiting for more.
const ENOUGH: usize = 256 * 1024;

/// The pieces of one body that wait for more.
#[derive(Debug, Default)]
pub(super) struct Coalescer {
    buffer: Vec<u8>,
    /// The bytes of the wire that the buffer stands for.
    wire_bytes: u64,
    /// When the first piece in the buffer came.
    since: Option<Instant>,
    last: Option<Instant>,
    consecutive: u32,
}

impl Coalescer {
    /// Adds a piece, which stands for so many bytes of the wire.
    pub(super) fn push(&mut self, piece: Bytes, wire_bytes: u64, pipe: &BodyPipe, exchange: &Exchange) {
        let now = Instant::now();
        let follows = self
            .last
            .is_some_and(|last| now.duration_since(last) < CONSECUTIVE_WITHIN);
        self.consecutive = if follows {
            self.consecutive.saturating_add(1)
        } else {
            0
        };
        self.last = Some(now);
        let joins = self.consecutive >= JOINED_AFTER && piece.len() < ENOUGH / 2;
        if self.buffer.len() + piece.len() > ENOUGH || !joins {
            self.flush(pipe, exchange);
        }
        if !joins {
            return deliver(piece, wire_bytes, pipe, exchange);
        }
        self.since.get_or_insert(now);
        self.buffer.reserve(ENOUGH - self.buffer.len());
        self.buffer.extend_from_slice(&piece);
        self.wire_bytes += wire_bytes;
    }

    /// Whether the buffer holds pieces that may still wait for more.
    pub(super) fn may_wait(&self) -> bool {
        self.since.is_some_and(|since| since.elapsed() < MAX_WAIT)
    }

    /// Delivers the buffer.
    pub(super) fn flush(&mut self, pipe: &BodyPipe, exchange: &Exchange) {
        if self.since.take().is_some() {
            let joined = std::mem::take(&mut self.buffer).into();
            deliver(joined, std::mem::take(&mut self.wire_bytes), pipe, exchange);
        }
    }
}

fn deliver(piece: Bytes, wire_bytes: u64, pipe: &BodyPipe, exchange: &Exchange) {
    if pipe.push(piece, wire_bytes) {
        exchange.reply(Reply::Readable);
    }
}
