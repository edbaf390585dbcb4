//! One HTTP/1.1 connection: requests are performed on it one after the other (RFC 9112 9.3).
//!
//! hyper's connection future is driven by the task that performs the request, not by one of its own: a small
//! request and its response are then two wake-ups of one task.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use hyper::client::conn::http1::{self as hyper_http1, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;

use super::failure;
use super::wire::{Tap, Wire};
use crate::body::{Outgoing, RequestBody, Upload};
use crate::conn::Release;
use crate::conn::deadline::{Awaited, Deadline, is_written};
use crate::conn::response::{Interrupted, Response};
use crate::error::{Error, Kind, Phase};
use crate::exchange::{Exchange, Reply};
use crate::io::Stream;
use crate::request::Framing;
use crate::trace::Written;

/// The head of a response may have this many bytes, as in HTTPX (h11).
pub(in crate::conn) const MAX_HEAD_BYTES: usize = 100 * 1024;
/// More than any server sends in earnest; hyper's own limit of 100 refuses some that do.
pub(in crate::conn) const MAX_HEADERS: usize = 256;
/// A connection that cannot take the next request by then is not going to.
const SETTLED_WITHIN: Duration = Duration::from_millis(100);
/// hyper's read buffer grows to this; larger pieces cost fewer crossings into JavaScript.
const MAX_BUFFER: usize = 512 * 1024;

type Driver = hyper_http1::Connection<TokioIo<Wire>, Outgoing>;

/// A connection, and what is needed to perform requests on it.
pub(crate) struct Connection {
    sender: SendRequest<Outgoing>,
    /// `None` once it has ended.
    driver: Option<Pin<Box<Driver>>>,
    pub(in crate::conn) tap: Rc<Tap>,
    deadline: Deadline,
    /// Whether it was idle or in use before, so that the server may have closed it in good order.
    aged: bool,
    /// How the driver ended, if not well.
    broken: Option<hyper::Error>,
}

impl Connection {
    pub(crate) async fn open(stream: Stream) -> Result<Self, Error> {
        let (wire, tap) = Wire::new(stream);
        let (sender, driver) = hyper_http1::Builder::new()
            .allow_obsolete_multiline_headers_in_responses(true)
            .max_headers(MAX_HEADERS)
            .max_header_size(MAX_HEAD_BYTES)
            .max_buf_size(MAX_BUFFER)
            .handshake(TokioIo::new(wire))
            .await
            .map_err(|error| {
                Error::new(
                    Kind::ConnectError,
                    Phase::Connect,
                    "ERR_HANDSHAKE",
                    error.to_string(),
                )
            })?;
        Ok(Self {
            sender,
            driver: Some(Box::pin(driver)),
            tap,
            deadline: Deadline::new(),
            aged: false,
            broken: None,
        })
    }

