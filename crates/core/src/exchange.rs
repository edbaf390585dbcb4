//! One request and its way to exactly one end.
//!
//! Every exchange that was started gets one terminal reply ([`Reply::Whole`], [`Reply::Failed`] or
//! [`Reply::Closed`]) and nothing after it, whatever happens to its connection: should the engine drop it
//! unfinished, dropping it is its failure.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Waker};

use bytes::Bytes;
use tokio::time::Instant;

use crate::body::{BodyPipe, RequestBody};
use crate::error::{Error, Kind, Phase, RequestSent};
use crate::request::{Framing, RequestHead};
use crate::timeouts::Timeouts;
use crate::trace::{Trace, TraceEvent};

/// How the response's body is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// With the head, once it is complete and decoded.
    Whole,
    /// Through a [`BodyPipe`], as it comes.
    Streamed,
}

/// The head of a response.
#[derive(Clone, Copy, Debug)]
pub struct ResponseHead<'a> {
    /// The status code.
    pub status: u16,
    /// Whether there is a `Set-Cookie` among the lines: so that nobody else need look for one.
    pub sets_cookies: bool,
    /// Status line and header lines as they came, without the blank line.
    pub lines: &'a [u8],
}

/// What an exchange tells its owner.
#[derive(Debug)]
pub enum Reply<'a> {
    /// The whole response. Terminal.
    Whole {
        /// Its head.
        head: ResponseHead<'a>,
        /// Its decoded body.
        body: Bytes,
        /// The bytes that the body took on the wire, without transfer coding.
        downloaded: u64,
        /// The header lines of its trailers.
        trailers: Bytes,
    },
    /// The response, of which the body comes through the pipe. [`Reply::Closed`] follows.
    Streamed {
        /// Its head.
        head: ResponseHead<'a>,
        /// Its body.
        body: Arc<BodyPipe>,
    },
    /// A reader who found the pipe empty may try again.
    Readable,
    /// So many bytes of the upload were taken.
    Credit(usize),
    /// Something happened to a request with a listener.
    Trace(TraceEvent<'a>),
    /// No response, or (for [`Delivery::Whole`]) not all of it. Terminal.
    Failed(Error),
    /// A streamed response is over, as its pipe tells, or the exchange was cancelled. Terminal.
    Closed,
}

/// Whoever is told about exchanges: one for each JavaScript environment.
pub trait Replies {
    /// Takes what the exchange of this key has to say.
    fn reply(&self, key: u32, reply: Reply<'_>);
}

/// What makes an exchange.
pub struct Start {
    /// The owner's name for it.
    pub key: u32,
    /// Its owner.
    pub replies: Rc<dyn Replies>,
    /// The request's head.
    pub head: RequestHead,
    /// The request's body.
    pub body: RequestBody,
    /// Its time limits.
    pub timeouts: Timeouts,
    /// How the response's body is wanted.
    pub delivery: Delivery,
    /// Whether somebody listens to what happens to it.
    pub traced: bool,
}

/// Why an exchange is given up from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interrupt {
    /// Its owner does not want it any more.
    Cancelled,
    /// The client is closed.
    ClientClosed,
}

/// A request under way.
pub struct Exchange {
    start: Start,
    trace: Option<Rc<Trace>>,
    /// When it was submitted: the `total` timeout counts from here.
    pub(crate) started: Instant,
    allowed: Option<u64>,
    interrupted: Cell<Option<Interrupt>>,
    ended: Cell<bool>,
    waker: RefCell<Option<Waker>>,
    /// The client's number for it, from which the pool knows it.
    pub(crate) number: Cell<usize>,
    /// Whether a connection has taken it: then that connection ends it, else the pool does.
    pub(crate) assigned: Cell<bool>,
}

impl Exchange {
    pub(crate) fn new(start: Start, allowed: Option<u64>) -> Rc<Self> {
        let trace = start
            .traced
            .then(|| Trace::new(start.key, Rc::clone(&start.replies)));
        Rc::new(Self {
            start,
            trace,
            started: Instant::now(),
            allowed,
            interrupted: Cell::new(None),
            ended: Cell::new(false),
            waker: RefCell::default(),
            number: Cell::new(usize::MAX),
            assigned: Cell::new(false),
        })
    }

