//! What the client sends: frames, masked and in order, until the stream takes them.
//!
//! A frame is made when its message is handed over, so that a message is copied once. Credit for a message comes when its
//! last byte was taken.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::iter;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::AsyncWrite;
use tokio::time::Instant;

use super::MessageKind;
use super::close::Close;
use super::deflate::Deflater;
use super::frame::{Head, Opcode};
use super::mask;
use super::payload::Payload;
use super::settings::Compression;
use crate::exchange::Reply;
use crate::io::ByteStream;
use crate::watcher::Watcher;

/// Messages shorter than this are not compressed: it would save little.
const COMPRESSED_FROM: usize = 128;
/// From this size on, a payload in memory of its own is masked where it is, and not copied.
const SEGMENT_FROM: usize = 16 * 1024;
/// Memory for frames that is not freed once they are written.
const KEPT: usize = 16 * 1024;
/// Frames that one write takes.
const SLICES: usize = 16;
/// Credit for fewer bytes is not urgent: an owner that waits for room has sent far more.
const URGENT_CREDIT: usize = 128 * 1024;
/// While more bytes than this wait, a pong replaces the one before it (RFC 6455 5.5.3 allows that).
const PONGS_WAIT_FROM: u64 = 64 * 1024;

/// Which part of a message some bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// Whether the message begins with them.
    pub is_first: bool,
    /// Whether it ends with them.
    pub is_last: bool,
}

impl Fragment {
    /// All of a message.
    pub const WHOLE: Self = Self {
        is_first: true,
        is_last: true,
    };
}

/// See the [module](self).
#[derive(Debug)]
pub struct Outgoing {
    frames: RefCell<Frames>,
    /// The end of the last ping.
    last_ping: Cell<u64>,
    /// When the stream last took bytes while a ping waited behind them.
    pub(super) last_moved: Cell<Instant>,
    is_closing: Cell<bool>,
    watcher: Watcher,
}

#[derive(Debug)]
struct Frames {
    /// Boxed: most sessions have none.
    deflater: Option<Box<Deflater>>,
    /// Whole frames, and payloads that were not copied.
    segments: VecDeque<Bytes>,
    /// Frames behind them.
    tail: BytesMut,
    /// Bytes so far, and how many of them the stream took.
    queued: u64,
    taken: u64,
    /// The end of each message that awaits its credit, and its bytes before compression.
    messages: VecDeque<(u64, usize)>,
    credit: usize,
    /// The credit since the owner was last told of it at once.
    in_passing: usize,
    /// A pong that waits for bytes before it to leave.
    pong: Option<Vec<u8>>,
    /// Whether the stream's own layers may hold some of what it took.
    is_unflushed: bool,
    failure: Option<io::Error>,
}

impl Outgoing {
    pub(super) fn new(compression: Option<Compression>) -> Self {
        Self {
            frames: RefCell::new(Frames {
                deflater: compression.and_then(Deflater::new).map(Box::new),
                segments: VecDeque::new(),
                tail: BytesMut::new(),
                queued: 0,
                taken: 0,
                messages: VecDeque::new(),
                credit: 0,
                in_passing: 0,
                pong: None,
                // by whoever had the stream before
                is_unflushed: true,
                failure: None,
            }),
            last_ping: Cell::new(0),
            last_moved: Cell::new(Instant::now()),
            is_closing: Cell::new(false),
            watcher: Watcher::default(),
        }
    }

    /// Sends a message, or a part of one. Parts of several messages must not mix.
    pub fn send(&self, kind: MessageKind, fragment: Fragment, payload: Payload<'_>) {
        if self.is_closing.get() {
            return;
        }
        let mut frames = self.frames.borrow_mut();
        let bytes = payload.len();
        frames.add_message(kind, fragment, payload);
        let end = frames.queued;
        frames.messages.push_back((end, bytes));
        drop(frames);
        self.wake();
    }

