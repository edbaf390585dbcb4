//! The stream as `h2` sees it: counts bytes, and recognizes a server that speaks HTTP/1.

use std::cell::RefCell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::counts::Counts;
use crate::io::Stream;

/// The stream that `h2` reads from and writes to.
pub(super) struct Wire {
    pub(super) stream: Rc<RefCell<Stream>>,
    pub(super) counts: Rc<Counts>,
}

impl Wire {
    fn count_written(&self, written: usize) {
        self.counts
            .written
            .set(self.counts.written.get() + written as u64);
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if let Err(error) = ready!(Pin::new(&mut *self.stream.borrow_mut()).poll_read(context, buffer)) {
            self.counts.keep_tls_failure(&error);
            return Poll::Ready(Err(error));
        }
        let read = &buffer.filled()[before..];
        let received = self.counts.received.get();
        if received == 0 && read.starts_with(b"HTTP/1.") {
            self.counts.speaks_http1.set(true);
        }
        self.counts.received.set(received + read.len() as u64);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut *self.stream.borrow_mut()).poll_write(context, bytes))?;
        self.count_written(written);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut *self.stream.borrow_mut()).poll_write_vectored(context, buffers))?;
        self.count_written(written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.borrow().is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream.borrow_mut()).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.stream.borrow_mut()).poll_shutdown(context)
    }
}
