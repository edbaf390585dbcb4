//! A connection inside the process: two pipes, one for each direction.
//!
//! `tokio::io::DuplexStream` cannot say what waits to be read and cannot break off, and both matter here: the pool asks
//! idle connections whether they are stale, and a server may reset a connection.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::pipe::Pipe;
use super::unread::Unread;

/// One end of a connection in memory.
///
/// It behaves like a socket: a full direction makes the writer wait, `shutdown` closes one direction, and dropping an
/// end closes both. A write to an end that was dropped fails at once.
#[derive(Debug)]
pub struct MemoryStream {
    incoming: Arc<Pipe>,
    outgoing: Arc<Pipe>,
    resets_on_close: AtomicBool,
}

impl MemoryStream {
    /// The two ends of a new connection. Each direction holds `capacity` bytes that were not read yet.
    pub fn pair(capacity: usize) -> (Self, Self) {
        let (one, other) = (Arc::new(Pipe::new(capacity)), Arc::new(Pipe::new(capacity)));
        let first = Self::over(Arc::clone(&one), Arc::clone(&other));
        (first, Self::over(other, one))
    }

    fn over(incoming: Arc<Pipe>, outgoing: Arc<Pipe>) -> Self {
        Self {
            incoming,
            outgoing,
            resets_on_close: AtomicBool::new(false),
        }
    }

    /// Breaks the connection off, as a TCP reset does: unread bytes are lost, and the other end fails.
    pub fn reset(self) {
        self.reset_on_close();
    }

    pub(super) fn reset_on_close(&self) {
        self.resets_on_close.store(true, Ordering::Relaxed);
    }

    pub(super) fn unread(&self) -> Unread {
        self.incoming.unread()
    }
}

impl Drop for MemoryStream {
    fn drop(&mut self) {
        if *self.resets_on_close.get_mut() {
            self.incoming.reset();
            self.outgoing.reset();
            return;
        }
        self.outgoing.finish();
        self.incoming.abandon();
    }
}

impl AsyncRead for MemoryStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.incoming.poll_read(context, buffer)
    }
}

impl AsyncWrite for MemoryStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.outgoing.poll_write(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.outgoing.poll_write(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outgoing.finish();
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::{Duration, timeout};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn bytes_arrive_in_both_directions_and_the_end_after_them() {
        let (mut one, mut other) = MemoryStream::pair(8);
        one.write_all(b"ping").await.unwrap();
        other.write_all(b"pong").await.unwrap();
        assert_eq!(other.unread(), Unread::Bytes);
        one.shutdown().await.unwrap();
        assert_eq!(other.unread(), Unread::Bytes);
        let mut read = Vec::new();
        other.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, b"ping");
        assert_eq!(other.unread(), Unread::End);

        // the other direction is still open
        other.write_all(b"!").await.unwrap();
        assert_eq!(
            one.write_all(b"x").await.unwrap_err().kind(),
            io::ErrorKind::BrokenPipe
        );
        drop(other);
        read.clear();
        one.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, b"pong!");
    }

    #[tokio::test(start_paused = true)]
    async fn a_writer_waits_for_room_and_goes_on_when_bytes_are_read() {
        let (mut one, mut other) = MemoryStream::pair(4);
        let pieces = [IoSlice::new(b"ab"), IoSlice::new(b"cde"), IoSlice::new(b"f")];
        assert_eq!(one.write_vectored(&pieces).await.unwrap(), 4);
        timeout(Duration::from_secs(1), one.write(b"e"))
            .await
            .unwrap_err();
        let reading = async {
            let mut read = [0; 6];
            other.read_exact(&mut read).await.unwrap();
            read
        };
        let (written, read) = tokio::join!(one.write_all(b"ef"), reading);
        written.unwrap();
        assert_eq!(&read, b"abcdef");
        assert_eq!(other.unread(), Unread::Nothing);
    }

    #[tokio::test(start_paused = true)]
    async fn an_end_that_is_dropped_wakes_a_waiting_reader_and_a_waiting_writer() {
        let (mut one, other) = MemoryStream::pair(1);
        let mut read = [0; 1];
        let (end, ()) = tokio::join!(one.read(&mut read), async { drop(other) });
        assert_eq!(end.unwrap(), 0);

        let (mut one, other) = MemoryStream::pair(1);
        let (written, ()) = tokio::join!(one.write_all(b"ab"), async { drop(other) });
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reset_loses_unread_bytes_and_fails_both_directions() {
        let (mut one, mut other) = MemoryStream::pair(8);
        other.write_all(b"lost").await.unwrap();
        other.reset();
        assert_eq!(one.unread(), Unread::End);
        let failed = one.read(&mut [0; 4]).await.unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::ConnectionReset);
        let failed = one.write(b"x").await.unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::BrokenPipe);
    }
}
