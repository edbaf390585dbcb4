//! The connection's stream after hyper has given it up.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::wire_stream::{StreamOwner, WireStream};
use crate::facts::OpenConnection;
use crate::io::Stream;

/// The stream, which its connection closes.
#[derive(Debug)]
pub(super) struct UpgradedWire(Rc<WireStream>);

impl UpgradedWire {
    pub(super) fn new(stream: &Rc<WireStream>) -> Self {
        stream.borrow().limit_unsent();
        Self(Rc::clone(stream))
    }

    fn with<T>(&self, act: impl FnOnce(Pin<&mut Stream>) -> T) -> T {
        act(Pin::new(&mut *self.0.borrow_mut()))
    }
}

/// A connection whose stream carries no HTTP any more. It closes the stream when it is dropped.
pub(crate) struct UpgradedConnection {
    pub(super) stream: StreamOwner,
    /// Its number is in use until it is closed.
    pub(super) _facts: Rc<OpenConnection>,
}

impl UpgradedConnection {
    /// Makes closing it reset it, because it ends in the middle of what was to be sent.
    pub(crate) fn reset_on_close(&self) {
        self.stream.reset_on_close();
    }
}

impl AsyncRead for UpgradedWire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.with(|stream| stream.poll_read(context, buffer))
    }
}

impl AsyncWrite for UpgradedWire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.with(|stream| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.with(|stream| stream.poll_write_vectored(context, buffers))
    }

    fn is_write_vectored(&self) -> bool {
        self.0.borrow().is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|stream| stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|stream| stream.poll_shutdown(context))
    }
}
