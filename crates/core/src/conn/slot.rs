//! What the code for every protocol needs of a request's slot on a connection.
//!
//! An HTTP/1.1 connection is one slot, used again for each request. An HTTP/2 connection has a slot for each stream:
//! a task of its own drives the connection, and each slot holds its own counters and timer.

use std::cell::Ref;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body::Body;
use tokio::time::Instant;

use super::counters::Counters;
use super::deadline::Deadline;
use crate::error::Error;
use crate::exchange::{Exchange, RequestHead};
use crate::facts::OpenConnection;
use crate::io::ByteStream;
use crate::trace::Written;

/// What a server said of a request that it did not process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Nothing.
    None,
    /// It does not process the request. So many of these in a row end the request.
    Counts,
    /// It serves others first: more were begun than it allows at a time, or it closes a connection that has served
    /// some. The request goes again as often as that happens, for others end each time.
    ForLater,
}

/// The place of one request on a connection.
pub(super) trait Slot {
    /// A response's body, as the protocol's implementation yields it.
    type Body: Body<Data = Bytes, Error = Self::Failure> + Unpin;

    /// The errors of the protocol's implementation.
    type Failure;

    /// Lets the connection read and write as far as it can. Does nothing if another task drives the connection.
    fn drive(&mut self, context: &mut Context<'_>);

    /// The waker for what the connection answers. None is needed where [`drive`](Self::drive) alone brings answers: whoever calls
    /// it looks for them behind it, and would be woken once more for what it has seen.
    fn answer_waker<'a>(&self, context: &Context<'a>) -> &'a Waker {
        context.waker()
    }

    /// Asks the connection for something. [`drive`](Self::drive) must follow before the task sleeps, which is not woken for it.
    fn ask<T>(&self, ask: impl FnOnce() -> T) -> T {
        ask()
    }

    /// The connection, as it was told.
    fn connection(&self) -> &Rc<OpenConnection>;

    /// The counters of this request.
    fn counters(&self) -> &Counters;

    /// The timer of this request, and its counters.
    fn timing(&mut self) -> (&mut Deadline, &Counters);

    /// The request stops while it waits for the server. `timed_out`: because that took too long.
    fn stops_waiting(&self, _timed_out: bool) {}

    /// How far the request is written.
    fn written(&self, exchange: &Exchange) -> Written;

    /// Checks the response's head as it was parsed, and keeps its lines for [`head_lines`](Self::head_lines).
    fn check_head(
        &mut self,
        response: Result<Response<Self::Body>, Self::Failure>,
        request: &RequestHead,
    ) -> Result<Response<Self::Body>, Error>;

    /// The next interim response that has arrived: its lines, as of [`head_lines`](Self::head_lines).
    fn take_interim(&mut self) -> Option<Vec<u8>>;

    /// The number of the request's stream. HTTP/1.1 has none.
    fn stream_id(&self) -> Option<u32> {
        None
    }

    /// Whether the server has said that it did not and will not process the request (RFC 9113 8.7).
    fn refusal(&self) -> Refusal {
        Refusal::None
    }

    /// The status line and header lines of the response, each with its line end, without the blank line.
    fn head_lines(&self) -> Ref<'_, [u8]>;

    /// Whether the server has sent settings of which no traced request has learned. Only HTTP/2 has them.
    fn take_new_settings(&self) -> bool {
        false
    }

    /// The reader of this body may stall, for it gets the body as it arrives.
    fn may_stall(&self, _body: &mut Self::Body) {}

    /// Takes what has arrived of a body whose reader stalls, if it would otherwise burden the connection.
    fn gather(&self, _body: &mut Self::Body, _context: &mut Context<'_>) {}

    /// Fails if the framing between two pieces of the response's body is too large. `received` is the number of bytes
    /// received when the last body byte arrived.
    fn check_framing(&self, received: u64) -> Result<(), Error>;

    /// The error of a response whose body broke off after so many bytes, of those that its head announced.
    fn body_error(&self, error: &Self::Failure, received: u64, expected: Option<u64>) -> Error;

    /// Whether a response of this status turns the connection, or its stream, into a byte stream.
    fn is_upgraded_by(&self, exchange: &Exchange, status: StatusCode) -> bool;

    /// The byte stream that the slot has become by this response. Ready when HTTP has given it up.
    fn poll_upgraded(
        &mut self,
        context: &mut Context<'_>,
        response: &mut Option<Self::Body>,
    ) -> Poll<Box<dyn ByteStream>>;

    /// When the server may close the connection if it stays idle; `None` if it does not say.
    fn expires(&self) -> Option<Instant>;

    /// Whether the request can be cancelled without its connection: HTTP/2 resets the stream, HTTP/1.1 must close.
    fn can_reset(&self) -> bool;

    /// Ready when it is known whether the slot can take another request.
    fn poll_reusable(&mut self, context: &mut Context<'_>, exchange: &Exchange) -> Poll<bool>;
}
