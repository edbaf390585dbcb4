//! Moves bytes both ways between a stream and its owner.
//!
//! Nothing is read before the owner's first read: until then the stream may become TLS or a WebSocket session, to which
//! its bytes then belong. After that, reading stops while the owner has enough unread bytes, and TCP slows the peer
//! down.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::AsyncReadExt;

use super::broken;
use super::upgraded::{Switch, Upgraded};
use crate::body::BodyPipe;
use crate::error::{Error, Kind, Phase};
use crate::exchange::{Exchange, Reply};
use crate::io::ByteStream;

/// The most bytes of one read.
const READ: usize = 64 * 1024;
/// A piece shorter than this is copied, so that it does not hold a whole buffer.
const COPIED_BELOW: usize = 16 * 1024;
/// Bytes after which other tasks run.
const TURN: usize = 1024 * 1024;

/// How a relay ended.
pub(super) enum Outcome {
    /// Both directions have ended.
    Ended,
    Failed(Box<Error>),
    Interrupted,
    /// The owner closes the stream.
    Closing,
    /// The owner wants the stream to become something else, and all bytes before that are written.
    Switched(Switch),
}

/// See the [module](self).
pub(super) struct Relay<'a> {
    stream: &'a mut dyn ByteStream,
    exchange: &'a Exchange,
    upgraded: &'a Upgraded,
    body: &'a BodyPipe,
    buffer: BytesMut,
    has_read_all: bool,
    written: usize,
    turn: usize,
}

impl<'a> Relay<'a> {
    pub(super) fn new(
        stream: &'a mut dyn ByteStream,
        exchange: &'a Exchange,
        upgraded: &'a Upgraded,
    ) -> Self {
        Self {
            stream,
            exchange,
            upgraded,
            body: upgraded.pipe(),
            buffer: BytesMut::new(),
            has_read_all: false,
            written: 0,
            turn: 0,
        }
    }

    pub(super) async fn run(mut self) -> Outcome {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Outcome> {
        if self.exchange.interrupted().is_some() {
            return Poll::Ready(Outcome::Interrupted);
        }
        if self.upgraded.is_closing() {
            return Poll::Ready(Outcome::Closing);
        }
        self.exchange.watch(context);
        self.upgraded.watch(context);
        self.turn = 0;
        let written = self.poll_write(context);
        let taken = std::mem::take(&mut self.written);
        if taken > 0 {
            self.exchange.reply(Reply::Credit(taken));
        }
        match written {
            Poll::Ready(Err(error)) => {
                let error = broken(Kind::WriteError, Phase::Write, &error);
                // what the peer sent before is not lost
                let _ = self.poll_read(context);
                return Poll::Ready(Outcome::Failed(Box::new(error)));
            }
            Poll::Ready(Ok(Some(switch))) => return Poll::Ready(Outcome::Switched(switch)),
            Poll::Ready(Ok(None)) | Poll::Pending => {}
        }
        match self.poll_read(context) {
            Poll::Ready(Err(error)) => {
                let error = broken(Kind::ReadError, Phase::Body, &error);
                return Poll::Ready(Outcome::Failed(Box::new(error)));
            }
            Poll::Ready(Ok(())) if self.upgraded.is_shut.get() => return Poll::Ready(Outcome::Ended),
            Poll::Ready(Ok(())) | Poll::Pending => {}
        }
        Poll::Pending
    }

    /// Writes what the owner wrote. Ready when the direction is closed, or when the stream is to become something else.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Option<Switch>>> {
        if self.upgraded.is_shut.get() {
            return Poll::Ready(Ok(None));
        }
        let mut stream = Pin::new(&mut *self.stream);
        loop {
            let mut rest = self.upgraded.rest.borrow_mut();
            if rest.is_empty() {
                match self.upgraded.outgoing.poll_chunk(context) {
                    Poll::Ready(Some(chunk)) => *rest = chunk,
                    Poll::Ready(None) => {
                        ready!(stream.as_mut().poll_shutdown(context))?;
                        self.upgraded.is_shut.set(true);
                        self.upgraded.is_flushed.set(true);
                        return Poll::Ready(Ok(None));
                    }
                    Poll::Pending => {
                        ready!(stream.as_mut().poll_flush(context))?;
                        self.upgraded.is_flushed.set(true);
                        return match self.upgraded.take_switch() {
                            Some(switch) => Poll::Ready(Ok(Some(switch))),
                            None => Poll::Pending,
                        };
                    }
                }
                continue;
            }
            if self.turn >= TURN {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let count = ready!(stream.as_mut().poll_write(context, &rest))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            rest.advance(count);
            self.upgraded.is_flushed.set(false);
            self.written += count;
            self.turn += count;
        }
    }

    /// Reads while the owner has room. Ready at the end.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.has_read_all {
            return Poll::Ready(Ok(()));
        }
        ready!(self.body.poll_form(context));
        loop {
            ready!(self.body.poll_room(context));
            if self.turn >= TURN {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.buffer.reserve(READ);
            let count = ready!(pin!(self.stream.read_buf(&mut self.buffer)).poll(context))?;
            self.turn += count;
            let readable = if count == 0 {
                self.has_read_all = true;
                self.body.finish(Ok(Bytes::new()), 0)
            } else {
                self.body.push(self.take_piece(), count as u64)
            };
            if readable {
                self.exchange.reply(Reply::Readable);
            }
            if self.has_read_all {
                return Poll::Ready(Ok(()));
            }
        }
    }

    fn take_piece(&mut self) -> Bytes {
        if self.buffer.len() < COPIED_BELOW {
            let piece = Bytes::copy_from_slice(&self.buffer);
            self.buffer.clear();
            piece
        } else {
            self.buffer.split().freeze()
        }
    }
}
