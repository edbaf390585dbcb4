//! One request in its stream: the slot of an HTTP/2 connection.

use std::cell::{Cell, Ref, RefCell};
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use h2::SendStream;
use h2::client::ResponseFuture;
use http::{Response, StatusCode};
use tokio::time::Instant;

use super::counts::Counts;
use super::failure::Head;
use super::incoming::Incoming;
use super::response_lines::{Sizes, has_malformed_value};
use super::sending::Sending;
use super::upgraded_stream::UpgradedStream;
use super::{failure, response_lines};
use crate::body::LengthMismatch;
use crate::conn::counters::Counters;
use crate::conn::deadline::Deadline;
use crate::conn::slot::{Refusal, Slot};
use crate::conn::{Release, run};
use crate::error::{Error, Phase, RequestSent};
use crate::exchange::{Exchange, RequestHead};
use crate::facts::OpenConnection;
use crate::io::ByteStream;
use crate::trace::Written;

/// A connection that receives nothing while a request waits so long seems to be dead if the request is given up then. A limit of
/// the request's own may be shorter.
const SILENCE: Duration = Duration::from_secs(1);

/// A request whose head is on its way. Dropping it resets the stream, unless that has ended.
pub(crate) struct StreamRun {
    response: ResponseFuture,
    stream: StreamSlot,
    reused: bool,
}

/// The direction to the server after the request's head.
pub(super) enum Direction {
    /// The request has no body.
    Ended(SendStream<Bytes>),
    /// Its body is sent.
    Sends(Sending),
    /// It has no body, and the stream may become a byte stream.
    KeptOpen(SendStream<Bytes>),
}

/// What is known of the interim heads so far.
#[derive(PartialEq, Eq)]
enum Received {
    All,
    Malformed,
}

/// The lines of interim heads, which the future of the response also reads.
type Interim = Rc<RefCell<VecDeque<Vec<u8>>>>;

/// The slot of one request.
struct StreamSlot {
    counts: Rc<Counts>,
    counters: Counters,
    /// Bytes of the connection when the stream began.
    written_before: u64,
    deadline: Option<Deadline>,
    /// `None` once there is nothing more to send.
    sending: Option<Sending>,
    /// The direction to the server, of a request whose response may turn the stream into a byte stream.
    kept_open: Option<SendStream<Bytes>>,
    length_mismatch: Option<LengthMismatch>,
    head_lines: RefCell<Vec<u8>>,
    /// Interim heads that are not taken yet, if anybody wants to know of them.
    interim: Option<Interim>,
    refusal: Cell<Refusal>,
    /// Whether the server does not answer for the origin (RFC 9110 15.5.20).
    is_misdirected: bool,
    /// When the stream last moved, and the bytes that the connection had received by then.
    moved: (Instant, u64),
    /// Whether the request gave up waiting, and the connection had received nothing since.
    is_silent: Cell<bool>,
    /// Streams on the connection when it began, itself among them.
    position: usize,
    id: u32,
}

impl StreamRun {
    pub(super) fn new(response: ResponseFuture, direction: Direction, counts: &Rc<Counts>) -> Self {
        let (sent, sending, kept_open) = match direction {
            Direction::Ended(stream) => (Some(stream), None, None),
            Direction::Sends(sending) => (None, Some(sending), None),
            Direction::KeptOpen(stream) => (None, None, Some(stream)),
        };
        counts.streams.set(counts.streams.get() + 1);
        counts.requests.set(counts.requests.get() + 1);
        let id = response.stream_id().as_u32();
        counts.open.borrow_mut().begin(id, sent);
        let counters = Counters::new();
        Self {
            response,
            reused: counts.has_answered.get(),
            stream: StreamSlot {
                written_before: counts.written.get(),
                counts: Rc::clone(counts),
                moved: (counters.last_moved.get(), counts.received.get()),
                counters,
                deadline: None,
                sending,
                kept_open,
                length_mismatch: None,
                head_lines: RefCell::default(),
                interim: None,
                refusal: Cell::new(Refusal::None),
                is_misdirected: false,
                is_silent: Cell::new(false),
                position: counts.streams.get(),
                id,
            },
        }
    }

