//! A stream whose bytes were read before anyone asked for them: those that came with the answer that opened it, and
//! those under TLS.
//!
//! rustls asks for 4 KiB at a time. Reading ahead spares most of its system calls: a third of one for each small response of
//! a busy connection of HTTP/2, and seven in eight of a long body's.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::Stream;

/// How much is read ahead. A TLS record has 16 KiB.
const AHEAD: usize = 32 * 1024;

/// A stream, and bytes that are read before its own.
#[derive(Debug)]
pub struct EarlyBytes {
    bytes: BytesMut,
    stream: Stream,
    reads_ahead: bool,
}

impl EarlyBytes {
    pub(super) fn new(bytes: Bytes, stream: Stream) -> Self {
        Self {
            bytes: bytes.into(),
            stream,
            reads_ahead: false,
        }
    }

    pub(super) fn reading_ahead(self) -> Self {
        Self {
            reads_ahead: true,
            ..self
        }
    }

    pub(super) fn stream(&self) -> &Stream {
        &self.stream
    }

    pub(super) fn are_read(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl AsyncRead for EarlyBytes {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.are_read() {
            if !this.reads_ahead || buf.remaining() >= AHEAD {
                return Pin::new(&mut this.stream).poll_read(cx, buf);
            }
            this.bytes.reserve(AHEAD);
            let read = pin!(this.stream.read_buf(&mut this.bytes)).poll(cx);
            if !matches!(read, Poll::Ready(Ok(_))) {
                // a stream that waits, as idle ones do, keeps no room
                this.bytes = BytesMut::new();
                return read.map_ok(drop);
            }
        }
        let length = this.bytes.len().min(buf.remaining());
        buf.put_slice(&this.bytes[..length]);
        this.bytes.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for EarlyBytes {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::io::AsyncWriteExt;

    use super::*;
    use crate::io::{MemoryStream, Unread};

    #[tokio::test]
    async fn early_bytes_come_first_in_pieces_of_any_size_and_the_stream_after_them() {
        let (one, mut other) = MemoryStream::pair(16);
        let mut stream = Stream::Memory(one).after(Bytes::from_static(b"early"));
        assert_eq!(stream.unread(), Unread::Bytes);
        other.write_all(b" late").await.unwrap();
        let mut read = Vec::new();
        let mut byte = [0; 2];
        while read.len() < b"early late".len() {
            let length = stream.read(&mut byte).await.unwrap();
            read.extend_from_slice(&byte[..length]);
        }
        assert_eq!(read, b"early late");
        assert_eq!(stream.unread(), Unread::Nothing);
        stream.write_all(b"answer").await.unwrap();
        let mut answer = [0; 6];
        other.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"answer");
    }

    #[tokio::test]
    async fn what_is_read_ahead_comes_in_pieces_of_any_size_and_is_unread_until_then() {
        let (one, mut other) = MemoryStream::pair(1024);
        let mut stream = Stream::Memory(one)
            .after(Bytes::from_static(b"early"))
            .reading_ahead();
        assert!(matches!(stream, Stream::Early(_)));
        other.write_all(b" and ahead").await.unwrap();
        let mut read = [0; 7];
        stream.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"early a");
        assert_eq!(stream.unread(), Unread::Bytes);
        let mut rest = [0; 8];
        stream.read_exact(&mut rest).await.unwrap();
        assert_eq!(&rest, b"nd ahead");
        assert_eq!(stream.unread(), Unread::Nothing);
        drop(other);
        assert_eq!(stream.read(&mut rest).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_stream_that_reads_ahead_keeps_no_room_while_it_waits() {
        let (one, mut other) = MemoryStream::pair(1024);
        let Stream::Early(mut stream) = Stream::Memory(one).reading_ahead() else {
            panic!("it reads ahead");
        };
        let mut byte = [0];
        for _ in 0..2 {
            other.write_all(b"ab").await.unwrap();
            stream.read_exact(&mut byte).await.unwrap();
            assert!(stream.bytes.capacity() > 0);
            stream.read_exact(&mut byte).await.unwrap();
            let waiting = pin!(stream.read(&mut byte)).poll(&mut Context::from_waker(Waker::noop()));
            assert!(waiting.is_pending());
            assert_eq!(stream.bytes.capacity(), 0);
        }
    }

    #[test]
    fn a_stream_without_early_bytes_stays_as_it_is() {
        let (one, _other) = MemoryStream::pair(1);
        assert!(matches!(
            Stream::Memory(one).after(Bytes::new()),
            Stream::Memory(_)
        ));
    }
}
