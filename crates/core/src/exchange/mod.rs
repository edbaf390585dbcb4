//! One request, which gets exactly one end.
//!
//! Every exchange that was started gets one terminal reply ([`Reply::Whole`], [`Reply::Failed`] or [`Reply::Closed`])
//! and nothing after it. If the engine drops an exchange without an end, the drop fails it.

mod framing;
mod reply;
mod request_head;

use std::cell::{Cell, OnceCell, RefCell};
use std::cmp::Ordering;
use std::fmt;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use tokio::time::Instant;

use crate::body::coding::CodingRules;
use crate::body::{LengthMismatch, RequestBody, Restart};
use crate::error::{Error, Kind, Phase, RequestSent};
use crate::facts::Timeline;
use crate::timeouts::Timeouts;
use crate::trace::Trace;
use crate::upgrade::Upgraded;
use crate::watcher::Watcher;
use crate::websocket::{Session, Settings};

pub use framing::Framing;
pub use reply::{Delivery, Disconnected, Replies, Reply, ResponseHead};
pub use request_head::RequestHead;

/// The most connections in a row that may refuse a request. Go's client gives up after as many.
const MAX_RESUBMISSIONS: u32 = 6;

/// What a new exchange needs.
pub struct Start {
    /// The owner's number for the exchange.
    pub key: u32,
    /// The owner.
    pub replies: Rc<dyn Replies>,
    /// The request's head.
    pub head: RequestHead,
    /// The request's body.
    pub body: RequestBody,
    /// Its time limits.
    pub timeouts: Timeouts,
    /// How to deliver the response's body.
    pub delivery: Delivery,
    /// Whether a listener wants its trace.
    pub traced: bool,
    /// Whether a listener wants its interim responses.
    pub informational: bool,
    /// By which rules the response's content codings are undone.
    pub coding_rules: CodingRules,
}

/// Why an exchange stops although nothing failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interrupt {
    /// Its owner cancelled it.
    Cancelled,
    /// Its client was closed.
    ClientClosed,
}

/// A request in progress.
pub struct Exchange {
    start: Start,
    trace: Option<Rc<Trace>>,
    /// When it was submitted. The `total` timeout runs from here.
    pub(crate) started: Instant,
    /// When its parts began.
    pub(crate) timeline: Timeline,
    max_response_bytes: Option<u64>,
    max_whole_bytes: Option<u64>,
    interrupted: Cell<Option<Interrupt>>,
    ended: Cell<bool>,
    watcher: Watcher,
    upgraded: RefCell<Option<Rc<Upgraded>>>,
    session: OnceCell<Rc<Session>>,
    /// The client's number for it, which is also its id in the pool.
    pub(crate) number: Cell<usize>,
    /// Whether it has a connection, which then ends it. Otherwise the client ends it.
    pub(crate) assigned: Cell<bool>,
    /// Whether a stale connection may have carried it to the server already.
    pub(crate) may_have_been_sent: Cell<bool>,
    /// How often a connection refused it, so that it went to another.
    pub(crate) resubmissions: Cell<u32>,
}

impl Exchange {
    pub(crate) fn new(
        start: Start,
        max_response_bytes: Option<u64>,
        max_whole_bytes: Option<u64>,
    ) -> Rc<Self> {
        let trace = start
            .traced
            .then(|| Trace::new(start.key, Rc::clone(&start.replies)));
        Rc::new(Self {
            start,
            trace,
            started: Instant::now(),
            timeline: Timeline::default(),
            max_response_bytes,
            max_whole_bytes: max_response_bytes.into_iter().chain(max_whole_bytes).min(),
            interrupted: Cell::new(None),
            ended: Cell::new(false),
            watcher: Watcher::default(),
            upgraded: RefCell::default(),
            session: OnceCell::new(),
            number: Cell::new(usize::MAX),
            assigned: Cell::new(false),
            may_have_been_sent: Cell::new(false),
            resubmissions: Cell::new(0),
        })
    }

    /// The caller's number for it.
    pub(crate) fn key(&self) -> u32 {
        self.start.key
    }

    /// The same, until it has its end: the caller may then give the number to another.
    pub(crate) fn key_without_end(&self) -> Option<u32> {
        (!self.is_ended()).then(|| self.key())
    }