    /// Runs the request until its exchange has its end, unless the result is [`Release::Stale`].
    pub(crate) async fn run(&mut self, exchange: &Rc<Exchange>) -> Release {
        let Self {
            response,
            stream,
            reused,
        } = self;
        let (counts, id) = (Rc::clone(&stream.counts), stream.id);
        let interim = exchange.wants_interim_responses().then(Interim::default);
        stream.interim.clone_from(&interim);
        let response = pin!(poll_fn(|context| {
            if receive_interim(response, context, &counts, id, interim.as_ref()) == Received::Malformed {
                return Poll::Ready(Err(failure::malformed()));
            }
            Pin::new(&mut *response).poll(context).map(|response| {
                response.map(|response| {
                    let (parts, body) = response.into_parts();
                    let body = Incoming::new(body, id, &parts, &counts);
                    Response::from_parts(parts, body)
                })
            })
        }));
        // once only: the next connection may be stale, too
        let reused = *reused && exchange.resubmissions.get() == 0;
        let release = run::run(stream, exchange, response, reused).await;
        if matches!(release, Release::Stale) && stream.refusal.get() != Refusal::ForLater {
            exchange.resubmissions.set(exchange.resubmissions.get() + 1);
        }
        release
    }

    /// Whether its connection should take no more requests: it leads to a server that does not answer for the origin, or it
    /// seems to be dead. Without PINGs, nothing else would tell before the system gives it up, a quarter of an hour later, and
    /// each request until then would time out on it.
    pub(crate) fn is_connection_unfit(&self) -> bool {
        self.stream.is_misdirected || self.stream.is_silent.get()
    }
}

/// Takes the interim heads that have arrived, also if nobody wants them: one of them may be malformed.
fn receive_interim(
    response: &mut ResponseFuture,
    context: &mut Context<'_>,
    counts: &Counts,
    id: u32,
    interim: Option<&Interim>,
) -> Received {
    if !counts.open.borrow().may_have_interim(id) {
        return Received::All;
    }
    while let Poll::Ready(Some(Ok(head))) = response.poll_informational(context) {
        let head = head.into_parts().0;
        // HTTP/2 has no upgrade (RFC 9113 8.6), so that no response would follow
        if head.status == StatusCode::SWITCHING_PROTOCOLS
            || has_malformed_value(&head.headers)
            || counts.open.borrow().has_request_fields(id)
        {
            return Received::Malformed;
        }
        if let Some(interim) = interim {
            let mut lines = Vec::new();
            response_lines::write(&mut lines, &head, Sizes::of(&head.headers));
            interim.borrow_mut().push_back(lines);
        }
    }
    Received::All
}

impl StreamSlot {
    /// Whether the connection wrote anything since the stream began, which may have been its head.
    fn has_written(&self) -> bool {
        self.counts.written.get() > self.written_before
    }

    fn head_rejected_by(&self, error: &h2::Error) -> Head {
        let mut open = self.counts.open.borrow_mut();
        match open.head_length(self.id) {
            0 => Head::None,
            // an error of the connection ends all of its streams
            _ if error.is_go_away() && error.is_library() && !open.is_undecoded(self.id) => Head::Lost,
            length => Head::Rejected { length },
        }
    }

    fn refusal_by(&self, error: &h2::Error) -> Refusal {
        if !failure::is_refusal(error) {
            return Refusal::None;
        }
        let serves_others = if error.is_go_away() {
            self.counts.has_answered.get() || self.counts.last_stream.get() > Some(0)
        } else {
            // it began before the limit was known, or was lowered
            self.position > self.counts.allowed.get()
        };
        if serves_others {
            Refusal::ForLater
        } else {
            Refusal::Counts
        }
    }
}

impl Slot for StreamSlot {
    type Body = Incoming;
    type Failure = h2::Error;

    fn drive(&mut self, context: &mut Context<'_>) {
        if let Some(sending) = &mut self.sending
            && let Poll::Ready(sent) = sending.poll(context, &self.counters)
        {
            self.counters.blocked_since.set(None);
            self.sending = None;
            self.length_mismatch = sent.err();
        }
    }

    fn connection(&self) -> &Rc<OpenConnection> {
        &self.counts.facts
    }

    fn counters(&self) -> &Counters {
        if self.counters.written.get() == 0 && self.has_written() {
            self.counters.written.set(1);
        }
        &self.counters
    }

    fn timing(&mut self) -> (&mut Deadline, &Counters) {
        self.counters();
        let moved = self.counters.last_moved.get();
        if moved != self.moved.0 {
            self.moved = (moved, self.counts.received.get());
        }
        let deadline = self.deadline.get_or_insert_with(|| self.counts.take_deadline());
        (deadline, &self.counters)
    }

