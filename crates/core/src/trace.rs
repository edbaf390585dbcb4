//! What happens to a request, step by step, for a listener who asked.
//!
//! The steps and their order are those of HTTPX's trace extension (httpcore 1.0.9). Each that is started is told to be
//! complete or failed before the request's last word; only an attempt to connect that the request did not need in the
//! end is not told of any more once the request is over. A request without a listener costs a branch a step: no clock
//! is read for it and nothing allocated.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use crate::error::{Error, Kind, Phase, RequestSent};
use crate::exchange::{Replies, Reply};

/// A step of a request, and what is known of it when it starts and when it is complete. The discriminants cross the
/// boundary: they are never renumbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Step {
    /// Resolving the name and opening the TCP connection. Starts with host and port; completes with the local address
    /// and port and the remote address and port.
    ConnectTcp = 0,
    /// Opening the Unix connection. Starts with its path.
    ConnectUnixSocket = 1,
    /// The TLS handshake. Starts with the server's name; completes with version, cipher suite and ALPN protocol, empty
    /// if the server chose none.
    StartTls = 2,
    /// The pause before another attempt to connect. Starts with its milliseconds.
    Retry = 3,
    /// Closing the connection together with the request.
    Close = 4,
    /// Writing the request's head.
    SendRequestHeaders = 5,
    /// Writing the request's body.
    SendRequestBody = 6,
    /// Waiting for the response's head. Completes with HTTP version and status.
    ReceiveResponseHeaders = 7,
    /// Reading the response's body.
    ReceiveResponseBody = 8,
    /// Letting go of the connection.
    ResponseClosed = 9,
}

const CONNECTING: [Step; 4] = [
    Step::ConnectTcp,
    Step::ConnectUnixSocket,
    Step::StartTls,
    Step::Retry,
];
const SENDING: [Step; 2] = [Step::SendRequestHeaders, Step::SendRequestBody];
const RECEIVING: [Step; 2] = [Step::ReceiveResponseHeaders, Step::ReceiveResponseBody];

/// What became of a step.
#[derive(Clone, Copy, Debug)]
pub enum Moment<'a> {
    /// It starts.
    Started,
    /// It is done.
    Complete,
    /// It failed.
    Failed(&'a Error),
    /// The request's owner gave it up.
    GivenUp,
}

/// Something that happened to a request.
#[derive(Clone, Copy, Debug)]
pub struct TraceEvent<'a> {
    /// The step that starts or ends.
    pub step: Step,
    /// Which of the two.
    pub moment: Moment<'a>,
    /// When.
    pub at: Instant,
    /// What is known of it; see [`Step`].
    pub fields: &'a [&'a str],
}

/// How far a request is written.
#[derive(Debug)]
pub(crate) enum Written {
    /// Not all of its head.
    Nothing,
    /// Its head.
    Head,
    /// All of it.
    All,
    /// So far, and no further.
    Failed(Error),
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    Performed,
    Answered,
}

/// The listener of one request.
pub(crate) struct Trace {
    key: u32,
    replies: Rc<dyn Replies>,
    /// The steps that were started and not ended, a bit for each.
    open: Cell<u32>,
    stage: Cell<Stage>,
    /// The number of the last attempt to connect for it.
    attempt: Cell<u32>,
    /// Whether the connection will outlive the request.
    pub(crate) keeps_connection: Cell<bool>,
    is_over: Cell<bool>,
}

impl Trace {
    pub(crate) fn new(key: u32, replies: Rc<dyn Replies>) -> Rc<Self> {
        Rc::new(Self {
            key,
            replies,
            open: Cell::new(0),
            stage: Cell::new(Stage::Waiting),
            attempt: Cell::new(0),
            keeps_connection: Cell::new(false),
            is_over: Cell::new(false),
        })
    }

    /// A step that ends with [`received`](Self::received), or before the last word.
    pub(crate) fn started(&self, step: Step, fields: &[&str]) {
        self.open.set(self.open.get() | bit(step));
        self.tell(step, Moment::Started, fields);
    }

    fn complete(&self, step: Step, fields: &[&str]) {
        self.end(step, Moment::Complete, fields);
    }

    /// The listener to a new attempt to connect for it. One that is still under way is told of no more: the request has
    /// been on another connection in the meantime.
    pub(crate) fn attempt(self: &Rc<Self>) -> AttemptTrace {
        self.end_each(&CONNECTING, Moment::GivenUp);
        self.attempt.set(self.attempt.get() + 1);
        AttemptTrace {
            number: self.attempt.get(),
            trace: Rc::clone(self),
        }
    }

    /// A connection begins to perform the request.
    pub(crate) fn performed(&self) {
        self.stage.set(Stage::Performed);
        self.started(Step::SendRequestHeaders, &[]);
    }

