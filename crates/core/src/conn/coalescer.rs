//! Small pieces of a streamed body, put together before they are handed over.
//!
//! To hand a piece over wakes a thread and makes an object, which costs more than to copy it. In a rush of pieces
//! (a large body from a near server comes in pieces of 64 KiB and less) some are put together: those of a moment, or
//! as many as are enough. A piece that comes by itself is handed over at once, and as it is.

use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::body::BodyPipe;
use crate::exchange::{Exchange, Reply};

/// How long pieces wait for more: about as long as it takes to wake a thread.
const MOMENT: Duration = Duration::from_micros(50);
/// Pieces closer than this are a rush …
const RUSH: Duration = Duration::from_micros(300);
/// … when this many have come in a row.
const RUSH_LENGTH: u32 = 16;
/// Bytes that are enough to be handed over.
const ENOUGH: usize = 256 * 1024;

/// The pieces of one body on their way to its pipe.
#[derive(Debug, Default)]
pub(super) struct Coalescer {
    gathered: Vec<u8>,
    wire: u64,
    /// When the first of them came.
    since: Option<Instant>,
    last: Option<Instant>,
    in_a_row: u32,
}

impl Coalescer {
    /// Takes a piece, which stands for so many bytes of the wire.
    pub(super) fn add(&mut self, piece: Bytes, wire: u64, pipe: &BodyPipe, exchange: &Exchange) {
        let now = Instant::now();
        let close = self.last.is_some_and(|last| now.duration_since(last) < RUSH);
        self.in_a_row = if close { self.in_a_row.saturating_add(1) } else { 0 };
        self.last = Some(now);
        let gathers = self.in_a_row >= RUSH_LENGTH && piece.len() < ENOUGH / 2;
        if self.gathered.len() + piece.len() > ENOUGH || !gathers {
            self.hand_over(pipe, exchange);
        }
        if !gathers {
            return push(piece, wire, pipe, exchange);
        }
        self.since.get_or_insert(now);
        self.gathered.reserve(ENOUGH - self.gathered.len());
        self.gathered.extend_from_slice(&piece);
        self.wire += wire;
    }

    /// Whether there are pieces that may wait for more.
    pub(super) fn may_wait(&self) -> bool {
        self.since.is_some_and(|since| since.elapsed() < MOMENT)
    }

    /// Hands over what is there.
    pub(super) fn hand_over(&mut self, pipe: &BodyPipe, exchange: &Exchange) {
        if self.since.take().is_some() {
            let piece = std::mem::take(&mut self.gathered).into();
            push(piece, std::mem::take(&mut self.wire), pipe, exchange);
        }
    }
}

fn push(piece: Bytes, wire: u64, pipe: &BodyPipe, exchange: &Exchange) {
    if pipe.push(piece, wire) {
        exchange.tell(Reply::Readable);
    }
}
