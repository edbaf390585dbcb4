//! A request's body, as hyper pulls it.
//!
//! A streamed body is fed from outside with credit: every byte that hyper takes is reported to whoever feeds it,
//! who keeps a bounded number of bytes under way.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// The body of a request, given with it or fed later.
#[derive(Clone, Debug)]
pub enum RequestBody {
    /// No bytes.
    Empty,
    /// All of its bytes.
    Whole(Bytes),
    /// Bytes that come as they are fed.
    Upload(Rc<Upload>),
}

impl RequestBody {
    /// Its length, but for an upload, which tells it as it goes.
    pub(crate) fn known_length(&self) -> u64 {
        match self {
            Self::Whole(bytes) => bytes.len() as u64,
            Self::Empty | Self::Upload(_) => 0,
        }
    }
}

/// A streamed request body: the end that is fed.
pub struct Upload {
    chunks: RefCell<VecDeque<Bytes>>,
    ended: Cell<bool>,
    taken: Cell<usize>,
    waker: RefCell<Option<Waker>>,
}

impl Upload {
    /// A body without bytes as yet.
    pub fn new() -> Rc<Self> {
        Rc::new(Self {
            chunks: RefCell::default(),
            ended: Cell::new(false),
            taken: Cell::new(0),
            waker: RefCell::default(),
        })
    }

    /// Feeds a chunk. An empty one is nothing: it would end a chunked body.
    pub fn push(&self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.chunks.borrow_mut().push_back(chunk);
            self.wake();
        }
    }

    /// Says that all has been fed.
    pub fn end(&self) {
        self.ended.set(true);
        self.wake();
    }

    /// Bytes taken since this was last asked.
    pub(crate) fn take_credit(&self) -> usize {
        self.taken.replace(0)
    }

    /// Whether there is something to take.
    pub(crate) fn has_bytes(&self) -> bool {
        !self.chunks.borrow().is_empty()
    }

    /// Whether the next byte has yet to be fed.
    pub(crate) fn is_starved(&self) -> bool {
        !self.ended.get() && self.chunks.borrow().is_empty()
    }

    /// Whether all was fed and taken.
    pub(crate) fn is_finished(&self) -> bool {
        self.ended.get() && self.chunks.borrow().is_empty()
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

/// Why a streamed body could not be sent as announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LengthMismatch {
    /// More bytes than `Content-Length`.
    TooLong,
    /// Fewer bytes than `Content-Length`.
    TooShort,
}

impl fmt::Display for LengthMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "Too much data for declared Content-Length",
            Self::TooShort => "Too little data for declared Content-Length",
        })
    }
}

impl std::error::Error for LengthMismatch {}

/// A [`RequestBody`] on its way, held to the announced length.
///
/// The chunk that completes the length is held back until it is known to be the last: once the server has that, it
/// answers, and a body that is too long would go unnoticed.
#[derive(Debug)]
pub(crate) struct Outgoing {
    body: RequestBody,
    /// Bytes still owed, where a length was announced.
    owed: Option<u64>,
    held_back: Option<Bytes>,
}

impl Outgoing {
    pub(crate) fn new(body: RequestBody, owed: Option<u64>) -> Self {
        Self {
            body,
            owed,
            held_back: None,
        }
    }

    fn poll_upload(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, LengthMismatch>>> {
        let RequestBody::Upload(upload) = &self.body else {
            return Poll::Ready(None);
        };
        let Some(chunk) = upload.chunks.borrow_mut().pop_front() else {
            if !upload.ended.get() {
                upload.waker.replace(Some(context.waker().clone()));
                return Poll::Pending;
            }
            return Poll::Ready(match (self.held_back.take(), self.owed) {
                (Some(last), _) => Some(Ok(Frame::data(last))),
                (None, Some(1..)) => Some(Err(LengthMismatch::TooShort)),
                (None, _) => None,
            });
        };
        upload.taken.set(upload.taken.get() + chunk.len());
        if let Some(owed) = &mut self.owed {
            match owed.checked_sub(chunk.len() as u64) {
                Some(0) => {
                    *owed = 0;
                    self.held_back = Some(chunk);
                    return self.poll_upload(context);
                }
                Some(rest) => *owed = rest,
                None => return Poll::Ready(Some(Err(LengthMismatch::TooLong))),
            }
        }
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = LengthMismatch;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, LengthMismatch>>> {
        match &mut self.body {
            RequestBody::Empty => Poll::Ready(None),
            RequestBody::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                self.body = RequestBody::Empty;
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            RequestBody::Upload(_) => self.poll_upload(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.body {
            RequestBody::Empty => true,
            RequestBody::Whole(bytes) => bytes.is_empty(),
            RequestBody::Upload(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.body {
            RequestBody::Empty => SizeHint::with_exact(0),
            RequestBody::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            RequestBody::Upload(_) => {
                let held_back = self.held_back.as_ref().map_or(0, Bytes::len) as u64;
                self.owed
                    .map_or_else(SizeHint::default, |owed| SizeHint::with_exact(owed + held_back))
            }
        }
    }
}
