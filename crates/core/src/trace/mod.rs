//! The trace of a request: its steps, for a listener.
//!
//! The steps and their order are those of HTTPX's trace extension (httpcore 1.0.9). Each step that started is complete or
//! has failed before the request's terminal reply. One exception: an attempt to connect that another connection made
//! unnecessary reports nothing after the request's end. A request without a listener costs a branch a step: it reads no
//! clock and allocates nothing.

mod attempt;
mod event;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use crate::error::{Error, Kind, Phase, RequestSent};
use crate::exchange::{Replies, Reply};

pub(crate) use attempt::AttemptTrace;
pub use event::{Moment, Step, TraceEvent};

const CONNECTING: [Step; 10] = [
    Step::ConnectTcp,
    Step::ConnectUnixSocket,
    Step::StartTls,
    Step::SendConnectHeaders,
    Step::SendConnectBody,
    Step::ReceiveConnectHeaders,
    Step::SetUpSocks,
    Step::StartTlsInTunnel,
    Step::Retry,
    Step::SendConnectionInit,
];
const SENDING: [Step; 2] = [Step::SendRequestHeaders, Step::SendRequestBody];
const RECEIVING: [Step; 2] = [Step::ReceiveResponseHeaders, Step::ReceiveResponseBody];

/// How far a request is written.
#[derive(Debug)]
pub(crate) enum Written {
    /// A part of the head, or nothing.
    Nothing,
    /// The head.
    Head,
    /// Head and body.
    All,
    /// Writing ended with this error.
    Failed(Error),
}

/// How far a request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lifecycle {
    WaitingForConnection,
    OnConnection,
    HeadReceived,
}

/// The trace of one request.
pub(crate) struct Trace {
    key: u32,
    replies: Rc<dyn Replies>,
    /// The steps that started and did not end, a bit for each.
    open: Cell<u32>,
    lifecycle: Cell<Lifecycle>,
    /// The number of the last attempt to connect for it.
    attempt: Cell<u32>,
    /// Whether the connection outlives the request.
    pub(crate) keeps_connection: Cell<bool>,
    is_over: Cell<bool>,
}

impl Trace {
    pub(crate) fn new(key: u32, replies: Rc<dyn Replies>) -> Rc<Self> {
        Rc::new(Self {
            key,
            replies,
            open: Cell::new(0),
            lifecycle: Cell::new(Lifecycle::WaitingForConnection),
            attempt: Cell::new(0),
            keeps_connection: Cell::new(false),
            is_over: Cell::new(false),
        })
    }

    /// Starts a step. [`finish`](Self::finish) ends it if nothing else does.
    pub(crate) fn started(&self, step: Step, fields: &[&str]) {
        self.open.set(self.open.get() | bit(step));
        self.report(step, Moment::Started, fields);
    }

    fn complete(&self, step: Step, fields: &[&str]) {
        self.end(step, Moment::Complete, fields);
    }

    /// The trace for a new attempt to connect. An attempt that still runs reports nothing more: the request has been on
    /// another connection meanwhile.
    pub(crate) fn attempt(self: &Rc<Self>) -> AttemptTrace {
        self.end_each(&CONNECTING, Moment::GivenUp);
        self.attempt.set(self.attempt.get() + 1);
        AttemptTrace::new(self, self.attempt.get())
    }

    /// A connection begins to send the request; with HTTP/2, on the stream of this number.
    pub(crate) fn assigned(&self, stream_id: Option<u32>) {
        self.lifecycle.set(Lifecycle::OnConnection);
        match stream_id {
            None => self.started(Step::SendRequestHeaders, &[]),
            Some(id) => self.started(Step::SendRequestHeaders, &[&id.to_string()]),
        }
    }

    /// The server had closed the connection. The request waits for another one.
    pub(crate) fn connection_was_stale(&self, error: &Error) {
        self.end_each(&SENDING, Moment::Failed(error));
        self.end_each(&RECEIVING, Moment::Failed(error));
        self.lifecycle.set(Lifecycle::WaitingForConnection);
    }

    /// Whether a step of sending has not ended.
    pub(crate) fn is_sending(&self) -> bool {
        SENDING.iter().any(|step| self.is_open(*step))
    }

    /// The request is written this far.
    pub(crate) fn written(&self, written: &Written) {
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
        // the head may have come already: a server may answer before it has the whole request
        if self.lifecycle.get() == Lifecycle::OnConnection {
            self.started(Step::ReceiveResponseHeaders, &[]);
        }
    }

    /// An interim response has come.
    pub(crate) fn interim_head_received(&self, version: &str, status: &str) {
        self.started(Step::ReceiveInformationalHeaders, &[]);
        self.complete(Step::ReceiveInformationalHeaders, &[version, status]);
    }

    /// The response's head has come, and before it the server's settings, if this is the first request to learn of them.
    pub(crate) fn head_received(&self, version: &str, status: &str, has_settings: bool) {
        if !self.is_open(Step::ReceiveResponseHeaders) {
            self.started(Step::ReceiveResponseHeaders, &[]);
        }
        if has_settings {
            self.started(Step::ReceiveRemoteSettings, &[]);
            self.complete(Step::ReceiveRemoteSettings, &[]);
        }
        self.complete(Step::ReceiveResponseHeaders, &[version, status]);
        self.lifecycle.set(Lifecycle::HeadReceived);
    }

    /// The response's body has come, or failed.
    pub(crate) fn body_received(&self, error: Option<&Error>) {
        let moment = error.map_or(Moment::Complete, Moment::Failed);
        self.end(Step::ReceiveResponseBody, moment, &[]);
    }

    /// Ends every step before the terminal reply, after which the trace reports nothing.
    pub(crate) fn finish(&self, terminal: &Reply<'_>) {
        let moment = match terminal {
            Reply::Failed(error) => Moment::Failed(error),
            _ => Moment::GivenUp,
        };
        match self.lifecycle.get() {
            Lifecycle::WaitingForConnection => self.end_each(&CONNECTING, moment),
            Lifecycle::OnConnection => {
                self.end_each(&SENDING, moment);
                self.close(moment);
            }
            Lifecycle::HeadReceived => {
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
            self.report(step, moment, fields);
        }
    }

    fn is_open(&self, step: Step) -> bool {
        self.open.get() & bit(step) != 0
    }

    fn report(&self, step: Step, moment: Moment<'_>, fields: &[&str]) {
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

fn bit(step: Step) -> u32 {
    1 << step as u32
}

/// The error of a request body that was not complete when the response was.
fn unfinished() -> Error {
    let message = "the server answered before it had the whole request";
    Error::new(Kind::WriteError, Phase::Write, "ERR_EARLY_RESPONSE", message).sent(RequestSent::Yes)
}
