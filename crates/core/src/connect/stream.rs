//! One connection, whatever it runs over.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_rustls::client::TlsStream;

use super::stale::{Waiting, waiting};

/// An open connection. One concrete type, so that what is built on it is compiled once and needs no
/// virtual calls; the TLS variants are boxed because their state is a hundred times that of a socket.
#[derive(Debug)]
pub enum Stream {
    /// TCP.
    Tcp(TcpStream),
    /// TLS over TCP.
    TlsTcp(Box<TlsStream<TcpStream>>),
    /// A Unix domain socket.
    #[cfg(unix)]
    Unix(UnixStream),
    /// TLS over a Unix domain socket.
    #[cfg(unix)]
    TlsUnix(Box<TlsStream<UnixStream>>),
}

/// The same expression for whichever stream it is.
macro_rules! each {
    ($stream:expr, $inner:ident => $body:expr) => {
        match $stream {
            Stream::Tcp($inner) => $body,
            Stream::TlsTcp($inner) => $body,
            #[cfg(unix)]
            Stream::Unix($inner) => $body,
            #[cfg(unix)]
            Stream::TlsUnix($inner) => $body,
        }
    };
}

impl Stream {
    /// Whether bytes are encrypted on the way, so that what was taken and what was sent differ.
    pub(crate) fn is_tls(&self) -> bool {
        match self {
            Self::TlsTcp(_) => true,
            #[cfg(unix)]
            Self::TlsUnix(_) => true,
            _ => false,
        }
    }

    /// Whether a connection that was kept open must not be used again. Costs one system call that never
    /// waits; to be asked of an idle connection only, between a response and the next request.
    ///
    /// Plain connections: the end, an error, or bytes that nobody asked for. TLS: the end or an error;
    /// bytes are left for the next read to judge, because a TLS 1.3 server sends session tickets whenever
    /// it likes, and from outside its notice of closing looks the same.
    ///
    /// `false` is no promise: the end may be on its way.
    pub fn is_stale(&self) -> bool {
        match self {
            Self::Tcp(socket) => waiting(&socket.into()) != Waiting::Nothing,
            Self::TlsTcp(tls) => waiting(&tls.get_ref().0.into()) == Waiting::End,
            #[cfg(unix)]
            Self::Unix(socket) => waiting(&socket.into()) != Waiting::Nothing,
            #[cfg(unix)]
            Self::TlsUnix(tls) => waiting(&tls.get_ref().0.into()) == Waiting::End,
        }
    }

    /// The protocol that the server chose by ALPN; `None` without TLS, or if it chose none.
    pub fn alpn_protocol(&self) -> Option<&[u8]> {
        match self {
            Self::TlsTcp(tls) => tls.get_ref().1.alpn_protocol(),
            #[cfg(unix)]
            Self::TlsUnix(tls) => tls.get_ref().1.alpn_protocol(),
            _ => None,
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        each!(self.get_mut(), stream => Pin::new(stream).poll_read(cx, buf))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        each!(self.get_mut(), stream => Pin::new(stream).poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        each!(self.get_mut(), stream => Pin::new(stream).poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        each!(self, stream => stream.is_write_vectored())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self.get_mut(), stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self.get_mut(), stream => Pin::new(stream).poll_shutdown(cx))
    }
}