    /// The connection took nothing of it, so that it waits for another.
    pub(crate) fn goes_elsewhere(&self, error: &Error) {
        self.end_each(&SENDING, Moment::Failed(error));
        self.end_each(&RECEIVING, Moment::Failed(error));
        self.stage.set(Stage::Waiting);
    }

    /// Whether it matters how far the request is written.
    pub(crate) fn is_sending(&self) -> bool {
        SENDING.iter().any(|step| self.is_open(*step))
    }

    /// The request is written so far.
    pub(crate) fn sent(&self, written: &Written) {
        match written {
            Written::Nothing => return,
            Written::Failed(error) => self.end_each(&SENDING, Moment::Failed(error)),
            Written::Head | Written::All => {
                if self.is_open(Step::SendRequestHeaders) {
                    self.complete(Step::SendRequestHeaders, &[]);
                    self.started(Step::SendRequestBody, &[]);
                }
                if matches!(written, Written::Head) {
                    return;
                }
                self.complete(Step::SendRequestBody, &[]);
            }
        }
        // a server may answer before it has all of the request
        if self.stage.get() == Stage::Performed {
            self.started(Step::ReceiveResponseHeaders, &[]);
        }
    }

    /// The response's head is there.
    pub(crate) fn answered(&self, version: &str, status: &str) {
        if !self.is_open(Step::ReceiveResponseHeaders) {
            self.started(Step::ReceiveResponseHeaders, &[]);
        }
        self.complete(Step::ReceiveResponseHeaders, &[version, status]);
        self.stage.set(Stage::Answered);
    }

    /// The response's body is there, or never will be.
    pub(crate) fn received(&self, error: Option<&Error>) {
        let moment = error.map_or(Moment::Complete, Moment::Failed);
        self.end(Step::ReceiveResponseBody, moment, &[]);
    }

    /// The last word is about to be said: whatever is open ends, and nothing is told after it.
    pub(crate) fn finish(&self, last: &Reply<'_>) {
        let moment = match last {
            Reply::Failed(error) => Moment::Failed(error),
            _ => Moment::GivenUp,
        };
        match self.stage.get() {
            Stage::Waiting => self.end_each(&CONNECTING, moment),
            Stage::Performed => {
                self.end_each(&SENDING, moment);
                self.close(moment);
            }
            Stage::Answered => {
                if self.is_sending() {
                    self.end_each(&SENDING, Moment::Failed(&unfinished()));
                }
                self.close(moment);
            }
        }
        self.is_over.set(true);
    }

    fn close(&self, moment: Moment<'_>) {
        self.end_each(&RECEIVING, moment);
        self.started(Step::ResponseClosed, &[]);
        if !self.keeps_connection.get() {
            self.started(Step::Close, &[]);
            self.complete(Step::Close, &[]);
        }
        self.complete(Step::ResponseClosed, &[]);
    }

    fn end_each(&self, steps: &[Step], moment: Moment<'_>) {
        for step in steps {
            self.end(*step, moment, &[]);
        }
    }

    /// Ends a step, unless it has ended.
    fn end(&self, step: Step, moment: Moment<'_>, fields: &[&str]) {
        if self.is_open(step) {
            self.open.set(self.open.get() & !bit(step));
            self.tell(step, moment, fields);
        }
    }

    fn is_open(&self, step: Step) -> bool {
        self.open.get() & bit(step) != 0
    }

    fn tell(&self, step: Step, moment: Moment<'_>, fields: &[&str]) {
        if self.is_over.get() {
            return;
        }
        let at = Instant::now();
        let event = TraceEvent {
            step,
            moment,
            at,
            fields,
        };
        self.replies.reply(self.key, Reply::Trace(event));
    }
}

/// The listener of a request, to an attempt to connect for it. The attempt may outlive the request.
pub(crate) struct AttemptTrace {
    trace: Rc<Trace>,
    number: u32,
}

impl AttemptTrace {
    pub(crate) fn started(&self, step: Step, fields: &[&str]) {
        if self.is_current() {
            self.trace.started(step, fields);
        }
    }

    pub(crate) fn complete(&self, step: Step, fields: &[&str]) {
        if self.is_current() {
            self.trace.complete(step, fields);
        }
    }

    /// It failed, in whichever step it was.
    pub(crate) fn failed(&self, error: &Error) {
        if self.is_current() {
            self.trace.end_each(&CONNECTING, Moment::Failed(error));
        }
    }

    fn is_current(&self) -> bool {
        self.trace.attempt.get() == self.number
    }
}

fn bit(step: Step) -> u32 {
    1 << step as u32
}

/// The error of a request's body that its server did not wait for.
fn unfinished() -> Error {
    let message = "the server answered before it had the whole request";
    Error::new(Kind::WriteError, Phase::Write, "ERR_EARLY_RESPONSE", message).sent(RequestSent::Yes)
}
