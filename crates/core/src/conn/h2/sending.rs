//! Sending a request's body within the windows that the server opens (RFC 9113 5.2).

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use h2::{Reason, SendStream};
use http_body::Body;

use crate::body::{LengthMismatch, Outgoing};
use crate::conn::counters::Counters;

/// A body on its way.
pub(super) struct Sending {
    stream: SendStream<Bytes>,
    body: Outgoing,
    /// The part of a chunk for which the server's windows had no room yet.
    rest: Bytes,
}

impl Sending {
    pub(super) fn new(stream: SendStream<Bytes>, body: Outgoing) -> Self {
        Self {
            stream,
            body,
            rest: Bytes::new(),
        }
    }

    /// Sends what can be sent. Ready when nothing more is to be sent: the body has ended, or the stream takes no more of
    /// it, which its response then explains. Fails, and resets the stream, if the body is not as long as announced.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
        counters: &Counters,
    ) -> Poll<Result<(), LengthMismatch>> {
        loop {
            if self.rest.is_empty() {
                match Pin::new(&mut self.body).poll_frame(context) {
                    Poll::Pending => {
                        counters.blocked_since.set(None);
                        return Poll::Pending;
                    }
                    Poll::Ready(None) => {
                        // fails only if the stream has ended, as its response will say
                        let _ = match self.body.trailers() {
                            Some(trailers) => self.stream.send_trailers(trailers),
                            None => self.stream.send_data(Bytes::new(), true),
                        };
                        return Poll::Ready(Ok(()));
                    }
                    Poll::Ready(Some(Ok(frame))) => self.rest = frame.into_data().unwrap_or_default(),
                    Poll::Ready(Some(Err(mismatch))) => {
                        self.stream.send_reset(Reason::CANCEL);
                        return Poll::Ready(Err(mismatch));
                    }
                }
                continue;
            }
            self.stream.reserve_capacity(self.rest.len());
            let room = match self.stream.capacity() {
                0 => match self.stream.poll_capacity(context) {
                    Poll::Ready(Some(Ok(room))) => room,
                    Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(Ok(())),
                    Poll::Pending => {
                        counters.block();
                        return Poll::Pending;
                    }
                },
                room => room,
            };
            let part = self.rest.split_to(room.min(self.rest.len()));
            if part.is_empty() {
                continue;
            }
            counters.add_written(part.len());
            let is_last = self.rest.is_empty() && self.body.is_end_stream();
            if self.stream.send_data(part, is_last).is_err() || is_last {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
