//! A response's body as the protocol's implementation yields it: data frames, then trailers.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame};
use tokio::time::{Instant, timeout};

use super::deadline::Awaited;
use super::slot::Slot;
use super::stop::{Stopped, poll_stopped};
use super::turn::Turn;
use crate::exchange::Exchange;

/// The rest of a body whose reader gave up is read, to keep the connection, up to this many bytes …
const MAX_DRAINED_BYTES: u64 = 64 * 1024;
/// … and for this long: a new connection costs about as much …
const DRAIN_TIMEOUT: Duration = Duration::from_millis(100);
/// … or this long if its length is not known: it may have no end, and its server go on with work for nobody.
const DRAIN_TIMEOUT_OF_UNKNOWN_LENGTH: Duration = Duration::from_millis(10);

/// The most bytes of a body that are received ahead of its delivery.
const MAX_AHEAD: usize = 64 * 1024;

/// The body, and how much of it has come.
pub(super) struct ResponseBody<B> {
    incoming: B,
    /// The length that the head announces.
    pub(super) expected: Option<u64>,
    /// Body bytes received.
    received: u64,
    /// Wire bytes received when the last body byte arrived.
    wire_received: u64,
    /// Whether some of it was waited for.
    has_waited: bool,
    /// What was received ahead …
    ahead: VecDeque<Bytes>,
    /// … and what comes behind it, if that is known.
    ahead_end: Option<Box<Result<(), Stopped>>>,
    /// The lines of the trailers.
    pub(super) trailers: Bytes,
    pub(super) turn: Turn,
}

/// What comes next of a body.
pub(super) enum Next {
    Bytes(Bytes),
    End,
    /// Nothing yet.
    Pending,
}

/// Whether to wait for the next bytes of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    Yes,
    No,
}

impl<B: Body<Data = Bytes> + Unpin> ResponseBody<B> {
    pub(super) fn new<S: Slot<Body = B>>(incoming: B, slot: &S) -> Self {
        Self {
            expected: incoming.size_hint().exact(),
            incoming,
            received: 0,
            wire_received: slot.counters().received.get(),
            has_waited: false,
            ahead: VecDeque::new(),
            ahead_end: None,
            trailers: Bytes::new(),
            turn: Turn::default(),
        }
    }

    pub(super) fn into_incoming(self) -> B {
        self.incoming
    }

    /// When its end came, asked at once after that. A body that came with its head costs no reading of the clock.
    pub(super) fn ended_at<S: Slot<Body = B>>(&self, slot: &S) -> Instant {
        if self.has_waited {
            Instant::now()
        } else {
            slot.counters().last_moved.get()
        }
    }

    /// Receives what has come of a short body, for [`next`](Self::next) to return; returns whether that is all of it.
    pub(super) async fn receive_ahead<S: Slot<Body = B, Failure = B::Error>>(
        &mut self,
        slot: &mut S,
        exchange: &Exchange,
    ) -> bool {
        if self.expected.is_some_and(|length| length > MAX_AHEAD as u64) {
            return false;
        }
        let mut chunks = VecDeque::new();
        let end = loop {
            if self.received > MAX_AHEAD as u64 {
                break None;
            }
            match self.next(slot, exchange, Wait::No).await {
                Ok(Next::Bytes(chunk)) => chunks.push_back(chunk),
                Ok(Next::End) => break Some(Ok(())),
                Ok(Next::Pending) => break None,
                Err(stopped) => break Some(Err(stopped)),
            }
        };
        let is_all = matches!(end, Some(Ok(())));
        self.ahead = chunks;
        self.ahead_end = end.map(Box::new);
        is_all
    }

    /// What was received ahead.
    pub(super) fn ahead(&self) -> &VecDeque<Bytes> {
        &self.ahead
    }

