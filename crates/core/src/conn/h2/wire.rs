//! The stream as `h2` sees it: counts bytes, keeps the errors of the system and of TLS, and ends the connection of a server
//! that floods or breaks a rule that `h2` does not check.
//!
//! After a failed write it drops what `h2` writes and goes on reading: a server that stops reading may have answered
//! before, and says by GOAWAY or by a TLS alert why it ends the connection.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::BufMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::counts::{Counts, Fault};
use crate::io::Stream;

/// GOAWAY with error code 0. The code is its last byte.
const GO_AWAY: [u8; 17] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// The error codes for which `h2` lets no client close a connection.
const PROTOCOL_ERROR: u8 = 1;
const ENHANCE_YOUR_CALM: u8 = 11;

/// After so many bytes the tasks of the streams run: `h2` keeps what it reads until then.
const TURN: usize = 256 * 1024;

/// So many bytes are read behind what is held when `h2` has no room for that.
const ASIDE: usize = 512;

/// The stream that `h2` reads from and writes to.
pub(super) struct Wire {
    stream: Rc<RefCell<Stream>>,
    counts: Rc<Counts>,
    /// Whether a part of the last write is still to be written.
    is_in_frame: Cell<bool>,
    /// Bytes read in this turn.
    turn: usize,
    /// The start of a frame, held until it is known in which form `h2` gets it.
    held: Vec<u8>,
    /// Bytes that were checked and wait for room in `h2`.
    checked: Vec<u8>,
}

impl Wire {
    pub(super) fn new(stream: Rc<RefCell<Stream>>, counts: Rc<Counts>) -> Self {
        Self {
            stream,
            counts,
            is_in_frame: Cell::new(false),
            turn: 0,
            held: Vec::new(),
            checked: Vec::new(),
        }
    }

    /// Reads on after what is held. Ready with the number of bytes that came.
    fn poll_read_on(
        &self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<usize, io::ErrorKind>> {
        let before = buffer.filled().len();
        buffer.put_slice(&self.held);
        let stream = &mut *self.stream.borrow_mut();
        let limit = self.limit(stream);
        let result = pin!(stream.read_buf(&mut buffer.limit(limit))).poll(context);
        let count = buffer.filled().len() - before - self.held.len();
        if !matches!(result, Poll::Ready(Ok(_))) {
            buffer.set_filled(before);
        }
        self.count_read(ready!(result))?;
        Poll::Ready(Ok(count))
    }

    /// Reads on after what is held, for which `h2` has no room.
    fn poll_read_aside(&mut self, context: &mut Context<'_>) -> Poll<Result<(), io::ErrorKind>> {
        let stream = &mut *self.stream.borrow_mut();
        let result = pin!(stream.read_buf(&mut (&mut self.held).limit(ASIDE))).poll(context);
        let count = self.count_read(ready!(result))?;
        let held = self.counts.read(&mut self.held, count > 0);
        let undecided = self.held.split_off(self.held.len() - held);
        self.checked = std::mem::replace(&mut self.held, undecided);
        Poll::Ready(Ok(()))
    }

    /// The number of bytes that were read. Keeps an error.
    fn count_read(&self, result: io::Result<usize>) -> Result<usize, io::ErrorKind> {
        result.map_err(|error| {
            let kind = error.kind();
            self.counts.read_error.borrow_mut().get_or_insert(error);
            kind
        })
    }

    /// The most bytes to read. What `h2` gets of the frame behind a long one, it copies to where the rest of that comes.
    /// Under TLS, bytes are read from memory anyway, and so a long frame is read with the next header only.
    fn limit(&self, stream: &Stream) -> usize {
        let limit = stream.is_tls().then(|| self.counts.until_next_header());
        limit.flatten().unwrap_or(usize::MAX)
    }

    /// Tells the server of its fault, for which the connection ends, if this takes no waiting.
    fn end(&self, context: &mut Context<'_>, fault: Fault) -> io::Error {
        if !self.is_in_frame.get() {
            let mut go_away = GO_AWAY;
            go_away[16] = if fault == Fault::Floods {
                ENHANCE_YOUR_CALM
            } else {
                PROTOCOL_ERROR
            };
            let mut stream = self.stream.borrow_mut();
            let _ = Pin::new(&mut *stream).poll_write(context, &go_away);
            let _ = Pin::new(&mut *stream).poll_flush(context);
        }
        io::ErrorKind::InvalidData.into()
    }

    fn count_written(&self, written: usize) {
        self.counts
            .written
            .set(self.counts.written.get() + written as u64);
    }

    /// Passes a write on. `length` is the number of bytes to be written.
    fn poll_write_by(
        &self,
        length: usize,
        write: impl FnOnce(Pin<&mut Stream>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if self.counts.write_error.borrow().is_some() {
            return Poll::Ready(Ok(length));
        }
        let mut stream = self.stream.borrow_mut();
        match ready!(write(Pin::new(&mut *stream))) {
            Ok(written) => {
                self.count_written(written);
                self.is_in_frame.set(written < length);
                Poll::Ready(Ok(written))
            }
            Err(error) => {
                // TLS sends records before it reports bytes as taken
                if stream.is_tls() {
                    self.count_written(1);
                }
                self.fail_writing(error);
                Poll::Ready(Ok(length))
            }
        }
    }

    fn fail_writing(&self, error: io::Error) {
        self.counts.write_error.borrow_mut().get_or_insert(error);
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.turn >= TURN {
            self.turn = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        loop {
            if !self.checked.is_empty() {
                let count = self.checked.len().min(buffer.remaining());
                buffer.put_slice(&self.checked[..count]);
                self.checked.drain(..count);
                self.turn += count;
                return Poll::Ready(Ok(()));
            }
            if !self.held.is_empty() && buffer.remaining() <= self.held.len() {
                ready!(self.poll_read_aside(context))?;
                if let Some(fault) = self.counts.fault.get() {
                    return Poll::Ready(Err(self.end(context, fault)));
                }
                continue;
            }
            // what is held of a connection that has ended goes on, too
            let may_hold = ready!(self.poll_read_on(context, buffer))? > 0;
            self.turn += buffer.filled().len() - before;
            self.held.clear();
            let held = self.counts.read(&mut buffer.filled_mut()[before..], may_hold);
            if let Some(fault) = self.counts.fault.get() {
                return Poll::Ready(Err(self.end(context, fault)));
            }
            if held == 0 {
                return Poll::Ready(Ok(()));
            }
            let shown = buffer.filled().len() - held;
            self.held.extend_from_slice(&buffer.filled()[shown..]);
            buffer.set_filled(shown);
            if shown > before {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_by(bytes.len(), |stream| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = buffers.iter().map(|buffer| buffer.len()).sum();
        self.poll_write_by(length, |stream| stream.poll_write_vectored(context, buffers))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.borrow().is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.counts.write_error.borrow().is_some() {
            return Poll::Ready(Ok(()));
        }
        if let Err(error) = ready!(Pin::new(&mut *self.stream.borrow_mut()).poll_flush(context)) {
            self.fail_writing(error);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream.borrow_mut()).poll_shutdown(context)
    }
}
