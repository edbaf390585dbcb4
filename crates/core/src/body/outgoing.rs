//! A request's body as hyper pulls it, checked against the announced length.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};

use super::upload::RequestBody;
use crate::error::{Error, Kind, Phase};

/// How a body's length differs from the announced one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LengthMismatch {
    /// More bytes than `Content-Length`.
    TooLong,
    /// Fewer bytes than `Content-Length`.
    TooShort,
}

impl fmt::Display for LengthMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "Too much data for declared Content-Length",
            Self::TooShort => "Too little data for declared Content-Length",
        })
    }
}

impl std::error::Error for LengthMismatch {}

impl LengthMismatch {
    /// The error of the request; see [`Error::sent`].
    pub(crate) fn error(self) -> Error {
        let code = "ERR_CONTENT_LENGTH_MISMATCH";
        Error::new(Kind::LocalProtocolError, Phase::Write, code, self.to_string())
    }
}

/// A [`RequestBody`] while hyper sends it.
///
/// The chunk that completes the announced length is held back until the body ends: a server that has it answers, and a
/// body that is too long would go unnoticed.
#[derive(Debug)]
pub(crate) struct Outgoing {
    body: RequestBody,
    /// The rest of the announced length, if one was announced.
    remaining: Option<u64>,
    held_back: Option<Bytes>,
}

impl Outgoing {
    pub(crate) fn new(body: RequestBody, announced: Option<u64>) -> Self {
        Self {
            body,
            remaining: announced,
            held_back: None,
        }
    }

    /// The trailers of a body that has ended, if it has any.
    pub(crate) fn trailers(&self) -> Option<HeaderMap> {
        let RequestBody::Upload(upload) = &self.body else {
            return None;
        };
        // they were checked when they were given
        let fields = upload.trailers().fields().ok()?;
        (!fields.is_empty()).then_some(fields)
    }

    fn poll_upload(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, LengthMismatch>>> {
        let RequestBody::Upload(upload) = &self.body else {
            return Poll::Ready(None);
        };
        loop {
            if self.remaining.is_some_and(|_| upload.exceeds_part()) {
                return Poll::Ready(Some(Err(LengthMismatch::TooLong)));
            }
            let Some(chunk) = ready!(upload.poll_chunk(context)) else {
                return Poll::Ready(match (self.held_back.take(), self.remaining) {
                    (Some(last), _) => Some(Ok(Frame::data(last))),
                    (None, Some(1..)) => Some(Err(LengthMismatch::TooShort)),
                    (None, _) => None,
                });
            };
            let Some(remaining) = &mut self.remaining else {
                return Poll::Ready(Some(Ok(Frame::data(chunk))));
            };
            match remaining.checked_sub(chunk.len() as u64) {
                None => return Poll::Ready(Some(Err(LengthMismatch::TooLong))),
                Some(rest) => *remaining = rest,
            }
            if *remaining > 0 {
                return Poll::Ready(Some(Ok(Frame::data(chunk))));
            }
            self.held_back = Some(chunk);
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = LengthMismatch;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, LengthMismatch>>> {
        match &mut self.body {
            RequestBody::Empty => Poll::Ready(None),
            RequestBody::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                self.body = RequestBody::Empty;
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            RequestBody::Upload(_) => self.poll_upload(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.body {
            RequestBody::Empty => true,
            RequestBody::Whole(bytes) => bytes.is_empty(),
            RequestBody::Upload(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.body {
            RequestBody::Empty => SizeHint::with_exact(0),
            RequestBody::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            RequestBody::Upload(_) => {
                let held_back = self.held_back.as_ref().map_or(0, Bytes::len) as u64;
                self.remaining.map_or_else(SizeHint::default, |remaining| {
                    SizeHint::with_exact(remaining + held_back)
                })
            }
        }
    }
}
