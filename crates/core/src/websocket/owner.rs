//! What the owner of a session is told, and when the session is over for it.

use std::io;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use super::close::{ABNORMAL, Close, Violation};
use super::receiver::Event;
use super::session::Session;
use crate::error::tls::is_tls;
use crate::error::{Error, Kind, Phase, RequestSent};
use crate::exchange::{Disconnected, Exchange, Reply};

/// What each event adds to the work on its bytes.
const EVENT_WORK: usize = 1024;
/// How long the server may take to close the connection after the closing handshake (RFC 6455 7.1.1).
const MAX_DRAIN: Duration = Duration::from_secs(1);

/// Where a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Messages go both ways.
    Open,
    /// The client has begun to close, and has waited since then for the server's close frame.
    Closing(Instant),
    /// The session is over for its owner. The connection has until this time to end.
    Draining(Instant),
}

/// The owner of a session.
pub(super) struct Owner<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) session: Rc<Session>,
    pub(super) state: State,
    pub(super) write_failure: Option<Box<Error>>,
    /// The work since other tasks last ran.
    pub(super) work: usize,
}

impl Owner<'_> {
    pub(super) fn is_draining(&self) -> bool {
        matches!(self.state, State::Draining(_))
    }

    /// Whether what comes has to wait until the owner has read.
    pub(super) fn is_held(&self) -> bool {
        self.state == State::Open && !self.session.window.is_open()
    }

    pub(super) fn act(&mut self, event: Event<'_>) {
        self.work += EVENT_WORK;
        match event {
            // a client that has begun to close wants no more messages
            Event::Message(..) if self.state != State::Open => {}
            Event::Message(kind, payload) => {
                self.session.window.charge(payload.len());
                self.exchange.reply(Reply::Message { kind, payload });
            }
            Event::Ping(payload) => self.session.outgoing.pong(payload),
            Event::Pong(payload) => {
                self.session.pings.pong(payload, |time| {
                    self.exchange.reply(Reply::Pong(time));
                });
                // seldom enough, and a quiet session gets nothing else
                self.session.outgoing.free_unused();
            }
            Event::Close(close) => {
                // the answer has the same code (RFC 6455 5.5.1)
                self.session.outgoing.close(&Close::new(close.code, ""));
                self.disconnected(&close, None);
            }
        }
    }

    /// The server sends nothing more, because it closed the connection or because that broke.
    pub(super) fn read_all(&mut self, error: Option<&io::Error>) {
        // HTTP/2 has no end of its streams when their connection ends
        let error = error.filter(|error| error.kind() != io::ErrorKind::UnexpectedEof || is_tls(error));
        let failure = match (self.write_failure.take(), error) {
            (_, Some(error)) => Error::io(Kind::ReadError, Phase::Body, error),
            (Some(failure), None) => *failure,
            (None, None) => {
                let message = "the server closed the connection without closing the session";
                Error::new(Kind::ReadError, Phase::Body, "ERR_WEBSOCKET_CUT", message)
            }
        };
        self.cut(failure.sent(RequestSent::Yes));
    }

    /// Ends the session without a closing handshake.
    pub(super) fn cut(&mut self, failure: Error) {
        self.disconnected(&Close::new(ABNORMAL, ""), Some(failure));
    }

    /// The server violated the protocol: the client sends a close frame that says so, and ends the session.
    pub(super) fn fail(&mut self, violation: Violation) {
        let Violation { code, message } = violation;
        self.session.outgoing.close(&Close::new(code, &*message));
        let failure = Error::new(
            Kind::RemoteProtocolError,
            Phase::Body,
            "ERR_WEBSOCKET_PROTOCOL",
            message,
        );
        self.disconnected(&Close::new(code, ""), Some(failure.sent(RequestSent::Yes)));
    }

    /// Tells the owner that the session is over. Only the first call has an effect.
    fn disconnected(&mut self, close: &Close, failure: Option<Error>) {
        if matches!(self.state, State::Draining(_)) {
            return;
        }
        let limit = self.session.settings.close_timeout.min(MAX_DRAIN);
        self.state = State::Draining(Instant::now() + limit);
        self.exchange.reply(Reply::Disconnected(Disconnected {
            code: close.code,
            reason: &close.reason,
            failure,
        }));
    }
}
