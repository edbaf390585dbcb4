//! A response whose head has come: its body is decoded and handed to whoever waits for it.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, SET_COOKIE};
use http::{Method, StatusCode, Version};
use http_body::{Body, Frame};
use hyper::body::Incoming;
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};

use super::coalescer::Coalescer;
use super::deadline::Awaited;
use super::h1::connection::{Connection, trailer_lines};
use super::h1::failure;
use super::h1::wire::Tap;
use crate::body::coding::Decoder;
use crate::body::{BodyDecoder, BodyPipe, Collected, Form};
use crate::error::{Error, Phase};
use crate::exchange::{Delivery, Exchange, Interrupt, Reply, ResponseHead, client_closed};
use crate::trace::Step;

/// What is left of a body that its reader gave up is read to save the connection, up to this many bytes …
const DRAINED_BYTES: u64 = 64 * 1024;
/// … and for this long: opening a connection costs about as much.
const DRAINED_FOR: Duration = Duration::from_millis(100);

/// Bytes of a body that are handled in a turn …
const TURN: usize = 1024 * 1024;
/// … of which each frame counts for as many more: small ones cost more than their bytes.
const FRAME_WORK: usize = 4 * 1024;

/// Chunk sizes, extensions and trailers may have this many bytes between two of the body: hyper reads a chunk's size of
/// zeros without end.
const MAX_BARREN_BYTES: u64 = 128 * 1024;

/// Why an exchange did not come to its end.
#[derive(Debug)]
pub(super) enum Interrupted {
    Cancelled,
    Failed(Error),
}

/// What comes next of a body.
enum Next {
    Bytes(Bytes),
    End,
    NotYet,
}

/// The connection cannot be used again.
#[derive(Debug)]
pub(super) struct Unusable;

/// A response, and the state of its body.
pub(super) struct Response {
    status: StatusCode,
    sets_cookies: bool,
    version: Version,
    incoming: Incoming,
    codings: Option<String>,
    expected: Option<u64>,
    trailers: Bytes,
    received: u64,
    /// What had come over the wire when bytes of the body last came of it.
    fruitful: u64,
    /// Bytes of the body that no piece of it stands for as yet.
    uncounted: u64,
    /// Work since other connections last had their turn.
    work: usize,
    tap: Rc<Tap>,
}

impl Response {
    pub(super) fn new(response: http::Response<Incoming>, exchange: &Exchange, tap: &Rc<Tap>) -> Self {
        let (parts, incoming) = response.into_parts();
        if let Some(trace) = exchange.trace() {
            trace.answered(&format!("{:?}", parts.version), parts.status.as_str());
        }
        let bodiless = exchange.head().method == Method::HEAD || incoming.is_end_stream();
        let codings = if bodiless || !parts.headers.contains_key(CONTENT_ENCODING) {
            None
        } else {
            let values = parts.headers.get_all(CONTENT_ENCODING).iter();
            Some(
                values
                    .map(|value| String::from_utf8_lossy(value.as_bytes()))
                    .collect::<Vec<_>>()
                    .join(","),
            )
        };
        Self {
            status: parts.status,
            sets_cookies: parts.headers.contains_key(SET_COOKIE),
            version: parts.version,
            expected: incoming.size_hint().exact(),
            incoming,
            codings,
            trailers: Bytes::new(),
            received: 0,
            fruitful: tap.received.get(),
            uncounted: 0,
            work: 0,
            tap: Rc::clone(tap),
        }
    }

    /// Whether the protocol allows another request after this response. An HTTP/1.0 connection is not
    /// kept: hyper would change the framing of what is sent on it.
    pub(super) fn keeps_connection(&self) -> bool {
        self.version == Version::HTTP_11 && self.status != StatusCode::SWITCHING_PROTOCOLS
    }

