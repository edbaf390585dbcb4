//! A response's body on its stream.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::RecvStream;
use http::StatusCode;
use http::header::CONTENT_LENGTH;
use http::response::Parts;
use http_body::{Body, Frame, SizeHint};

use super::counts::Counts;
use super::failure;
use super::gathered::Gathered;
use super::response_lines::has_malformed_value;
use super::windows::Counted;

/// The body of a response. Its window opens as it is read, so a reader that stalls stops its own stream only.
pub(crate) struct Incoming {
    /// `None` if it is read as it arrives.
    counted: Option<Counted>,
    stream: RecvStream,
    /// Its connection, and its number there.
    counts: Rc<Counts>,
    id: u32,
    /// The bytes of the announced length that have not come.
    remaining: Option<u64>,
    /// Whether a response of this status has content (RFC 9110 6.4.1).
    may_have_content: bool,
    has_data: bool,
    /// Whether the stream is known to have ended, with nothing of it left in h2.
    has_ended: bool,
    /// Boxed, as few bodies need it: the task of each is smaller.
    gathered: Option<Box<Gathered>>,
}

impl Incoming {
    /// The body of this stream. Its number is given because `h2` would look it up.
    pub(super) fn new(stream: RecvStream, id: u32, head: &Parts, counts: &Rc<Counts>) -> Self {
        // h2 has checked the field's form, and checks the body's length
        let announced = head
            .headers
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        let has_ended = stream.is_end_stream();
        Self {
            remaining: if has_ended { Some(0) } else { announced },
            counted: None,
            id,
            stream,
            counts: Rc::clone(counts),
            has_data: true,
            has_ended,
            may_have_content: !matches!(head.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED),
            gathered: None,
        }
    }

    /// What its connection tells its streams.
    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Its reader may stall: what it has not read counts among the unread bytes of the connection.
    pub(super) fn count_unread(&mut self) {
        if !self.stream.is_end_stream() {
            self.counted = Some(Counted::new(&self.counts, self.stream.flow_control()));
        }
    }

    /// Whether the response is complete although this ended its connection: h2 forgets that the response had ended.
    fn is_complete_despite(&self, error: &h2::Error) -> bool {
        (error.is_remote() || error.is_io()) && self.counts.open.borrow().has_ended(self.id)
    }

    /// Whether the trailers have a pseudo-header field (RFC 9113 8.1).
    fn has_pseudo_trailers(&self) -> bool {
        self.counts.open.borrow().has_pseudo_trailers(self.id)
    }

    /// Whether the stream has ended, with nothing of it left in h2. To ask costs less than to wait for what follows.
    fn has_ended(&mut self) -> bool {
        self.has_ended |= self.stream.is_end_stream();
        self.has_ended
    }

    /// Takes what has arrived out of h2. The server may send more only when it is read.
    pub(super) fn gather(&mut self, context: &mut Context<'_>) {
        // h2 shows an end once more
        while self.has_data
            && let Poll::Ready(Some(Ok(data))) = self.stream.poll_data(context)
        {
            self.gathered.get_or_insert_default().push(data);
        }
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, h2::Error>>> {
        if let Some(data) = self.gathered.as_mut().and_then(|gathered| gathered.pop()) {
            return Poll::Ready(Some(Ok(data)));
        }
        if self.has_ended {
            return Poll::Ready(None);
        }
        let first = ready!(self.stream.poll_data(context));
        if let Some(Ok(data)) = &first
            && Gathered::joins(data)
            && !self.has_ended()
        {
            self.gather(context);
        }
        Poll::Ready(first)
    }

    /// The next bytes; `None` at the end, or before trailers.
    pub(super) fn poll_data(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, h2::Error>>> {
        loop {
            let data = match ready!(self.poll_next(context)) {
                // frames without bytes are padding; h2 limits how many there are
                Some(Ok(data)) if data.is_empty() => continue,
                Some(Ok(_)) if !self.may_have_content => return Poll::Ready(Some(Err(failure::malformed()))),
                Some(Ok(data)) => data,
                Some(Err(error)) if self.is_complete_despite(&error) => return Poll::Ready(None),
                other => return Poll::Ready(other),
            };
            // fails only for more bytes than have come
            let _ = self.stream.flow_control().release_capacity(data.len());
            if let Some(remaining) = &mut self.remaining {
                *remaining = remaining.saturating_sub(data.len() as u64);
            }
            return Poll::Ready(Some(Ok(data)));
        }
    }
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        if self.has_data {
            match ready!(self.poll_data(context)) {
                Some(data) => return Poll::Ready(Some(data.map(Frame::data))),
                None => self.has_data = false,
            }
        }
        if self.has_ended {
            return Poll::Ready(None);
        }
        match ready!(self.stream.poll_trailers(context)) {
            Ok(Some(trailers)) if has_malformed_value(&trailers) || self.has_pseudo_trailers() => {
                Poll::Ready(Some(Err(failure::malformed())))
            }
            Ok(trailers) => Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(trailers)))),
            Err(error) if self.is_complete_despite(&error) => Poll::Ready(None),
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.gathered.as_ref().is_none_or(|gathered| gathered.is_empty())
            && (self.has_ended || self.stream.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.remaining
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