    /// An exchange without a request, for a stream that belongs to no connection.
    pub(crate) fn detached(key: u32, replies: Rc<dyn Replies>) -> Rc<Self> {
        let start = Start {
            key,
            replies,
            head: RequestHead::none(),
            body: RequestBody::Empty,
            timeouts: Timeouts::default(),
            delivery: Delivery::Streamed,
            traced: false,
            informational: false,
            coding_rules: CodingRules::Httpx,
        };
        Self::new(start, None, None)
    }

    /// Stops a detached exchange.
    pub fn abandon(&self) {
        self.interrupt(Interrupt::Cancelled);
    }

    /// When its time is over.
    pub(crate) fn time_ends(&self) -> Option<Instant> {
        Some(self.started + self.timeouts().total?)
    }

    /// Ends it before anything is sent, if it was interrupted or its time is over. Returns whether it did.
    pub(crate) fn ends_unsent(&self) -> bool {
        if self.interrupted().is_some() {
            self.end_interrupted(Phase::Pool);
        } else if self.time_ends().is_some_and(|at| at <= Instant::now()) {
            self.end(Reply::Failed(total_timeout(Phase::Pool)));
        } else {
            return false;
        }
        true
    }

    pub(crate) fn head(&self) -> &RequestHead {
        &self.start.head
    }

    /// The request's body. [`RequestBody::Upload`] holds the end through which an upload gets its bytes.
    pub fn body(&self) -> &RequestBody {
        &self.start.body
    }

    /// The byte stream that its connection has become, until that becomes a WebSocket session.
    pub fn upgraded(&self) -> Option<Rc<Upgraded>> {
        self.upgraded.borrow().clone()
    }

    pub(crate) fn set_upgraded(&self, upgraded: Rc<Upgraded>) {
        self.upgraded.replace(Some(upgraded));
    }

    /// Begins a WebSocket session on the byte stream, from which nothing was read. Messages can be sent at once.
    pub fn open_session(&self, settings: Settings) {
        if let Some(upgraded) = self.upgraded() {
            let session = self.session.get_or_init(|| Rc::new(Session::new(settings)));
            upgraded.become_session(session);
        }
    }

    /// The WebSocket session that its connection has become.
    pub fn session(&self) -> Option<&Rc<Session>> {
        self.session.get()
    }

    /// Frees the byte stream, which has become a session: that may be quiet for hours.
    pub(crate) fn forget_upgraded(&self) {
        self.upgraded.take();
    }

    pub(crate) fn timeouts(&self) -> &Timeouts {
        &self.start.timeouts
    }

    pub(crate) fn delivery(&self) -> Delivery {
        self.start.delivery
    }

    /// By which rules the response's content codings are undone.
    pub(crate) fn coding_rules(&self) -> CodingRules {
        self.start.coding_rules
    }

    /// Its trace, if a listener wants one.
    pub(crate) fn trace(&self) -> Option<&Rc<Trace>> {
        self.trace.as_ref()
    }

    /// Sends a reply that is not terminal.
    pub(crate) fn reply(&self, reply: Reply<'_>) {
        if !self.ended.get() {
            self.start.replies.reply(self.start.key, reply);
        }
    }

    /// Whether anybody wants to know of interim responses.
    pub(crate) fn wants_interim_responses(&self) -> bool {
        self.start.informational || self.trace.is_some() || self.start.body.expects_continue()
    }

    /// Reports an interim response, if a listener wants them.
    pub(crate) fn interim_response(&self, status: u16, lines: &[u8]) {
        if self.start.informational {
            self.reply(Reply::Informational { status, lines });
        }
    }

    /// Sends the terminal reply. Only the first call has an effect.
    pub(crate) fn end(&self, mut reply: Reply<'_>) {
        if !self.ended.replace(true) {
            if let Reply::Failed(error) = &mut reply {
                if error.request_sent == RequestSent::No && self.may_have_been_sent.get() {
                    error.request_sent = RequestSent::Maybe;
                }
                error.timings = Some(Box::new(self.timeline.of_failure(self.started)));
            }
            if let Some(trace) = &self.trace {
                trace.finish(&reply);
            }
            self.start.replies.reply(self.start.key, reply);
            self.timeline.end();
        }
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.ended.get()
    }