    /// The next bytes of the body. [`Next::Pending`] comes only without waiting.
    pub(super) async fn next<S: Slot<Body = B, Failure = B::Error>>(
        &mut self,
        slot: &mut S,
        exchange: &Exchange,
        wait: Wait,
    ) -> Result<Next, Stopped> {
        if let Some(chunk) = self.ahead.pop_front() {
            return Ok(Next::Bytes(chunk));
        }
        if let Some(end) = self.ahead_end.take() {
            return end.map(|()| Next::End);
        }
        let mut since = None;
        loop {
            let frame = poll_fn(|context| {
                if let Poll::Ready(frame) = self.poll_frame(context, slot) {
                    return Poll::Ready(Ok(Some(frame)));
                }
                if wait == Wait::No {
                    return Poll::Ready(Ok(None));
                }
                slot.check_framing(self.wire_received).map_err(Stopped::Failed)?;
                let since = *since.get_or_insert_with(Instant::now);
                self.has_waited = true;
                poll_stopped(slot, context, exchange, Awaited::Body(since)).map(Err)
            })
            .await?;
            let frame = match frame {
                None => return Ok(Next::Pending),
                Some(None) => return Ok(Next::End),
                Some(Some(frame)) => frame,
            };
            let frame = frame
                .map_err(|error| Stopped::Failed(slot.body_error(&error, self.received, self.expected)))?;
            match frame.into_data() {
                Ok(data) => {
                    self.received += data.len() as u64;
                    self.wire_received = slot.counters().received.get();
                    if self.turn.add(data.len()) {
                        self.turn.end(slot, exchange).await?;
                    }
                    return Ok(Next::Bytes(data));
                }
                Err(other) => {
                    if let Ok(trailers) = other.into_trailers() {
                        self.trailers = trailer_lines(&trailers);
                    }
                }
            }
        }
    }

    /// Takes what has arrived while the reader stalls.
    pub(super) fn gather<S: Slot<Body = B>>(&mut self, context: &mut Context<'_>, slot: &S) {
        slot.gather(&mut self.incoming, context);
    }

    fn poll_frame<S: Slot<Body = B, Failure = B::Error>>(
        &mut self,
        context: &mut Context<'_>,
        slot: &mut S,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let mut answered = Context::from_waker(slot.answer_waker(context));
        // the first poll asks for bytes, which the connection's next turn then reads
        let frame = slot.ask(|| Pin::new(&mut self.incoming).poll_frame(&mut answered));
        slot.drive(context);
        if frame.is_ready() {
            return frame;
        }
        Pin::new(&mut self.incoming).poll_frame(&mut answered)
    }

    /// Reads and drops the rest of the body; `false` if it is too long or too slow.
    pub(super) async fn drain<S: Slot<Body = B, Failure = B::Error>>(&mut self, slot: &mut S) -> bool {
        let rest = self.incoming.size_hint().exact();
        if rest.is_some_and(|rest| rest > MAX_DRAINED_BYTES) {
            return false;
        }
        let time = rest.map_or(DRAIN_TIMEOUT_OF_UNKNOWN_LENGTH, |_| DRAIN_TIMEOUT);
        timeout(time, self.drain_frames(slot)).await.unwrap_or(false)
    }

    async fn drain_frames<S: Slot<Body = B, Failure = B::Error>>(&mut self, slot: &mut S) -> bool {
        let mut drained = 0;
        loop {
            match poll_fn(|context| self.poll_frame(context, slot)).await {
                None => return true,
                Some(Err(_)) => return false,
                Some(Ok(frame)) => drained += frame.data_ref().map_or(0, Bytes::len) as u64,
            }
            if drained > MAX_DRAINED_BYTES {
                return false;
            }
        }
    }
}

/// The lines of the trailers (RFC 9110 6.5). Their names arrive in lower case.
fn trailer_lines(trailers: &HeaderMap) -> Bytes {
    let mut lines = Vec::new();
    for (name, value) in trailers {
        lines.extend_from_slice(name.as_str().as_bytes());
        lines.extend_from_slice(b": ");
        lines.extend_from_slice(value.as_bytes());
        lines.extend_from_slice(b"\r\n");
    }
    lines.into()
}
