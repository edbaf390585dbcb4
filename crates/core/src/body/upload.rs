//! A request's body: none, whole, or streamed.
//!
//! A streamed body comes with credit: every byte that hyper takes is reported to the code that pushes bytes, so that a
//! bounded number of bytes is queued. It can be sent from its start again if that is kept, or if its owner can read it
//! again. A body that waits for a 100 (Continue), or that has trailers, is always streamed.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::Bytes;

use super::expectation::Expectation;
use super::trailers::Trailers;

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

    /// Whether there is certainly nothing to send.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Upload(_) => false,
        }
    }

    /// Whether the server may have to say first that it wants it.
    pub(crate) fn expects_continue(&self) -> bool {
        matches!(self, Self::Upload(upload) if upload.expectation.is_some())
    }

    /// The server has said that it wants it.
    pub(crate) fn fulfil_expectation(&self) {
        if let Self::Upload(upload) = self {
            upload.fulfil_expectation();
        }
    }

    /// The server has answered: a body that still waits for it to say that it wants it is not sent.
    pub(crate) fn answered(&self) {
        if let Self::Upload(upload) = self
            && let Some(expectation) = &upload.expectation
        {
            expectation.answered();
        }
    }

    /// Whether none of it was sent because the server has not said that it wants it.
    pub(crate) fn is_held(&self) -> bool {
        matches!(self, Self::Upload(upload) if upload.is_held())
    }

    /// Whether trailers follow it.
    pub(crate) fn has_trailers(&self) -> bool {
        matches!(self, Self::Upload(upload) if upload.has_trailers)
    }

    /// Whether the connection has taken all of it. A whole body goes with the head.
    pub(crate) fn is_taken(&self) -> bool {
        match self {
            Self::Upload(upload) => upload.is_finished(),
            Self::Empty | Self::Whole(_) => true,
        }
    }
}

/// A body of at most this many bytes is kept until its response: most forms and JSON texts are shorter, and a body that
/// is read once can then go to another connection. Before the server may have seen any of it, it is kept at any length.
const KEPT_BYTES: usize = 64 * 1024;

/// Whether an upload can be sent from its start again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Restart {
    /// It can: its first chunks were kept, and are in the queue again.
    Done,
    /// Its owner can read it again, and must be asked to.
    Asked,
    /// Its first chunks are gone.
    Impossible,
}

/// What is known of the length of the part that is being pushed. A body of parts announces the sum of their lengths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    /// Its announced bytes have not come, or its length is not announced.
    #[default]
    Coming,
    /// They have. It may have more.
    Full,
    /// It has more.
    TooLong,
}

/// A streamed request body: its queue of chunks.
pub struct Upload {
    chunks: RefCell<VecDeque<Bytes>>,
    ended: Cell<bool>,
    /// Bytes pushed so far.
    pushed: Cell<u64>,
    part: Cell<Part>,
    /// Bytes taken so far, and those of them that were reported.
    taken: Cell<u64>,
    credited: Cell<u64>,
    /// The chunks taken so far. `None` once they are more than are kept.
    start: RefCell<Option<Vec<Bytes>>>,
    /// Whether its owner can read it again.
    is_replayable: bool,
    /// Whether chunks that come belong to a reading that was given up.
    awaits_restart: Cell<bool>,
    /// `None` if nothing holds it back.
    expectation: Option<Expectation>,
    /// Whether the connection asked for the first bytes of a body that was held back, which is still to be reported.
    asked: Cell<bool>,
    has_trailers: bool,
    trailers: RefCell<Trailers>,
    waker: RefCell<Option<Waker>>,
}

/// How an upload is sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct UploadSettings {
    /// Whether its owner can read it again.
    pub is_replayable: bool,
    /// How long it waits for a 100 (Continue).
    pub expect: Option<Duration>,
    /// Whether it ends by [`Upload::end_with`].
    pub has_trailers: bool,
}

impl Upload {
    /// An upload without bytes, whose owner can read them once.
    pub fn new() -> Rc<Self> {
        Self::with(UploadSettings::default())
    }

    /// An upload without bytes, with these settings.
    pub fn with(settings: UploadSettings) -> Rc<Self> {
        Rc::new(Self {
            expectation: settings.expect.map(Expectation::new),
            asked: Cell::new(false),
            has_trailers: settings.has_trailers,
            trailers: RefCell::default(),
            chunks: RefCell::default(),
            ended: Cell::new(false),
            pushed: Cell::new(0),
            part: Cell::default(),
            taken: Cell::new(0),
            credited: Cell::new(0),
            start: RefCell::new(Some(Vec::new())),
            is_replayable: settings.is_replayable,
            awaits_restart: Cell::new(false),
            waker: RefCell::default(),
        })
    }

    /// Adds a chunk. Ignores an empty one, which would end a chunked body.
    pub fn push(&self, chunk: Bytes) {
        if !chunk.is_empty() && !self.awaits_restart.get() {
            self.pushed.set(self.pushed.get() + chunk.len() as u64);
            self.part_goes_on();
            self.chunks.borrow_mut().push_back(chunk);
            self.wake();
        }
    }

    /// Ends the body after the chunks so far.
    pub fn end(&self) {
        if !self.awaits_restart.get() {
            self.ended.set(true);
            self.part_goes_on();
            self.wake();
        }
    }

    /// The announced bytes of a part have been pushed. Whether it has more, the next chunk, the end or
    /// [`Self::part_is_too_long`] tells: until then a response does not end the exchange.
    pub fn part_is_full(&self) {
        if !self.awaits_restart.get() && self.part.get() == Part::Coming {
            self.part.set(Part::Full);
        }
    }

