//! A response's body on its stream.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::{Reason, RecvStream};
use http::header::{CONTENT_LENGTH, HeaderMap};
use http_body::{Body, Frame, SizeHint};

use super::counts::Counts;
use super::windows::Counted;

/// The body of a response. Its window opens as it is read, so a reader that stalls stops its own stream only.
pub(crate) struct Incoming {
    /// `None` if it is read as it arrives.
    counted: Option<Counted>,
    stream: RecvStream,
    /// The rest of the announced length.
    remaining: Option<u64>,
    has_data: bool,
}

impl Incoming {
    /// `stalling` is the connection of a body whose reader may stall.
    pub(super) fn new(mut stream: RecvStream, headers: &HeaderMap, stalling: Option<&Rc<Counts>>) -> Self {
        // h2 has checked the field's form, and checks the body's length
        let announced = headers
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        let has_ended = stream.is_end_stream();
        Self {
            remaining: if has_ended { Some(0) } else { announced },
            counted: stalling
                .filter(|_| !has_ended)
                .map(|counts| Counted::new(counts, stream.flow_control())),
            stream,
            has_data: true,
        }
    }

    /// The stream, for a reader of its own.
    pub(super) fn into_stream(self) -> (RecvStream, Option<Counted>) {
        (self.stream, self.counted)
    }

    /// Whether the response is complete although its stream has ended like this.
    fn is_complete_despite(&self, error: &h2::Error) -> bool {
        // the server wants no more of the request (RFC 9113 8.1)
        let is_content = error.is_remote() && error.reason() == Some(Reason::NO_ERROR);
        // or it has closed the connection: h2 forgets that the response had ended
        let has_all = self.remaining == Some(0) && error.is_io();
        is_content || has_all
    }

    fn poll_data(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, h2::Error>>> {
        loop {
            let data = match ready!(self.stream.poll_data(context)) {
                // frames without bytes are padding; h2 limits how many there are
                Some(Ok(data)) if data.is_empty() => continue,
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
        match ready!(self.stream.poll_trailers(context)) {
            Ok(trailers) => Poll::Ready(trailers.map(|trailers| Ok(Frame::trailers(trailers)))),
            Err(error) if self.is_complete_despite(&error) => Poll::Ready(None),
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.stream.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.remaining
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
