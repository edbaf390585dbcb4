//! An open stream over any of the supported transports.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
#[cfg(windows)]
use tokio::net::windows::named_pipe::NamedPipeClient;
use tokio_rustls::client::TlsStream;

use super::unread::{Unread, peek};
use super::{ByteStream, EarlyBytes, MemoryStream};

/// See [`Stream::limit_unsent`].
#[cfg(any(target_os = "linux", target_os = "android"))]
const MOST_UNSENT: u32 = 128 * 1024;

/// An open stream. One concrete type: the code on top of it is compiled once and makes no virtual calls.
///
/// Streams nest: TLS runs over any stream, TLS included (an `https` origin behind an `https` proxy).
#[derive(Debug)]
pub enum Stream {
    /// TCP.
    Tcp(TcpStream),
    /// A Unix domain socket.
    #[cfg(unix)]
    Unix(UnixStream),
    /// A named pipe.
    #[cfg(windows)]
    Pipe(NamedPipeClient),
    /// A connection inside the process.
    Memory(MemoryStream),
    /// A stream that HTTP has given up, which TLS then runs over.
    Upgraded(Box<dyn ByteStream>),
    /// TLS over another stream. Boxed: its state is a hundred times that of a socket.
    Tls(Box<TlsStream<Stream>>),
    /// A stream of which bytes were read before they are asked for.
    Early(Box<EarlyBytes>),
}

/// What is known of an idle stream without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdleState {
    /// Nothing speaks against its use. The end may be on its way.
    Usable,
    /// The peer has closed it, it has failed, or it has bytes that no request asked for.
    Stale,
    /// It has TLS records, which only a read can judge: a TLS 1.3 server sends session tickets at any time, and they look
    /// like `close_notify` from outside.
    Unread,
}

/// Evaluates one expression for each kind of stream.
macro_rules! each {
    ($stream:expr, $inner:ident => $body:expr) => {
        match $stream {
            Stream::Tcp($inner) => $body,
            #[cfg(unix)]
            Stream::Unix($inner) => $body,
            #[cfg(windows)]
            Stream::Pipe($inner) => $body,
            Stream::Memory($inner) => $body,
            Stream::Upgraded($inner) => $body,
            Stream::Tls($inner) => $body,
            Stream::Early($inner) => $body,
        }
    };
}

impl Stream {
    /// The stream, with bytes to read before its own.
    #[must_use]
    pub fn after(self, bytes: Bytes) -> Self {
        if bytes.is_empty() {
            self
        } else {
            Self::Early(Box::new(EarlyBytes::new(bytes, self)))
        }
    }

    /// The stream, read in larger parts than its reader asks for. One of TLS is read from memory anyway.
    #[must_use]
    pub(crate) fn reading_ahead(self) -> Self {
        let early = match self {
            Self::Tls(_) => return self,
            Self::Early(early) => *early,
            stream => EarlyBytes::new(Bytes::new(), stream),
        };
        Self::Early(Box::new(early.reading_ahead()))
    }

    /// Whether the outermost layer encrypts: then a successful write may have sent nothing yet, and a failed one may
    /// have sent some.
    pub(crate) fn is_tls(&self) -> bool {
        match self {
            Self::Tls(_) => true,
            Self::Early(early) => early.stream().is_tls(),
            _ => false,
        }
    }

    /// Whether an idle connection can be used again. Costs one system call that never blocks. Ask it only between a
    /// response and the next request.
    pub(crate) fn idle_state(&self) -> IdleState {
        match (self.unread(), self.is_tls()) {
            (Unread::Nothing, _) => IdleState::Usable,
            (Unread::Bytes, true) => IdleState::Unread,
            (Unread::Bytes, false) | (Unread::End, _) => IdleState::Stale,
        }
    }

    /// Whether an idle connection must not be used again. `false` promises nothing: the end may be on its way.
    pub fn is_stale(&self) -> bool {
        self.idle_state() == IdleState::Stale
    }

    /// Makes closing the stream drop all bytes that are not sent yet, and reset the connection.
    pub(crate) fn reset_on_close(&self) {
        match self {
            // an error means that the connection is broken already
            Self::Tcp(socket) => drop(SockRef::from(socket).set_linger(Some(Duration::ZERO))),
            // its bytes are in the peer's buffer, or nowhere
            #[cfg(unix)]
            Self::Unix(_) => {}
            #[cfg(windows)]
            Self::Pipe(_) => {}
            Self::Memory(stream) => stream.reset_on_close(),
            // what HTTP gave up is closed in good order
            Self::Upgraded(_) => {}
            Self::Tls(tls) => tls.get_ref().0.reset_on_close(),
            Self::Early(early) => early.stream().reset_on_close(),
        }
    }

    /// Makes the system take bytes only while few of them wait to be sent, so that a peer that reads slowly is seen to read. The
    /// send buffer alone shows it when a third is free: of its 4 MiB, a slow peer may need minutes.
    pub(crate) fn limit_unsent(&self) {
        match self {
            // without it, a slow peer may be taken for one that reads nothing
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Self::Tcp(socket) => drop(SockRef::from(socket).set_tcp_notsent_lowat(MOST_UNSENT)),
            Self::Tls(tls) => tls.get_ref().0.limit_unsent(),
            Self::Early(early) => early.stream().limit_unsent(),
            _ => {}
        }
    }

    /// What the innermost stream has received. Costs one system call that never blocks.
    pub(crate) fn unread(&self) -> Unread {
        match self {
            Self::Tcp(socket) => peek(&socket.into()),
            #[cfg(unix)]
            Self::Unix(socket) => peek(&socket.into()),
            // Windows tells only those who read: HTTP, which reads an idle connection, finds the end
            #[cfg(windows)]
            Self::Pipe(_) => Unread::Nothing,
            Self::Memory(stream) => stream.unread(),
            // such a stream is never idle in a pool
            Self::Upgraded(_) => Unread::Nothing,
            Self::Tls(tls) => tls.get_ref().0.unread(),
            Self::Early(early) if early.are_read() => early.stream().unread(),
            Self::Early(_) => Unread::Bytes,
        }
    }

    /// The addresses of this end and of the peer, if it is TCP underneath. Costs two system calls.
    pub(crate) fn addresses(&self) -> Option<(SocketAddr, SocketAddr)> {
        match self {
            Self::Tcp(socket) => socket.local_addr().ok().zip(socket.peer_addr().ok()),
            Self::Tls(tls) => tls.get_ref().0.addresses(),
            Self::Early(early) => early.stream().addresses(),
            _ => None,
        }
    }

    /// The protocol that the server chose by ALPN in the outermost layer; `None` without TLS, or if it chose none.
    pub fn alpn_protocol(&self) -> Option<&[u8]> {
        match self {
            Self::Tls(tls) => tls.get_ref().1.alpn_protocol(),
            Self::Early(early) => early.stream().alpn_protocol(),
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
