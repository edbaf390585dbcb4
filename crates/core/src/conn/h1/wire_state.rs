//! The stream under hyper, and the state that a [`Wire`](super::wire::Wire) shares with the task that runs requests.

use std::cell::{Cell, RefCell};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;

use super::head_capture::HeadCapture;
use super::trailers::TrailedBody;
use super::wire_stream::WireStream;
use crate::conn::counters::Counters;
use crate::io::{Stream, Unread};

/// The stream, and the request and response on it.
#[derive(Debug)]
pub(super) struct WireState {
    pub(super) stream: Rc<WireStream>,
    /// The part of the caller's head that is not written yet.
    pub(super) request_head: RefCell<Bytes>,
    /// Whether hyper's next bytes start with its own head.
    pub(super) replaces_head: Cell<bool>,
    /// The body of a request with trailers, until it is written.
    pub(super) trailed_body: RefCell<Option<TrailedBody>>,
    pub(super) response_head: RefCell<HeadCapture>,
    pub(super) counters: Counters,
    /// Whether nothing is read before a byte of the request is written.
    writes_first: Cell<bool>,
    /// The error that ended writing.
    pub(super) write_error: RefCell<Option<io::Error>>,
}

impl WireState {
    pub(super) fn new(stream: Stream) -> Rc<Self> {
        Rc::new(Self {
            stream: WireStream::new(stream),
            request_head: RefCell::default(),
            replaces_head: Cell::new(false),
            trailed_body: RefCell::default(),
            response_head: RefCell::default(),
            counters: Counters::new(),
            writes_first: Cell::new(false),
            write_error: RefCell::default(),
        })
    }

    /// Prepares for a request with this head, and with this body if that has trailers. The first on a connection may be
    /// answered before it is written: a server that is overloaded says so as soon as it has accepted the connection. On
    /// one that was used before, such bytes are no answer (RFC 9112 9.2).
    pub(super) fn begin(&self, head: Bytes, trailed_body: Option<TrailedBody>, is_first: bool) {
        self.writes_first.set(is_first);
        *self.trailed_body.borrow_mut() = trailed_body;
        *self.request_head.borrow_mut() = head;
        self.replaces_head.set(true);
        self.response_head.borrow_mut().reset();
        self.counters.reset();
    }

    /// Whether the request's head is written.
    pub(super) fn has_written_head(&self) -> bool {
        !self.replaces_head.get()
    }

    /// Whether bytes of a write that fails can have reached the server. TLS sends records before it reports bytes as
    /// taken.
    pub(super) fn may_have_sent(&self) -> bool {
        self.counters.written.get() > 0 || self.stream.is_tls
    }

    /// Whether a read has to wait for the first write. It need not for the end of a plain connection: then no byte of the
    /// request leaves, and the error can say so.
    pub(super) fn writes_before_reading(&self) -> bool {
        self.writes_first.get() && (self.stream.is_tls || self.stream.borrow().unread() != Unread::End)
    }

    fn read_from_now(&self, context: &Context<'_>) {
        if self.writes_first.replace(false) {
            context.waker().wake_by_ref();
        }
    }

    /// Keeps the first error of a write, and counts the request as sent in part.
    pub(super) fn fail_writing(&self, context: &Context<'_>, error: io::Error) {
        self.read_from_now(context);
        self.write_error.borrow_mut().get_or_insert(error);
        self.counters.blocked_since.set(None);
        self.counters.written.set(self.counters.written.get().max(1));
    }

    /// Writes and counts. Keeps the error of a failed write and reports success, so that reading goes on.
    pub(super) fn poll_write(
        &self,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.poll_write_stream(context, buffers) {
            Poll::Ready(Ok(bytes)) => {
                self.read_from_now(context);
                self.counters.add_written(bytes);
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) if self.may_have_sent() || self.has_early_answer() => {
                self.fail_writing(context, error);
                Poll::Ready(Ok(buffers.iter().map(|buffer| buffer.len()).sum()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                self.counters.block();
                Poll::Pending
            }
        }
    }

    fn poll_write_stream(
        &self,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut stream = self.stream.borrow_mut();
        let stream = Pin::new(&mut *stream);
        match buffers {
            // the usual case: the system takes 0.4 µs less for `send` than for `writev`
            [only] => stream.poll_write(context, only),
            several => stream.poll_write_vectored(context, several),
        }
    }

    /// Whether the answer to a request of which no byte could be written is there.
    fn has_early_answer(&self) -> bool {
        self.writes_first.get() && self.stream.borrow().unread() == Unread::Bytes
    }
}
