//! The stream of a connection, which HTTP and the byte stream that it may become both use.
//!
//! It is apart from what only HTTP needs, so that this is freed when HTTP ends: a byte stream may be quiet for hours.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};

use tokio::io::AsyncWrite;

use crate::io::Stream;

/// See the [module](self).
#[derive(Debug)]
pub(super) struct WireStream {
    stream: RefCell<Stream>,
    /// Kept apart, because a write borrows the stream.
    pub(super) is_tls: bool,
    /// Whether closing resets the stream.
    resets: Cell<bool>,
}

impl Deref for WireStream {
    type Target = RefCell<Stream>;

    fn deref(&self) -> &RefCell<Stream> {
        &self.stream
    }
}

impl WireStream {
    pub(super) fn new(stream: Stream) -> Rc<Self> {
        Rc::new(Self {
            is_tls: stream.is_tls(),
            stream: RefCell::new(stream),
            resets: Cell::new(false),
        })
    }

    /// Drops what is unsent when the stream closes, and tells the peer so. The system would otherwise go on sending it for
    /// minutes to a peer that does not read.
    pub(super) fn reset_on_close(&self) {
        self.resets.set(true);
        self.stream.borrow().reset_on_close();
    }

    /// Says over TLS that the stream ends here (`close_notify`, RFC 8446 6.1): without it, the end looks like an attack.
    /// Does not wait. A peer that reads nothing has no room for the words, and is not spoken to.
    fn close(&self) {
        if self.is_tls
            && !self.resets.get()
            && let Ok(mut stream) = self.stream.try_borrow_mut()
        {
            let _ = Pin::new(&mut *stream).poll_shutdown(&mut Context::from_waker(Waker::noop()));
        }
    }
}

/// Whoever has this closes the stream.
#[derive(Debug)]
pub(super) struct StreamOwner(Rc<WireStream>);

impl StreamOwner {
    pub(super) fn new(stream: &Rc<WireStream>) -> Self {
        Self(Rc::clone(stream))
    }
}

impl Deref for StreamOwner {
    type Target = Rc<WireStream>;

    fn deref(&self) -> &Rc<WireStream> {
        &self.0
    }
}

impl Drop for StreamOwner {
    fn drop(&mut self) {
        self.0.close();
    }
}
