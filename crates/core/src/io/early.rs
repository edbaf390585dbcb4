//! A stream whose first bytes were read together with the answer that opened it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Stream;

/// A stream, and bytes that are read before its own.
#[derive(Debug)]
pub struct EarlyBytes {
    bytes: Bytes,
    stream: Stream,
}

impl EarlyBytes {
    pub(super) fn new(bytes: Bytes, stream: Stream) -> Self {
        Self { bytes, stream }
    }

    pub(super) fn stream(&self) -> &Stream {
        &self.stream
    }

    pub(super) fn are_read(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl AsyncRead for EarlyBytes {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.are_read() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let length = self.bytes.len().min(buf.remaining());
        buf.put_slice(&self.bytes[..length]);
        self.bytes.advance(length);
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
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

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

    #[test]
    fn a_stream_without_early_bytes_stays_as_it_is() {
        let (one, _other) = MemoryStream::pair(1);
        assert!(matches!(
            Stream::Memory(one).after(Bytes::new()),
            Stream::Memory(_)
        ));
    }
}