    /// Sends a ping; returns the position of its end.
    pub(super) fn ping(&self, payload: &[u8]) -> u64 {
        self.control(Opcode::Ping, payload);
        self.last_ping.set(self.queued());
        self.queued()
    }

    /// Answers a ping.
    pub(super) fn pong(&self, payload: &[u8]) {
        let mut frames = self.frames.borrow_mut();
        if frames.waiting() > PONGS_WAIT_FROM {
            frames.pong = Some(payload.to_vec());
            return;
        }
        drop(frames);
        self.control(Opcode::Pong, payload);
    }

    /// Sends a close frame, behind which nothing follows. Only the first call has an effect.
    pub(super) fn close(&self, close: &Close) {
        self.control(Opcode::Close, &close.payload());
        self.is_closing.set(true);
    }

    /// Whether a close frame was sent, or waits behind other frames.
    pub(super) fn is_closing(&self) -> bool {
        self.is_closing.get()
    }

    /// The position behind all that was sent.
    pub(super) fn queued(&self) -> u64 {
        self.frames.borrow().queued
    }

    /// Whether the stream took the bytes up to this position.
    pub(super) fn has_taken(&self, position: u64) -> bool {
        self.frames.borrow().taken >= position
    }

    /// Tells of the bytes of messages taken since the last call.
    pub(super) fn take_credit(&self) -> Option<Reply<'static>> {
        let mut frames = self.frames.borrow_mut();
        let credit = std::mem::take(&mut frames.credit);
        if credit == 0 {
            return None;
        }
        frames.in_passing += credit;
        if frames.in_passing < URGENT_CREDIT {
            return Some(Reply::Taken(credit));
        }
        frames.in_passing = 0;
        Some(Reply::Credit(credit))
    }

    /// Makes what is sent wake this task. Returns whether it did before.
    pub(super) fn watch(&self, context: &Context<'_>) -> bool {
        self.watcher.watch(context)
    }

    pub(super) fn wake(&self) {
        self.watcher.wake();
    }

    /// Frees the memory in which frames have waited.
    pub(super) fn free_unused(&self) {
        let mut frames = self.frames.borrow_mut();
        frames.segments.shrink_to_fit();
        frames.messages.shrink_to_fit();
        if frames.tail.is_empty() {
            frames.tail = BytesMut::new();
        }
    }

    fn control(&self, opcode: Opcode, payload: &[u8]) {
        if self.is_closing.get() {
            return;
        }
        let head = Head {
            is_final: true,
            is_compressed: false,
            opcode,
            length: payload.len() as u64,
        };
        self.frames.borrow_mut().add_copied(head, payload);
        self.wake();
    }

    /// Writes what waits. Ready when nothing waits, neither here nor in the stream's own layers.
    pub(super) fn poll_write(
        &self,
        context: &mut Context<'_>,
        mut stream: &mut dyn ByteStream,
    ) -> Poll<io::Result<()>> {
        loop {
            let mut frames = self.frames.borrow_mut();
            if let Some(error) = frames.failure.take() {
                return Poll::Ready(Err(error));
            }
            frames.release_pong(self.is_closing.get());
            if frames.waiting() == 0 {
                if frames.is_unflushed {
                    ready!(Pin::new(&mut stream).poll_flush(context))?;
                    frames.is_unflushed = false;
                }
                return Poll::Ready(Ok(()));
            }
            let mut slices = [IoSlice::new(&[]); SLICES];
            let mut count = 0;
            for (slice, bytes) in slices.iter_mut().zip(frames.waiting_bytes()) {
                *slice = IoSlice::new(bytes);
                count += 1;
            }
            let written = match &slices[..count] {
                // the usual case: the system takes 0.4 µs less for `send` than for `writev`
                [only] => Pin::new(&mut stream).poll_write(context, only),
                several => Pin::new(&mut stream).poll_write_vectored(context, several),
            };
            let taken = ready!(written)?;
            if taken == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            if frames.taken < self.last_ping.get() {
                self.last_moved.set(Instant::now());
            }
            frames.is_unflushed = true;
            frames.taken(taken);
        }
    }
}