    pub(super) async fn deliver(
        mut self,
        connection: &mut Connection,
        exchange: &Rc<Exchange>,
    ) -> Result<(), Unusable> {
        match exchange.delivery() {
            Delivery::Whole => match self.collect(connection, exchange).await {
                Ok((body, downloaded)) => {
                    let response = self.tap.response.borrow();
                    let head = self.head(response.lines());
                    exchange.end(Reply::Whole {
                        head,
                        body,
                        downloaded,
                        trailers: self.trailers.clone(),
                    });
                    Ok(())
                }
                Err(Interrupted::Cancelled) => {
                    exchange.end_interrupted(Phase::Body);
                    Err(Unusable)
                }
                Err(Interrupted::Failed(error)) => {
                    exchange.end(Reply::Failed(error));
                    Err(Unusable)
                }
            },
            Delivery::Streamed => {
                let pipe = Arc::new(BodyPipe::default());
                {
                    let response = self.tap.response.borrow();
                    let head = self.head(response.lines());
                    exchange.tell(Reply::Streamed {
                        head,
                        body: Arc::clone(&pipe),
                    });
                }
                let filled = self.fill(connection, exchange, &pipe).await;
                let (end, usable) = match filled {
                    Ok(()) => (Ok(self.trailers.clone()), Ok(())),
                    Err(Interrupted::Failed(error)) => (Err(error), Err(Unusable)),
                    Err(Interrupted::Cancelled)
                        if exchange.interrupted() == Some(Interrupt::ClientClosed) =>
                    {
                        (Err(client_closed(Phase::Body)), Err(Unusable))
                    }
                    Err(Interrupted::Cancelled) => {
                        let drained = self.drain(connection).await;
                        if drained.is_ok() {
                            connection.trace_reuse(exchange, self.keeps_connection()).await;
                        }
                        exchange.end(Reply::Closed);
                        return drained;
                    }
                };
                if usable.is_ok() {
                    connection.trace_reuse(exchange, self.keeps_connection()).await;
                }
                if let Some(trace) = exchange.trace() {
                    trace.received(end.as_ref().err());
                }
                if pipe.finish(end, self.uncounted) {
                    exchange.tell(Reply::Readable);
                }
                exchange.end(Reply::Closed);
                usable
            }
        }
    }