    /// Waits until the connection has ended while no request is on it.
    pub(crate) async fn ended(&mut self) {
        self.aged = true;
        poll_fn(|context| {
            self.drive(context);
            if self.driver.is_none() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// Performs a request to its end, of which the exchange is told; unless the outcome is
    /// [`Release::Unsent`], when the exchange knows nothing yet.
    pub(crate) async fn run(&mut self, exchange: &Rc<Exchange>) -> Release {
        if exchange.interrupted().is_some() {
            exchange.end_interrupted(Phase::Pool);
            return Release::Reusable;
        }
        let reused = std::mem::replace(&mut self.aged, true);
        if reused && (self.driver.is_none() || self.tap.is_stale()) {
            return Release::Unsent;
        }
        self.tap.begin(exchange.head().wire.clone());
        if let Some(trace) = exchange.trace() {
            trace.performed();
        }
        let mut response = pin!(self.sender.send_request(request(exchange)));
        let answered = poll_fn(|context| self.poll_response(context, exchange, response.as_mut())).await;
        let response = match answered {
            Ok(response) => {
                self.trace_sending(exchange);
                Response::new(response, exchange, &self.tap)
            }
            Err(Interrupted::Cancelled) => {
                exchange.end_interrupted(Phase::Headers);
                return Release::Closed;
            }
            Err(Interrupted::Failed(error)) => {
                let replayable = !matches!(exchange.body(), RequestBody::Upload(_));
                if reused && replayable && self.tap.written.get() == 0 && !is_ours(&error) {
                    if let Some(trace) = exchange.trace() {
                        trace.goes_elsewhere(&error);
                    }
                    return Release::Unsent;
                }
                if !is_ours(&error) {
                    self.trace_sending(exchange);
                }
                exchange.end(Reply::Failed(error));
                return Release::Closed;
            }
        };
        let reusable = response.keeps_connection();
        if response.deliver(self, exchange).await.is_err() || !reusable {
            return Release::Closed;
        }
        // nothing is left to wait for, but for a turn of hyper's own
        let reusable = poll_fn(|context| self.poll_reusable(context, exchange));
        timeout(SETTLED_WITHIN, reusable).await.unwrap_or(Release::Closed)
    }

    fn poll_response<F>(
        &mut self,
        context: &mut Context<'_>,
        exchange: &Exchange,
        mut response: Pin<&mut F>,
    ) -> Poll<Result<http::Response<hyper::body::Incoming>, Interrupted>>
    where
        F: Future<Output = hyper::Result<http::Response<hyper::body::Incoming>>>,
    {
        self.drive(context);
        if let Poll::Ready(result) = response.as_mut().poll(context) {
            let response =
                result.map_err(|error| Interrupted::Failed(failure::without_response(&error, &self.tap)))?;
            return Poll::Ready(
                match failure::illegal_response(&response, exchange.head(), &self.tap) {
                    Some(error) => Err(Interrupted::Failed(error)),
                    None => Ok(response),
                },
            );
        }
        self.poll_interrupted(context, exchange, Awaited::Head).map(Err)
    }

    /// Tells a listener how far the request is written.
    fn trace_sending(&self, exchange: &Exchange) {
        let Some(trace) = exchange.trace() else { return };
        // of an upload that broke its word, nothing is pending either
        if !trace.is_sending() || self.broken.is_some() {
            return;
        }
        let tap = &self.tap;
        let written = if let Some(error) = &*tap.write_error.borrow() {
            let sent = failure::request_sent(tap);
            Written::Failed(Error::io(Kind::WriteError, Phase::Write, error).sent(sent))
        } else if !tap.head_is_written() {
            Written::Nothing
        } else if is_written(exchange, tap) {
            Written::All
        } else {
            Written::Head
        };
        trace.sent(&written);
    }

    /// Tells a listener whether the connection will be kept, which it is to know before the last word.
    pub(in crate::conn) async fn trace_reuse(&mut self, exchange: &Exchange, keeps: bool) {
        let Some(trace) = exchange.trace() else { return };
        let kept = poll_fn(|context| {
            let reusable = self.poll_reusable(context, exchange);
            Poll::Ready(!matches!(reusable, Poll::Ready(Release::Closed)))
        });
        trace.keeps_connection.set(keeps && kept.await);
        self.trace_sending(exchange);
    }

    /// The error of an upload that broke its word after the answer had begun.
    pub(in crate::conn) fn broken_word(&self) -> Option<Error> {
        failure::broken_word(self.broken.as_ref()?, &self.tap)
    }

    /// Lets hyper read and write as far as it can.
    pub(in crate::conn) fn drive(&mut self, context: &mut Context<'_>) {
        if let Some(driver) = &mut self.driver {
            // how it ended is told by what is waited for, unless that was told of an answer already
            if let Poll::Ready(ended) = driver.as_mut().poll(context) {
                self.driver = None;
                self.broken = ended.err();
            }
        }
    }

    /// Ready when the exchange is to be given up: it was cancelled, or a deadline passed.
    pub(in crate::conn) fn poll_interrupted(
        &mut self,
        context: &mut Context<'_>,
        exchange: &Exchange,
        awaited: Awaited,
    ) -> Poll<Interrupted> {
        if exchange.interrupted().is_some() {
            return Poll::Ready(Interrupted::Cancelled);
        }
        exchange.watch(context);
        self.trace_sending(exchange);
        if let RequestBody::Upload(upload) = exchange.body() {
            // hyper does not ask for a body that is announced to be empty
            if exchange.head().framing == Framing::Length(0) && upload.has_bytes() {
                return Poll::Ready(Interrupted::Failed(failure::too_long(&self.tap)));
            }
            let taken = upload.take_credit();
            if taken > 0 {
                exchange.tell(Reply::Credit(taken));
            }
        }
        self.deadline
            .poll(context, exchange, &self.tap, awaited)
            .map(Interrupted::Failed)
    }

    /// Ready when the connection can take the next request, or is known never to.
    fn poll_reusable(&mut self, context: &mut Context<'_>, exchange: &Exchange) -> Poll<Release> {
        let unfinished = matches!(exchange.body(), RequestBody::Upload(upload) if !upload.is_finished());
        if exchange.head().close || unfinished || self.tap.write_error.borrow().is_some() {
            return Poll::Ready(Release::Closed);
        }
        self.drive(context);
        // the next request would follow upon what an early answer has left unwritten
        if self.driver.is_none() || self.tap.blocked.get().is_some() {
            return Poll::Ready(Release::Closed);
        }
        match ready!(self.sender.poll_ready(context)) {
            Ok(()) => Poll::Ready(Release::Reusable),
            Err(_) => Poll::Ready(Release::Closed),
        }
    }
}

/// What hyper needs to know of a request; the rest of its head goes past it.
fn request(exchange: &Exchange) -> http::Request<Outgoing> {
    let head = exchange.head();
    let owed = match head.framing {
        Framing::Length(length) => Some(length),
        Framing::None | Framing::Chunked => None,
    };
    let mut request = http::Request::new(Outgoing::new(body_of(exchange), owed));
    *request.method_mut() = head.method.clone();
    let headers = request.headers_mut();
    match head.framing {
        Framing::None => {}
        Framing::Length(length) => {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        Framing::Chunked => {
            headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
    }
    if head.close {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    request
}

fn body_of(exchange: &Exchange) -> RequestBody {
    match exchange.body() {
        // hyper writes no last chunk for a body that it knows to be empty
        body @ (RequestBody::Empty | RequestBody::Whole(_))
            if exchange.head().framing == Framing::Chunked && body.known_length() == 0 =>
        {
            let upload = Upload::new();
            upload.end();
            RequestBody::Upload(upload)
        }
        body => body.clone(),
    }
}

/// Whether it is the request that is at fault, so that no other connection would do better.
fn is_ours(error: &Error) -> bool {
    error.kind == Kind::LocalProtocolError
        || matches!(
            error.kind,
            Kind::ReadTimeout | Kind::WriteTimeout | Kind::TotalTimeout
        )
}

/// The trailers' lines (RFC 9110 6.5), as hyper gives them: names in lower case.
pub(in crate::conn) fn trailer_lines(trailers: &http::HeaderMap) -> Bytes {
    let mut lines = Vec::new();
    for (name, value) in trailers {
        lines.extend_from_slice(name.as_str().as_bytes());
        lines.extend_from_slice(b": ");
        lines.extend_from_slice(value.as_bytes());
        lines.extend_from_slice(b"\r\n");
    }
    lines.into()
}