    pub(crate) fn interrupted(&self) -> Option<Interrupt> {
        self.interrupted.get()
    }

    /// Makes the connection that runs it stop. The first reason counts.
    pub(crate) fn interrupt(&self, reason: Interrupt) {
        if self.interrupted.get().is_none() {
            self.interrupted.set(Some(reason));
        }
        self.watcher.wake();
    }

    /// Waits until it is interrupted.
    pub(crate) async fn interruption(&self) {
        poll_fn(|context| {
            if self.interrupted.get().is_some() {
                return Poll::Ready(());
            }
            self.watch(context);
            Poll::Pending
        })
        .await;
    }

    /// Whether a request that was not processed can go to another connection.
    pub(crate) fn can_be_resubmitted(&self) -> bool {
        self.resubmissions.get() < MAX_RESUBMISSIONS
    }

    /// Makes the body ready to be sent from its start, for another connection. False if its start is gone.
    pub(crate) fn restart_body(&self) -> bool {
        let RequestBody::Upload(upload) = self.body() else {
            return true;
        };
        match upload.restart() {
            Restart::Done => {}
            Restart::Asked => self.reply(Reply::RestartBody),
            Restart::Impossible => return false,
        }
        true
    }

    /// Ends it with the reply for the reason of its interruption.
    pub(crate) fn end_interrupted(&self, phase: Phase) {
        match self.interrupted.get() {
            Some(Interrupt::ClientClosed) => self.end(Reply::Failed(client_closed(phase))),
            Some(Interrupt::Cancelled) | None => self.end(Reply::Closed),
        }
    }

    /// The most bytes that the decoded response body may have.
    pub(crate) fn max_response_bytes(&self) -> Option<u64> {
        self.max_response_bytes
    }

    /// The same of a body that is delivered whole.
    pub(crate) fn max_whole_bytes(&self) -> Option<u64> {
        self.max_whole_bytes
    }

    /// Checks the body's length against the head. The length of an upload is checked while it is sent.
    pub(crate) fn check_framing(&self) -> Result<(), Error> {
        match (self.start.head.framing, &self.start.body) {
            (Framing::None, RequestBody::Empty) | (Framing::Chunked, _) => Ok(()),
            (Framing::Length(_), body @ RequestBody::Upload(_)) if !body.has_trailers() => Ok(()),
            (Framing::Length(_), RequestBody::Upload(_)) => Err(Error::new(
                Kind::LocalProtocolError,
                Phase::Write,
                "ERR_INVALID_REQUEST",
                "trailers follow a body with Transfer-Encoding: chunked only, not with Content-Length",
            )),
            (Framing::None, _) => Err(Error::new(
                Kind::LocalProtocolError,
                Phase::Write,
                "ERR_CONTENT_LENGTH_MISMATCH",
                "a body without Content-Length or Transfer-Encoding",
            )),
            (Framing::Length(announced), body) => match announced.cmp(&body.known_length()) {
                Ordering::Equal => Ok(()),
                Ordering::Less => Err(LengthMismatch::TooLong.error()),
                Ordering::Greater => Err(LengthMismatch::TooShort.error()),
            },
        }
    }

    /// Makes an interruption wake this task.
    pub(crate) fn watch(&self, context: &Context<'_>) {
        self.watcher.watch(context);
    }
}

/// The error of a request whose client was closed.
pub(crate) fn client_closed(phase: Phase) -> Error {
    let (kind, sent) = match phase {
        Phase::Body => (Kind::ReadError, RequestSent::Yes),
        Phase::Pool | Phase::Connect => (Kind::CloseError, RequestSent::No),
        _ => (Kind::CloseError, RequestSent::Maybe),
    };
    Error::new(kind, phase, "ERR_CLIENT_CLOSED", "the client was closed").sent(sent)
}

/// The error of a request whose time is over.
pub(crate) fn total_timeout(phase: Phase) -> Error {
    let message = "not complete within the total timeout";
    Error::new(Kind::TotalTimeout, phase, "ERR_TOTAL_TIMEOUT", message)
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