impl Frames {
    fn waiting(&self) -> u64 {
        self.queued - self.taken
    }

    fn waiting_bytes(&self) -> impl Iterator<Item = &[u8]> {
        let tail = iter::once(&self.tail[..]).filter(|tail| !tail.is_empty());
        self.segments.iter().map(|segment| &segment[..]).chain(tail)
    }

    fn add_message(&mut self, kind: MessageKind, fragment: Fragment, payload: Payload<'_>) {
        let opcode = match (fragment.is_first, kind) {
            (false, _) => Opcode::Continuation,
            (true, MessageKind::Text) => Opcode::Text,
            (true, MessageKind::Binary) => Opcode::Binary,
        };
        let head = Head {
            is_final: fragment.is_last,
            is_compressed: false,
            opcode,
            length: payload.len() as u64,
        };
        match &mut self.deflater {
            Some(deflater) if fragment != Fragment::WHOLE || payload.len() >= COMPRESSED_FROM => {
                let mut bytes = Vec::new();
                if let Err(error) = deflater.push(payload.as_bytes(), fragment.is_last, &mut bytes) {
                    // only for want of memory
                    self.failure = Some(io::Error::other(error));
                }
                let compressed = Head {
                    is_compressed: fragment.is_first,
                    length: bytes.len() as u64,
                    ..head
                };
                self.add(compressed, Payload::Owned(bytes.into()));
            }
            _ => self.add(head, payload),
        }
    }

    fn add(&mut self, head: Head, payload: Payload<'_>) {
        let own = match payload {
            Payload::Owned(own) if own.len() >= SEGMENT_FROM => own,
            payload => return self.add_copied(head, payload.as_bytes()),
        };
        let Some(mask) = self.mask() else { return };
        let mut masked = own
            .try_into_mut()
            .unwrap_or_else(|shared| BytesMut::from(&shared[..]));
        mask::apply(mask, &mut masked);
        let before = self.tail.len();
        head.write(mask, &mut self.tail);
        self.queued += (self.tail.len() - before + masked.len()) as u64;
        let tail = self.tail.split().freeze();
        self.segments.push_back(tail);
        self.segments.push_back(masked.freeze());
    }

    fn add_copied(&mut self, head: Head, payload: &[u8]) {
        let Some(mask) = self.mask() else { return };
        let before = self.tail.len();
        head.write(mask, &mut self.tail);
        let start = self.tail.len();
        self.tail.extend_from_slice(payload);
        mask::apply(mask, &mut self.tail[start..]);
        self.queued += (self.tail.len() - before) as u64;
    }

    fn mask(&mut self) -> Option<[u8; 4]> {
        let mask = mask::next();
        if mask.is_none() {
            self.failure = Some(io::Error::other("the system has no random bytes for a mask"));
        }
        mask
    }

    fn release_pong(&mut self, is_closing: bool) {
        if self.waiting() > PONGS_WAIT_FROM {
            return;
        }
        if let Some(payload) = self.pong.take()
            && !is_closing
        {
            let head = Head {
                is_final: true,
                is_compressed: false,
                opcode: Opcode::Pong,
                length: payload.len() as u64,
            };
            self.add_copied(head, &payload);
        }
    }

    fn taken(&mut self, bytes: usize) {
        self.taken += bytes as u64;
        let mut rest = bytes;
        while let Some(first) = self.segments.front_mut() {
            if first.len() > rest {
                first.advance(rest);
                rest = 0;
                break;
            }
            rest -= first.len();
            self.segments.pop_front();
        }
        self.tail.advance(rest);
        if self.tail.is_empty() && self.tail.try_reclaim(KEPT + 1) {
            self.tail = BytesMut::new();
        }
        while let Some((end, bytes)) = self.messages.front() {
            if *end > self.taken {
                break;
            }
            self.credit += bytes;
            self.messages.pop_front();
        }
    }
}
