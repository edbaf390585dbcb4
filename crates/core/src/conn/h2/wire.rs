//! The stream as `h2` sees it: counts bytes, keeps the errors of the system and of TLS, and ends the connection of a server
//! that floods.
//!
//! After a failed write it drops what `h2` writes and goes on reading: a server that stops reading may have answered
//! before, and says by GOAWAY or by a TLS alert why it ends the connection.

use std::cell::{Cell, RefCell};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::counts::{Counts, Fault};
use crate::io::Stream;

/// GOAWAY with the error code `ENHANCE_YOUR_CALM`, which `h2` lets no client send.
const CALM_DOWN: [u8; 17] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11];

/// The stream that `h2` reads from and writes to.
pub(super) struct Wire {
    stream: Rc<RefCell<Stream>>,
    counts: Rc<Counts>,
    /// Whether a part of the last write is still to be written.
    is_in_frame: Cell<bool>,
}

impl Wire {
    pub(super) fn new(stream: Rc<RefCell<Stream>>, counts: Rc<Counts>) -> Self {
        Self {
            stream,
            counts,
            is_in_frame: Cell::new(false),
        }
    }

    /// Tells the server why the connection ends, if this takes no waiting.
    fn end_flood(&self, context: &mut Context<'_>) -> io::Error {
        if !self.is_in_frame.get() {
            let mut stream = self.stream.borrow_mut();
            let _ = Pin::new(&mut *stream).poll_write(context, &CALM_DOWN);
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
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = ready!(Pin::new(&mut *self.stream.borrow_mut()).poll_read(context, buffer));
        if let Err(error) = result {
            let kind = error.kind();
            self.counts.read_error.borrow_mut().get_or_insert(error);
            return Poll::Ready(Err(kind.into()));
        }
        let read = &buffer.filled()[before..];
        self.counts.read(read);
        if self.counts.fault.get() == Some(Fault::Floods) {
            return Poll::Ready(Err(self.end_flood(context)));
        }
        Poll::Ready(Ok(()))
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
