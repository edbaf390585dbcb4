//! The stream as hyper sees it: reads and writes pass through a [`Wire`].
//!
//! hyper writes header names in its own case and order, and does not report how much of a request left the machine.
//! So a [`Wire`]
//!
//! - writes the caller's own head in place of hyper's (the framing agrees: both come from the same
//!   [`RequestHead`](crate::exchange::RequestHead)),
//! - writes trailers, which hyper would drop,
//! - keeps the response's head as the server sent it,
//! - counts bytes, and notes when the server takes none, for timeouts and for the decision to send again,
//! - lets a server that stops reading still answer: after a failed write, it drops what hyper writes and goes on
//!   reading,
//! - reads nothing from a new connection before the request is on its way: hyper would take the answer of a server that
//!   does not wait for the request for bytes that no request asked for, and drop it.

use std::io::{self, IoSlice};
use std::iter;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::wire_state::WireState;
use crate::io::Stream;

/// The stream that hyper reads from and writes to.
pub(super) struct Wire(Rc<WireState>);

impl Wire {
    /// A wire over a connected stream, and its state.
    pub(super) fn new(stream: Stream) -> (Self, Rc<WireState>) {
        let state = WireState::new(stream);
        (Self(Rc::clone(&state)), state)
    }

    /// Writes the caller's head, and the body bytes that follow hyper's head. `buffers` start with hyper's head.
    fn write_head(&self, context: &mut Context<'_>, buffers: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let state = &*self.0;
        let first = buffers.first().map_or(&[][..], |buffer| &buffer[..]);
        let Some(replaced) = first
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .map(|at| at + 4)
        else {
            // hyper keeps its head in one buffer and writes from the start of it
            return Poll::Ready(Err(io::Error::other("hyper wrote a head in pieces")));
        };
        let mut head = state.request_head.borrow_mut();
        while !head.is_empty() {
            let mut slices = [IoSlice::new(&[]); 16];
            let with_body = state.trailed_body.borrow().is_none();
            let behind = iter::once(&first[replaced..])
                .chain(buffers.iter().skip(1).map(|buffer| &buffer[..]))
                .filter(|_| with_body);
            let parts = iter::once(&head[..]).chain(behind.filter(|part| !part.is_empty()));
            let mut count = 0;
            for (slice, part) in slices.iter_mut().zip(parts) {
                *slice = IoSlice::new(part);
                count += 1;
            }
            let bytes = ready!(state.poll_write(context, &slices[..count]))?;
            if bytes == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            let of_head = bytes.min(head.len());
            head.advance(of_head);
            if head.is_empty() {
                // an empty rest would keep all of it
                *head = Bytes::new();
                state.replaces_head.set(false);
                return Poll::Ready(Ok(replaced + (bytes - of_head)));
            }
        }
        state.replaces_head.set(false);
        Poll::Ready(Ok(replaced))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let state = &*self.0;
        if state.writes_before_reading() {
            // the write wakes the task
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut *state.stream.borrow_mut()).poll_read(context, buffer))?;
        let read = &buffer.filled()[before..];
        if !read.is_empty() {
            state.counters.add_received(read.len());
            state.response_head.borrow_mut().read(read)?;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let state = &*self.0;
        if state.write_error.borrow().is_some() {
            return Poll::Ready(Ok(buffers.iter().map(|buffer| buffer.len()).sum()));
        }
        if state.replaces_head.get() {
            return self.write_head(context, buffers);
        }
        let mut trailed_body = state.trailed_body.borrow_mut();
        let Some(body) = &mut *trailed_body else {
            return state.poll_write(context, buffers);
        };
        let (written, is_over) = ready!(body.poll_write(state, context, buffers))?;
        if is_over {
            *trailed_body = None;
        }
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.0.stream.borrow().is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let state = &*self.0;
        if state.write_error.borrow().is_some() {
            return Poll::Ready(Ok(()));
        }
        let result = Pin::new(&mut *state.stream.borrow_mut()).poll_flush(context);
        match result {
            Poll::Ready(Err(error)) if state.may_have_sent() => {
                state.fail_writing(context, error);
                return Poll::Ready(Ok(()));
            }
            Poll::Pending => state.counters.block(),
            Poll::Ready(_) => state.counters.blocked_since.set(None),
        }
        result
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.stream.borrow_mut()).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use bytes::Bytes;
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// A wire whose other end has reset the connection.
    async fn reset_wire() -> (Wire, Rc<WireState>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (other, _) = listener.accept().await.unwrap();
        socket2::SockRef::from(&other)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(other);
        // wait until the reset has arrived
        let reset = stream
            .readable()
            .await
            .and_then(|()| stream.try_read(&mut [0; 1]));
        assert_eq!(reset.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
        Wire::new(Stream::Tcp(stream))
    }

    #[tokio::test]
    async fn a_head_whose_first_write_fails_was_not_sent() {
        let (mut wire, state) = reset_wire().await;
        state.begin(
            Bytes::from_static(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
            None,
            false,
        );
        let written =
            poll_fn(|context| Pin::new(&mut wire).poll_write(context, b"GET / HTTP/1.1\r\n\r\n")).await;
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(state.counters.written.get(), 0);
        assert!(
            state.write_error.borrow().is_none(),
            "no byte was sent, so no response can come"
        );
    }
}