    /// A part has more bytes than announced: the upload fails if its own length is announced.
    pub fn part_is_too_long(&self) {
        if !self.awaits_restart.get() {
            self.part.set(Part::TooLong);
            self.wake();
        }
    }

    fn part_goes_on(&self) {
        if self.part.get() == Part::Full {
            self.part.set(Part::Coming);
        }
    }

    /// The chunks that follow begin the body again, as it was asked for.
    pub fn restarted(&self) {
        self.awaits_restart.set(false);
    }

    /// Makes it ready to be sent from its start.
    pub(crate) fn restart(&self) -> Restart {
        if let Some(expectation) = &self.expectation {
            expectation.restart();
        }
        if let Some(start) = self.start.replace(Some(Vec::new())) {
            let mut chunks = self.chunks.borrow_mut();
            for chunk in start.into_iter().rev() {
                chunks.push_front(chunk);
            }
            self.taken.set(0);
            return Restart::Done;
        }
        if !self.is_replayable {
            self.start.replace(None);
            return Restart::Impossible;
        }
        self.chunks.borrow_mut().clear();
        self.ended.set(false);
        self.part.set(Part::Coming);
        for count in [&self.pushed, &self.taken, &self.credited] {
            count.set(0);
        }
        self.awaits_restart.set(true);
        Restart::Asked
    }

    /// Ends the body after the chunks so far, with these trailers.
    pub fn end_with(&self, trailers: Trailers) {
        *self.trailers.borrow_mut() = trailers;
        self.end();
    }

    /// The trailers of a body that has ended.
    pub(crate) fn trailers(&self) -> Trailers {
        self.trailers.borrow().clone()
    }

    fn is_held(&self) -> bool {
        self.expectation.as_ref().is_some_and(Expectation::holds)
    }

    fn fulfil_expectation(&self) {
        if self.expectation.as_ref().is_some_and(Expectation::fulfil) {
            self.asked.set(true);
            self.wake();
        }
    }

    /// Whether more bytes than `announced` were pushed, or more of a part.
    pub(crate) fn exceeds(&self, announced: u64) -> bool {
        self.pushed.get() > announced || self.exceeds_part()
    }

    /// Whether a part has more bytes than announced.
    pub(crate) fn exceeds_part(&self) -> bool {
        self.part.get() == Part::TooLong
    }

    /// Waits for the end or for more bytes, if just the `announced` ones were pushed, or just those of a part.
    pub(crate) fn poll_length(&self, context: &Context<'_>, announced: u64) -> Poll<()> {
        if self.ended.get() || (self.pushed.get() != announced && self.part.get() != Part::Full) {
            return Poll::Ready(());
        }
        self.waker.replace(Some(context.waker().clone()));
        Poll::Pending
    }

    /// The bytes taken and not reported before. The server may have seen them: the body's start is kept only if it is short.
    pub(crate) fn take_credit(&self) -> usize {
        let taken = self.taken.get();
        // chunks that were taken, reported and put back do not count twice
        let credit = taken.saturating_sub(self.credited.get());
        if credit == 0 {
            return 0;
        }
        self.credited.set(taken);
        if taken > KEPT_BYTES as u64 {
            self.start.replace(None);
        }
        usize::try_from(credit).unwrap_or(usize::MAX)
    }

    /// Whether the connection has asked for the first bytes of a body that was held back, since the last call.
    pub(crate) fn take_question(&self) -> bool {
        self.asked.take()
    }

    /// Whether there is no next byte to send: it has not been pushed yet, or the server has not asked for it.
    pub(crate) fn is_starved(&self) -> bool {
        (!self.ended.get() && self.chunks.borrow().is_empty())
            || self.expectation.as_ref().is_some_and(Expectation::waits)
    }

    /// Whether the body has ended and every byte was taken.
    pub(crate) fn is_finished(&self) -> bool {
        self.ended.get() && self.chunks.borrow().is_empty() && !self.is_held()
    }

    /// Whether there are chunks that were not taken.
    pub(crate) fn has_chunks(&self) -> bool {
        !self.chunks.borrow().is_empty()
    }

    /// The next chunk, if there is one.
    pub(crate) fn take(&self) -> Option<Bytes> {
        self.chunks.borrow_mut().pop_front()
    }

    /// The next chunk; `None` after the end.
    pub(crate) fn poll_chunk(&self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(expectation) = &self.expectation
            && expectation.holds()
        {
            self.waker.replace(Some(context.waker().clone()));
            ready!(expectation.poll(context));
            self.asked.set(true);
        }
        if let Some(chunk) = self.chunks.borrow_mut().pop_front() {
            self.taken.set(self.taken.get() + chunk.len() as u64);
            if let Some(start) = &mut *self.start.borrow_mut() {
                start.push(chunk.clone());
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn take(upload: &Upload) -> Option<Bytes> {
        match upload.poll_chunk(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(chunk) => chunk,
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_long_body_of_which_the_server_has_seen_nothing_is_kept() {
        let upload = Upload::new();
        let chunk = Bytes::from(vec![1; KEPT_BYTES]);
        for _ in 0..2 {
            upload.push(chunk.clone());
            assert_eq!(take(&upload), Some(chunk.clone()));
        }
        assert_eq!(upload.restart(), Restart::Done);
        assert_eq!(take(&upload), Some(chunk.clone()));
        assert_eq!(take(&upload), Some(chunk));
        assert_eq!(take(&upload), None);
        assert_eq!(upload.take_credit(), 2 * KEPT_BYTES);
        assert_eq!(upload.restart(), Restart::Impossible);
    }
}
