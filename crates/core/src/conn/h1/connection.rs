//! One HTTP/1.1 connection, which runs requests one after the other (RFC 9112 9.3).
//!
//! The task that runs the request also drives hyper's connection future, so a small request and its response take two
//! wake-ups of one task.

use std::cell::Ref;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};

use http::header::CONTENT_LENGTH;
use http::{Method, Response, StatusCode, Version};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1::{self as hyper_http1, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::task::yield_now;
use tokio::time::Instant;

use super::driver::Driver;
use super::failure;
use super::head_capture::HeadCapture;
use super::keep_alive::KeepAlive;
use super::request::hyper_request;
use super::trailers::TrailedBody;
use super::upgraded_wire::{UpgradedConnection, UpgradedWire};
use super::wire::Wire;
use super::wire_state::WireState;
use super::wire_stream::StreamOwner;
use crate::body::Outgoing;
use crate::conn::counters::Counters;
use crate::conn::deadline::Deadline;
use crate::conn::slot::Slot;
use crate::conn::{Release, handshake_failure, run};
use crate::error::{Error, Kind, Phase};
use crate::exchange::{Exchange, Reply, RequestHead};
use crate::facts::OpenConnection;
use crate::io::{ByteStream, IdleState, Stream};
use crate::trace::Written;

/// The largest response head in bytes, as in HTTPX (h11).
pub(super) const MAX_HEAD_BYTES: usize = 100 * 1024;
/// The most header lines of a response. hyper's own limit of 100 refuses some real servers.
pub(super) const MAX_HEADERS: usize = 256;
/// hyper's read buffer grows to this; larger pieces cost fewer crossings into JavaScript.
const MAX_BUFFER: usize = 512 * 1024;

/// A connection. It is also the one slot that it has.
pub(crate) struct Connection {
    wire: Rc<WireState>,
    stream: StreamOwner,
    /// `None` once HTTP has ended: what hyper queues requests in takes 8 KiB, which a byte stream does not need.
    sender: Option<SendRequest<Outgoing>>,
    driver: Driver,
    deadline: Deadline,
    /// Whether it was idle or in use before: the server may then have closed it in good order.
    reused: bool,
    /// Whether the last response allows another request.
    persists: bool,
    keep_alive: KeepAlive,
    facts: Rc<OpenConnection>,
}

impl Connection {
    pub(crate) async fn open(stream: Stream, facts: Rc<OpenConnection>) -> Result<Self, Error> {
        let (io, wire) = Wire::new(stream);
        let (sender, driver) = hyper_http1::Builder::new()
            .allow_obsolete_multiline_headers_in_responses(true)
            .max_headers(MAX_HEADERS)
            .max_header_size(MAX_HEAD_BYTES)
            .max_buf_size(MAX_BUFFER)
            .handshake(TokioIo::new(io))
            .await
            .map_err(|error| handshake_failure(&error))?;
        Ok(Self {
            sender: Some(sender),
            driver: Driver::new(driver),
            stream: StreamOwner::new(&wire.stream),
            wire,
            deadline: Deadline::new(),
            reused: false,
            persists: true,
            keep_alive: KeepAlive::default(),
            facts,
        })
    }

    /// Waits until the connection has ended while no request is on it.
    pub(crate) async fn ended(&mut self) {
        self.reused = true;
        poll_fn(|context| {
            self.drive(context);
            if self.driver.has_ended() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// Runs a request until its exchange has its end, unless the result is [`Release::Stale`] or [`Release::Upgraded`].
    pub(crate) async fn run(&mut self, exchange: &Rc<Exchange>) -> Release {
        if exchange.ends_unsent() {
            return Release::Reusable(self.expires());
        }
        if let Err(error) = exchange.head().check_host() {
            exchange.end(Reply::Failed(error));
            return Release::Reusable(self.expires());
        }
        let reused = std::mem::replace(&mut self.reused, true);
        if reused && self.is_stale().await {
            return Release::Stale;
        }
        let Some(sender) = &mut self.sender else {
            return Release::Stale;
        };
        self.wire
            .begin(exchange.head().wire(), TrailedBody::of(exchange.body()), !reused);
        let response = pin!(self.driver.ask(|| sender.send_request(hyper_request(exchange))));
        let release = run::run(self, exchange, response, reused).await;
        if matches!(release, Release::Closed | Release::Upgraded(_))
            && self.wire.counters.may_leave_bytes_unsent(exchange.body())
        {
            self.stream.reset_on_close();
        }
        release
    }

    /// What is left of a connection that has become a byte stream.
    pub(crate) fn into_upgraded(self) -> UpgradedConnection {
        UpgradedConnection {
            stream: self.stream,
            _facts: self.facts,
        }
    }

    /// Whether the server has closed the connection, as far as this can be known without waiting for the network.
    async fn is_stale(&mut self) -> bool {
        match self.stream.borrow().idle_state() {
            _ if self.driver.has_ended() => return true,
            IdleState::Usable => return false,
            IdleState::Stale => return true,
            IdleState::Unread => {}
        }
        // a turn of the runtime, in which it learns that the socket is readable
        yield_now().await;
        poll_fn(|context| {
            self.drive(context);
            Poll::Ready(())
        })
        .await;
        self.driver.has_ended()
    }
}

impl Slot for Connection {
    type Body = Incoming;
    type Failure = hyper::Error;

    fn drive(&mut self, context: &mut Context<'_>) {
        self.driver.drive(context);
    }

    fn answer_waker<'a>(&self, _context: &Context<'a>) -> &'a Waker {
        Waker::noop()
    }

    fn ask<T>(&self, ask: impl FnOnce() -> T) -> T {
        self.driver.ask(ask)
    }

    fn connection(&self) -> &Rc<OpenConnection> {
        &self.facts
    }

    fn counters(&self) -> &Counters {
        &self.wire.counters
    }

    fn timing(&mut self) -> (&mut Deadline, &Counters) {
        (&mut self.deadline, &self.wire.counters)
    }

    fn written(&self, exchange: &Exchange) -> Written {
        let wire = &self.wire;
        // a length mismatch ends the connection with nothing blocked, although the request is not complete
        if self.driver.error().is_some() {
            return Written::Nothing;
        }
        if let Some(error) = &*wire.write_error.borrow() {
            let sent = wire.counters.request_sent();
            return Written::Failed(Error::io(Kind::WriteError, Phase::Write, error).sent(sent));
        }
        if !wire.has_written_head() {
            Written::Nothing
        } else if wire.counters.has_written(exchange.body()) {
            Written::All
        } else {
            Written::Head
        }
    }

    fn check_head(
        &mut self,
        response: hyper::Result<Response<Incoming>>,
        request: &RequestHead,
    ) -> Result<Response<Incoming>, Error> {
        let response = response.map_err(|error| failure::without_response(&error, &self.wire))?;
        if let Some(error) = failure::invalid_response(&response, request, &self.wire) {
            return Err(error);
        }
        // an HTTP/1.0 connection is not kept: hyper would change the framing of the next request
        self.keep_alive = self.keep_alive.updated(response.headers());
        self.persists = response.version() == Version::HTTP_11
            && response.status() != StatusCode::SWITCHING_PROTOCOLS
            // it leads to a server that does not answer for the origin (RFC 9110 15.5.20)
            && response.status() != StatusCode::MISDIRECTED_REQUEST
            && !is_framed_twice(&response)
            && !self.keep_alive.is_exhausted;
        Ok(response)
    }

    fn take_interim(&mut self) -> Option<Vec<u8>> {
        self.wire.response_head.borrow_mut().take_interim()
    }

    fn head_lines(&self) -> Ref<'_, [u8]> {
        Ref::map(self.wire.response_head.borrow(), HeadCapture::lines)
    }

    fn check_framing(&self, received: u64) -> Result<(), Error> {
        failure::check_framing(received, &self.wire)
    }

    fn body_error(&self, error: &hyper::Error, received: u64, expected: Option<u64>) -> Error {
        // an upload of the wrong length ends the connection; hyper tells the response only that it broke off
        self.driver
            .error()
            .and_then(|error| failure::length_mismatch(error, &self.wire))
            .unwrap_or_else(|| failure::in_body(error, &self.wire, received, expected))
    }

    /// CONNECT has no body (RFC 9110 9.3.6): one that has gets an ordinary response.
    fn is_upgraded_by(&self, exchange: &Exchange, status: StatusCode) -> bool {
        let is_tunnel = || exchange.head().method == Method::CONNECT && exchange.body().is_empty();
        status == StatusCode::SWITCHING_PROTOCOLS || (status.is_success() && is_tunnel())
    }

    fn poll_upgraded(
        &mut self,
        context: &mut Context<'_>,
        _response: &mut Option<Incoming>,
    ) -> Poll<Box<dyn ByteStream>> {
        self.drive(context);
        let Some(early) = self.driver.take_rest() else {
            return Poll::Pending;
        };
        self.sender = None;
        let stream = UpgradedWire::new(&self.stream);
        if early.is_empty() {
            return Poll::Ready(Box::new(stream));
        }
        Poll::Ready(Box::new(Stream::Upgraded(Box::new(stream)).after(early)))
    }

    fn expires(&self) -> Option<Instant> {
        // not since the release: the server's clock started when the last byte left it
        Some(self.wire.counters.last_moved.get() + self.keep_alive.kept_for?)
    }

    fn can_reset(&self) -> bool {
        false
    }

    fn poll_reusable(&mut self, context: &mut Context<'_>, exchange: &Exchange) -> Poll<bool> {
        let complete = exchange.body().is_taken();
        if !self.persists || exchange.head().close || !complete || self.wire.write_error.borrow().is_some() {
            return Poll::Ready(false);
        }
        self.drive(context);
        // after an early response, unwritten bytes of this request would precede the next one
        if self.driver.has_ended() || self.wire.counters.blocked_since.get().is_some() {
            return Poll::Ready(false);
        }
        let Some(sender) = &mut self.sender else {
            return Poll::Ready(false);
        };
        Poll::Ready(ready!(sender.poll_ready(context)).is_ok())
    }
}

/// Whether a body in chunks has a `Content-Length` besides, so that what reads the one and what reads the other disagree about
/// where the next response begins (RFC 9112 6.3).
fn is_framed_twice(response: &Response<Incoming>) -> bool {
    // the usual case costs no look into the headers: its body has a length
    response.body().size_hint().exact().is_none() && response.headers().contains_key(CONTENT_LENGTH)
}