    fn stops_waiting(&self, timed_out: bool) {
        let (since, received) = self.moved;
        let is_silent = self.counts.received.get() == received;
        self.is_silent
            .set(is_silent && (timed_out || since.elapsed() >= SILENCE));
    }

    fn written(&self, exchange: &Exchange) -> Written {
        if self.length_mismatch.is_some() || !self.has_written() {
            Written::Nothing
        } else if self.sending.is_none() && exchange.body().is_taken() {
            Written::All
        } else {
            Written::Head
        }
    }

    fn check_head(
        &mut self,
        response: Result<Response<Incoming>, h2::Error>,
        _request: &RequestHead,
    ) -> Result<Response<Incoming>, Error> {
        match response {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                let sizes = Sizes::of(&parts.headers);
                if sizes.list > self.counts.max_head {
                    return Err(failure::head_too_large().sent(RequestSent::Yes));
                }
                let is_well_formed = self.counts.open.borrow_mut().pass(self.id);
                if !is_well_formed || has_malformed_value(&parts.headers) {
                    let error = failure::of(&failure::malformed(), Phase::Headers, &self.counts);
                    return Err(error.sent(RequestSent::Yes));
                }
                let lines = self.head_lines.get_mut();
                response_lines::write(lines, &parts, sizes);
                self.counters.add_received(lines.len());
                self.counts.has_answered.set(true);
                self.is_misdirected = parts.status == StatusCode::MISDIRECTED_REQUEST;
                Ok(Response::from_parts(parts, body))
            }
            Err(error) => {
                if let Some(mismatch) = self.length_mismatch {
                    return Err(mismatch.error().sent(self.counters().request_sent()));
                }
                self.refusal.set(self.refusal_by(&error));
                let head = self.head_rejected_by(&error);
                let is_written = self.sending.is_none() && self.has_written();
                Err(failure::without_response(
                    &error,
                    is_written,
                    &head,
                    self.counters(),
                    &self.counts,
                ))
            }
        }
    }

    fn take_interim(&mut self) -> Option<Vec<u8>> {
        self.interim.as_ref()?.borrow_mut().pop_front()
    }

    fn stream_id(&self) -> Option<u32> {
        Some(self.id)
    }

    fn refusal(&self) -> Refusal {
        self.refusal.get()
    }

    fn head_lines(&self) -> Ref<'_, [u8]> {
        Ref::map(self.head_lines.borrow(), Vec::as_slice)
    }

    fn take_new_settings(&self) -> bool {
        self.counts.has_new_settings.take()
    }

    fn may_stall(&self, body: &mut Incoming) {
        body.count_unread();
    }

    fn gather(&self, body: &mut Incoming, context: &mut Context<'_>) {
        body.gather(context);
    }

    fn check_framing(&self, _received: u64) -> Result<(), Error> {
        // the connection counts frames without bytes (`flood`)
        Ok(())
    }

    fn body_error(&self, error: &h2::Error, received: u64, expected: Option<u64>) -> Error {
        if let Some(mismatch) = self.length_mismatch {
            return mismatch.error().sent(self.counters().request_sent());
        }
        let received = received.max(self.counts.open.borrow().content_of(self.id));
        failure::in_body(error, received, expected, &self.counts)
    }

    fn is_upgraded_by(&self, _exchange: &Exchange, status: StatusCode) -> bool {
        status.is_success() && self.kept_open.is_some()
    }

    fn poll_upgraded(
        &mut self,
        _context: &mut Context<'_>,
        response: &mut Option<Incoming>,
    ) -> Poll<Box<dyn ByteStream>> {
        let (Some(sending), Some(incoming)) = (self.kept_open.take(), response.take()) else {
            return Poll::Pending;
        };
        Poll::Ready(Box::new(UpgradedStream::new(sending, incoming)))
    }

    fn expires(&self) -> Option<Instant> {
        // GOAWAY says that a connection ends; HTTP/2 has no Keep-Alive header (RFC 9113 8.2.2)
        None
    }

    fn can_reset(&self) -> bool {
        true
    }

    fn poll_reusable(&mut self, _context: &mut Context<'_>, _exchange: &Exchange) -> Poll<bool> {
        Poll::Ready(true)
    }
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        self.counts.streams.set(self.counts.streams.get() - 1);
        let window = self.counts.windows.stream();
        self.counts.open.borrow_mut().leave(self.id, window);
        if let Some(deadline) = self.deadline.take() {
            self.counts.keep_deadline(deadline);
        }
    }
}