    fn head<'a>(&self, lines: &'a [u8]) -> ResponseHead<'a> {
        ResponseHead {
            status: self.status.as_u16(),
            sets_cookies: self.sets_cookies,
            lines,
        }
    }

    fn decoder(&self) -> Result<Option<Decoder>, Interrupted> {
        match &self.codings {
            None => Ok(None),
            Some(codings) => Decoder::for_codings(codings).map_err(Interrupted::Failed),
        }
    }

    async fn collect(
        &mut self,
        connection: &mut Connection,
        exchange: &Exchange,
    ) -> Result<(Bytes, u64), Interrupted> {
        if let Some(trace) = exchange.trace() {
            trace.started(Step::ReceiveResponseBody, &[]);
        }
        let decoder = self.decoder()?;
        let expected = if decoder.is_none() { self.expected } else { None };
        let mut body = Collected::expecting(expected);
        let mut inflow = BodyDecoder::new(decoder, exchange.allowed());
        while let Next::Bytes(chunk) = self.next(connection, exchange, true).await? {
            inflow.push(chunk);
            while inflow.collect(&mut body).map_err(Interrupted::Failed)? {
                self.take_turns(connection, exchange, TURN).await?;
            }
        }
        inflow.finish().map_err(Interrupted::Failed)?;
        connection.trace_reuse(exchange, self.keeps_connection()).await;
        if let Some(trace) = exchange.trace() {
            trace.received(None);
        }
        Ok((body.into_bytes(), inflow.wire))
    }

    async fn fill(
        &mut self,
        connection: &mut Connection,
        exchange: &Exchange,
        pipe: &BodyPipe,
    ) -> Result<(), Interrupted> {
        let decoder = match self.decoder() {
            // to a listener, reading begins when somebody reads
            Ok(None) if exchange.trace().is_none() => None,
            // codings that cannot be undone are no hindrance to whoever takes the body as it came
            decoder => match wait(connection, exchange, |context| pipe.poll_form(context)).await? {
                Form::Raw => None,
                Form::Decoded => decoder?,
            },
        };
        if let Some(trace) = exchange.trace() {
            trace.started(Step::ReceiveResponseBody, &[]);
        }
        let mut inflow = BodyDecoder::new(decoder, exchange.allowed());
        let mut gathering = Coalescer::default();
        let filled = self
            .gather(connection, exchange, pipe, &mut inflow, &mut gathering)
            .await;
        // also what came before a failure
        gathering.hand_over(pipe, exchange);
        filled?;
        inflow.finish().map_err(Interrupted::Failed)
    }

    async fn gather(
        &mut self,
        connection: &mut Connection,
        exchange: &Exchange,
        pipe: &BodyPipe,
        inflow: &mut BodyDecoder,
        gathering: &mut Coalescer,
    ) -> Result<(), Interrupted> {
        loop {
            let gathers = gathering.may_wait();
            if !gathers {
                gathering.hand_over(pipe, exchange);
            }
            match self.next(connection, exchange, !gathers).await? {
                Next::Bytes(chunk) => inflow.push(chunk),
                Next::NotYet => {
                    yield_now().await;
                    continue;
                }
                Next::End => return Ok(()),
            }
            self.uncounted = inflow.uncounted();
            while let Some((piece, wire)) = inflow.next_piece().map_err(Interrupted::Failed)? {
                self.uncounted = inflow.uncounted();
                self.take_turns(connection, exchange, piece.len()).await?;
                gathering.add(piece, wire, pipe, exchange);
                wait(connection, exchange, |context| pipe.poll_room(context)).await?;
            }
        }
    }

    /// The next bytes of the body; if not `patient`, only if they are there.
    async fn next(
        &mut self,
        connection: &mut Connection,
        exchange: &Exchange,
        patient: bool,
    ) -> Result<Next, Interrupted> {
        let since = RefCell::new(None);
        loop {
            let frame = poll_fn(|context| {
                if let Poll::Ready(frame) = self.poll_frame(context, connection) {
                    return Poll::Ready(Ok(Some(frame)));
                }
                if !patient {
                    return Poll::Ready(Ok(None));
                }
                if self.tap.received.get() - self.fruitful > MAX_BARREN_BYTES {
                    return Poll::Ready(Err(Interrupted::Failed(failure::barren(&self.tap))));
                }
                let since = *since.borrow_mut().get_or_insert_with(Instant::now);
                connection
                    .poll_interrupted(context, exchange, Awaited::Body(since))
                    .map(Err)
            })
            .await?;
            let Some(frame) = frame else {
                return Ok(Next::NotYet);
            };
            match frame {
                None => return Ok(Next::End),
                Some(Err(error)) => {
                    let error = connection
                        .broken_word()
                        .unwrap_or_else(|| failure::in_body(&error, &self.tap, self.received, self.expected));
                    return Err(Interrupted::Failed(error));
                }
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => {
                        self.received += data.len() as u64;
                        self.fruitful = self.tap.received.get();
                        self.take_turns(connection, exchange, data.len()).await?;
                        return Ok(Next::Bytes(data));
                    }
                    Err(other) => {
                        if let Ok(trailers) = other.into_trailers() {
                            self.trailers = trailer_lines(&trailers);
                        }
                    }
                },
            }
        }
    }

    /// Lets the other connections have their turn after much work, and sees whether the exchange is to be given up: a
    /// server that always has bytes would keep the thread to itself.
    async fn take_turns(
        &mut self,
        connection: &mut Connection,
        exchange: &Exchange,
        worked: usize,
    ) -> Result<(), Interrupted> {
        self.work += worked + FRAME_WORK;
        if self.work < TURN {
            return Ok(());
        }
        self.work = 0;
        yield_now().await;
        let now = Instant::now();
        poll_fn(|context| {
            Poll::Ready(
                match connection.poll_interrupted(context, exchange, Awaited::Body(now)) {
                    Poll::Ready(interrupted) => Err(interrupted),
                    Poll::Pending => Ok(()),
                },
            )
        })
        .await
    }

    fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
        connection: &mut Connection,
    ) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        // asking first tells hyper that bytes are wanted, which its next turn then brings
        if let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) {
            return Poll::Ready(frame);
        }
        connection.drive(context);
        Pin::new(&mut self.incoming).poll_frame(context)
    }

    /// Reads what little is left of a body that nobody wants.
    async fn drain(&mut self, connection: &mut Connection) -> Result<(), Unusable> {
        if self
            .incoming
            .size_hint()
            .exact()
            .is_some_and(|left| left > DRAINED_BYTES)
        {
            return Err(Unusable);
        }
        let rest = async {
            let mut left = DRAINED_BYTES;
            loop {
                match poll_fn(|context| self.poll_frame(context, connection)).await {
                    None => return Ok(()),
                    Some(Err(_)) => return Err(Unusable),
                    Some(Ok(frame)) => {
                        let bytes = frame.data_ref().map_or(0, Bytes::len) as u64;
                        left = left.checked_sub(bytes).ok_or(Unusable)?;
                    }
                }
            }
        };
        timeout(DRAINED_FOR, rest).await.unwrap_or(Err(Unusable))
    }
}

/// Waits for the reader, while an upload goes on and the exchange may be given up.
async fn wait<T>(
    connection: &mut Connection,
    exchange: &Exchange,
    mut ready: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> Result<T, Interrupted> {
    poll_fn(|context| {
        if let Poll::Ready(value) = ready(context) {
            return Poll::Ready(Ok(value));
        }
        connection.drive(context);
        connection
            .poll_interrupted(context, exchange, Awaited::Reader)
            .map(Err)
    })
    .await
}
