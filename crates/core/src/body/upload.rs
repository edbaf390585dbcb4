//! A request's body: none, whole, or streamed.
//!
//! A streamed body comes with credit: every byte that hyper takes is reported to the code that pushes bytes, so that a
//! bounded number of bytes is queued.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

/// The body of a request.
#[derive(Clone, Debug)]
pub enum RequestBody {
    /// No bytes.
    Empty,
    /// All of its bytes.
    Whole(Bytes),
    /// Bytes that are pushed while the request is sent.
    Upload(Rc<Upload>),
}

impl RequestBody {
    /// The length of a body that is known whole; 0 for an upload.
    pub(crate) fn known_length(&self) -> u64 {
        match self {
            Self::Whole(bytes) => bytes.len() as u64,
            Self::Empty | Self::Upload(_) => 0,
        }
    }

    /// Whether it can be sent from its start: a streamed body is not kept once it is taken.
    pub(crate) fn can_be_sent_from_start(&self) -> bool {
        match self {
            Self::Upload(upload) => !upload.touched.get(),
            Self::Empty | Self::Whole(_) => true,
        }
    }

    /// Whether there is certainly nothing to send.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Upload(_) => false,
        }
    }

    /// Whether the connection has taken all of it. A whole body goes with the head.
    pub(crate) fn is_taken(&self) -> bool {
        match self {
            Self::Upload(upload) => upload.is_finished(),
            Self::Empty | Self::Whole(_) => true,
        }
    }
}

/// A streamed request body: its queue of chunks.
pub struct Upload {
    chunks: RefCell<VecDeque<Bytes>>,
    ended: Cell<bool>,
    /// Bytes pushed so far.
    pushed: Cell<u64>,
    taken: Cell<usize>,
    /// Whether a chunk was ever taken.
    touched: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Upload {
    /// An upload without bytes.
    pub fn new() -> Rc<Self> {
        Rc::new(Self {
            chunks: RefCell::default(),
            ended: Cell::new(false),
            pushed: Cell::new(0),
            taken: Cell::new(0),
            touched: Cell::new(false),
            waker: RefCell::default(),
        })
    }

    /// Adds a chunk. Ignores an empty one, which would end a chunked body.
    pub fn push(&self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.pushed.set(self.pushed.get() + chunk.len() as u64);
            self.chunks.borrow_mut().push_back(chunk);
            self.wake();
        }
    }

    /// Ends the body after the chunks so far.
    pub fn end(&self) {
        self.ended.set(true);
        self.wake();
    }

    /// Whether more bytes than `announced` were pushed.
    pub(crate) fn exceeds(&self, announced: u64) -> bool {
        self.pushed.get() > announced
    }

    /// Waits for the end or for more bytes, if just the `announced` ones were pushed.
    pub(crate) fn poll_length(&self, context: &Context<'_>, announced: u64) -> Poll<()> {
        if self.ended.get() || self.pushed.get() != announced {
            return Poll::Ready(());
        }
        self.waker.replace(Some(context.waker().clone()));
        Poll::Pending
    }

    /// The bytes taken since the last call.
    pub(crate) fn take_credit(&self) -> usize {
        self.taken.replace(0)
    }

    /// Whether the next byte has not been pushed yet.
    pub(crate) fn is_starved(&self) -> bool {
        !self.ended.get() && self.chunks.borrow().is_empty()
    }

    /// Whether the body has ended and every byte was taken.
    pub(crate) fn is_finished(&self) -> bool {
        self.ended.get() && self.chunks.borrow().is_empty()
    }

    /// The next chunk; `None` after the end.
    pub(super) fn poll_chunk(&self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(chunk) = self.chunks.borrow_mut().pop_front() {
            self.taken.set(self.taken.get() + chunk.len());
            self.touched.set(true);
            return Poll::Ready(Some(chunk));
        }
        if self.ended.get() {
            return Poll::Ready(None);
        }
        self.waker.replace(Some(context.waker().clone()));
        Poll::Pending
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("ended", &self.ended.get())
            .finish_non_exhaustive()
    }
}