    pub(crate) fn head(&self) -> &RequestHead {
        &self.start.head
    }

    /// The request's body; the feeding end of an upload is reached through it.
    pub fn body(&self) -> &RequestBody {
        &self.start.body
    }

    pub(crate) fn timeouts(&self) -> &Timeouts {
        &self.start.timeouts
    }

    pub(crate) fn delivery(&self) -> Delivery {
        self.start.delivery
    }

    /// Its listener, if it has one.
    pub(crate) fn trace(&self) -> Option<&Rc<Trace>> {
        self.trace.as_ref()
    }

    /// Says something that is not terminal.
    pub(crate) fn tell(&self, reply: Reply<'_>) {
        if !self.ended.get() {
            self.start.replies.reply(self.start.key, reply);
        }
    }

    /// Says the last thing; only the first call counts.
    pub(crate) fn end(&self, reply: Reply<'_>) {
        if !self.ended.replace(true) {
            if let Some(trace) = &self.trace {
                trace.finish(&reply);
            }
            self.start.replies.reply(self.start.key, reply);
        }
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.ended.get()
    }

    pub(crate) fn interrupted(&self) -> Option<Interrupt> {
        self.interrupted.get()
    }

    /// Asks the connection that runs it to stop. The first reason counts.
    pub(crate) fn interrupt(&self, reason: Interrupt) {
        if self.interrupted.get().is_none() {
            self.interrupted.set(Some(reason));
        }
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Ends it as its interruption demands.
    pub(crate) fn end_interrupted(&self, phase: Phase) {
        match self.interrupted.get() {
            Some(Interrupt::ClientClosed) => self.end(Reply::Failed(client_closed(phase))),
            Some(Interrupt::Cancelled) | None => self.end(Reply::Closed),
        }
    }

    /// The most bytes that its decoded response may have.
    pub(crate) fn allowed(&self) -> Option<u64> {
        self.allowed
    }

    /// Whether the body is what the head announces, as far as that can be known before it is sent.
    pub(crate) fn check_framing(&self) -> Result<(), Error> {
        let message = match (self.start.head.framing, &self.start.body) {
            (Framing::None, RequestBody::Empty)
            | (Framing::Length(_), RequestBody::Upload(_))
            | (Framing::Chunked, _) => return Ok(()),
            (Framing::None, _) => "a body without Content-Length or Transfer-Encoding",
            (Framing::Length(length), body) => match length.cmp(&body.known_length()) {
                Ordering::Equal => return Ok(()),
                Ordering::Less => "Too much data for declared Content-Length",
                Ordering::Greater => "Too little data for declared Content-Length",
            },
        };
        Err(Error::new(
            Kind::LocalProtocolError,
            Phase::Write,
            "ERR_CONTENT_LENGTH_MISMATCH",
            message,
        ))
    }

    /// Has the task woken when the exchange is interrupted.
    pub(crate) fn watch(&self, context: &Context<'_>) {
        let mut waker = self.waker.borrow_mut();
        match &*waker {
            Some(known) if known.will_wake(context.waker()) => {}
            _ => *waker = Some(context.waker().clone()),
        }
    }
}

/// The error of a request whose client was closed.
pub(crate) fn client_closed(phase: Phase) -> Error {
    let (kind, sent) = match phase {
        Phase::Body => (Kind::ReadError, RequestSent::Yes),
        Phase::Pool => (Kind::CloseError, RequestSent::No),
        _ => (Kind::CloseError, RequestSent::Maybe),
    };
    Error::new(kind, phase, "ERR_CLIENT_CLOSED", "the client was closed").sent(sent)
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.end(Reply::Failed(
            Error::new(
                Kind::CloseError,
                Phase::Pool,
                "ERR_ENGINE",
                "the engine dropped the request",
            )
            .sent(RequestSent::Maybe),
        ));
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("key", &self.start.key)
            .finish_non_exhaustive()
    }
}
