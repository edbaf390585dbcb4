//! A stream of an HTTP/2 connection as a byte stream, after a 2xx to CONNECT (RFC 9113 8.5, RFC 8441 5).

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use h2::SendStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::failure;
use super::incoming::Incoming;

/// The most bytes that are handed to the connection at once: it keeps them until it can write them.
const MAX_PIECE: usize = 64 * 1024;

/// Both directions of a stream. Dropping it resets the stream, unless both have ended.
pub(super) struct UpgradedStream {
    sending: SendStream<Bytes>,
    receiving: Incoming,
    /// The part of a frame that its reader had no room for.
    rest: Bytes,
    is_shut: bool,
}

impl UpgradedStream {
    pub(super) fn new(sending: SendStream<Bytes>, receiving: Incoming) -> Self {
        Self {
            sending,
            receiving,
            rest: Bytes::new(),
            is_shut: false,
        }
    }

    fn broken(&self, error: h2::Error) -> io::Error {
        failure::in_stream(error, self.receiving.counts())
    }

    fn poll_room(&mut self, context: &mut Context<'_>, wanted: usize) -> Poll<io::Result<usize>> {
        self.sending.reserve_capacity(wanted);
        loop {
            match self.sending.capacity() {
                0 => match ready!(self.sending.poll_capacity(context)) {
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Poll::Ready(Err(self.broken(error))),
                    None => return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
                },
                room => return Poll::Ready(Ok(room)),
            }
        }
    }
}

impl AsyncRead for UpgradedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.rest.is_empty() {
            match ready!(self.receiving.poll_data(context)) {
                Some(Ok(data)) => self.rest = data,
                Some(Err(error)) => return Poll::Ready(Err(self.broken(error))),
                None => return Poll::Ready(Ok(())),
            }
        }
        let count = self.rest.len().min(buffer.remaining());
        buffer.put_slice(&self.rest[..count]);
        self.rest.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for UpgradedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wanted = bytes.len().min(MAX_PIECE);
        if wanted == 0 {
            return Poll::Ready(Ok(0));
        }
        let count = ready!(self.poll_room(context, wanted))?.min(wanted);
        let piece = Bytes::copy_from_slice(&bytes[..count]);
        let sent = self.sending.send_data(piece, false);
        sent.map_err(|error| self.broken(error))?;
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // its user may not read for long
        self.receiving.gather(context);
        // the connection's task writes
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !std::mem::replace(&mut self.is_shut, true) {
            let sent = self.sending.send_data(Bytes::new(), true);
            sent.map_err(|error| self.broken(error))?;
        }
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for UpgradedStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpgradedStream").finish_non_exhaustive()
    }
}
