//! What the client sends: frames, masked and in order, until the stream takes them.
//!
//! A frame is made when its message is handed over, so that a message is copied once. Credit for a message comes when its
//! last byte was taken.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::AsyncWrite;
use tokio::time::Instant;

use super::MessageKind;
use super::close::Close;
use super::deflate::Deflater;
use super::frame::{Head, Opcode};
use super::mask;
use super::settings::Compression;
use crate::io::ByteStream;

/// Messages shorter than this are not compressed: it would save little.
const COMPRESSED_FROM: usize = 128;
/// From this size on, a payload is masked where it is, and not copied.
const SEGMENT_FROM: usize = 16 * 1024;
/// Frames that one write takes.
const SLICES: usize = 16;
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
    /// When the stream last took bytes.
    pub(super) last_moved: Cell<Instant>,
    is_closing: Cell<bool>,
    waker: RefCell<Option<Waker>>,
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
    /// A pong that waits for bytes before it to leave.
    pong: Option<Vec<u8>>,
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
                pong: None,
                failure: None,
            }),
            last_moved: Cell::new(Instant::now()),
            is_closing: Cell::new(false),
            waker: RefCell::default(),
        }
    }

    /// Sends a message, or a part of one. Parts of several messages must not mix.
    pub fn send(&self, kind: MessageKind, fragment: Fragment, payload: Bytes) {
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
        self.frames.borrow().queued
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

    /// Whether the stream took the bytes up to this position.
    pub(super) fn has_taken(&self, position: u64) -> bool {
        self.frames.borrow().taken >= position
    }

    /// The bytes of messages taken since the last call.
    pub(super) fn take_credit(&self) -> usize {
        std::mem::take(&mut self.frames.borrow_mut().credit)
    }

    pub(super) fn watch(&self, context: &Context<'_>) {
        self.waker.replace(Some(context.waker().clone()));
    }

    pub(super) fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
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

    /// Writes what waits. Ready when nothing waits.
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
                drop(frames);
                return Pin::new(&mut stream).poll_flush(context);
            }
            if !frames.tail.is_empty() {
                let tail = frames.tail.split().freeze();
                frames.segments.push_back(tail);
            }
            let mut slices = [IoSlice::new(&[]); SLICES];
            let mut count = 0;
            for (slice, segment) in slices.iter_mut().zip(&frames.segments) {
                *slice = IoSlice::new(segment);
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
            self.last_moved.set(Instant::now());
            frames.taken(taken);
        }
    }
}

impl Frames {
    fn waiting(&self) -> u64 {
        self.queued - self.taken
    }

    fn add_message(&mut self, kind: MessageKind, fragment: Fragment, payload: Bytes) {
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
                if let Err(error) = deflater.push(&payload, fragment.is_last, &mut bytes) {
                    // only for want of memory
                    self.failure = Some(io::Error::other(error));
                }
                let compressed = Head {
                    is_compressed: fragment.is_first,
                    length: bytes.len() as u64,
                    ..head
                };
                self.add(compressed, bytes.into());
            }
            _ => self.add(head, payload),
        }
    }

    fn add(&mut self, head: Head, payload: Bytes) {
        if payload.len() < SEGMENT_FROM {
            return self.add_copied(head, &payload);
        }
        let Some(mask) = self.mask() else { return };
        let mut masked = payload
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
                break;
            }
            rest -= first.len();
            self.segments.pop_front();
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
