//! Delivery of a streamed response: the head first, then the body through a pipe while it arrives.

use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;

use bytes::Bytes;
use http_body::Body;
use tokio::task::yield_now;

use super::coalescer::Coalescer;
use super::deadline::Awaited;
use super::response::{Incomplete, Response};
use super::response_body::{Next, Wait};
use super::slot::Slot;
use super::stop::{Stopped, poll_stopped, upload_length};
use super::traced;
use crate::body::coding::Decoder;
use crate::body::{BodyDecoder, BodyPipe, Form};
use crate::error::Phase;
use crate::exchange::{Exchange, Interrupt, Reply, client_closed};
use crate::trace::Step;

impl<B: Body<Data = Bytes> + Unpin> Response<B> {
    pub(super) async fn deliver_streamed<S: Slot<Body = B, Failure = B::Error>>(
        &mut self,
        slot: &mut S,
        exchange: &Rc<Exchange>,
    ) -> Result<(), Incomplete> {
        let pipe = Arc::new(BodyPipe::default());
        exchange.reply(Reply::Streamed {
            head: self.head(&slot.head_lines()),
            body: Arc::clone(&pipe),
        });
        let mut filling = Filling::new(exchange, &pipe);
        let end = match filling.run(self, slot).await {
            Ok(()) => {
                traced::reuse(slot, exchange).await;
                Ok(self.body.trailers.clone())
            }
            Err(Stopped::Failed(error)) => Err(error),
            Err(Stopped::Interrupted) if exchange.interrupted() == Some(Interrupt::ClientClosed) => {
                Err(client_closed(Phase::Body))
            }
            Err(Stopped::Interrupted) => return self.abandon(slot, exchange).await,
        };
        let complete = end.is_ok();
        if let Some(trace) = exchange.trace() {
            trace.body_received(end.as_ref().err());
        }
        if pipe.finish(end, filling.decoder.uncounted()) {
            exchange.reply(Reply::Readable);
        }
        exchange.end(Reply::Closed);
        if complete { Ok(()) } else { Err(Incomplete) }
    }

    /// Ends an exchange whose reader gave up. Reads a short rest of the body if that keeps the connection.
    async fn abandon<S: Slot<Body = B, Failure = B::Error>>(
        &mut self,
        slot: &mut S,
        exchange: &Exchange,
    ) -> Result<(), Incomplete> {
        let drained = !slot.can_reset() && self.body.drain(slot).await;
        if drained {
            traced::reuse(slot, exchange).await;
        }
        exchange.end(Reply::Closed);
        if drained { Ok(()) } else { Err(Incomplete) }
    }
}

/// A body on its way into its pipe.
struct Filling<'a> {
    exchange: &'a Exchange,
    pipe: &'a BodyPipe,
    decoder: BodyDecoder,
    coalescer: Coalescer,
}

impl<'a> Filling<'a> {
    fn new(exchange: &'a Exchange, pipe: &'a BodyPipe) -> Self {
        Self {
            exchange,
            pipe,
            decoder: BodyDecoder::new(None, exchange.max_response_bytes()),
            coalescer: Coalescer::default(),
        }
    }

    async fn run<S: Slot>(&mut self, response: &mut Response<S::Body>, slot: &mut S) -> Result<(), Stopped> {
        let decoder = self.decoder_for_reader(response, slot).await?;
        self.decoder = BodyDecoder::new(decoder, self.exchange.max_response_bytes());
        if let Some(trace) = self.exchange.trace() {
            trace.started(Step::ReceiveResponseBody, &[]);
        }
        let filled = self.fill(response, slot).await;
        // also after a failure: the reader gets every byte that came before it
        self.coalescer.flush(self.pipe, self.exchange);
        filled?;
        self.decoder.finish().map_err(Stopped::Failed)?;
        upload_length(slot, self.exchange).await
    }

    /// The decoder that the reader's form needs. Waits for the first read if the form matters, or if a trace must not
    /// start to receive earlier.
    async fn decoder_for_reader<S: Slot>(
        &self,
        response: &mut Response<S::Body>,
        slot: &mut S,
    ) -> Result<Option<Decoder>, Stopped> {
        let decoder = response.decoder();
        if self.exchange.trace().is_none() && matches!(decoder, Ok(None)) {
            return Ok(None);
        }
        match wait_for_reader(slot, response, self.exchange, |context| {
            self.pipe.poll_form(context)
        })
        .await?
        {
            // raw bytes need no decoder, so an error of the codings does not matter
            Form::Raw => Ok(None),
            Form::Decoded => decoder,
        }
    }

    async fn fill<S: Slot>(&mut self, response: &mut Response<S::Body>, slot: &mut S) -> Result<(), Stopped> {
        loop {
            let wait = if self.coalescer.is_empty() {
                Wait::Yes
            } else {
                Wait::No
            };
            match response.body.next(slot, self.exchange, wait).await? {
                Next::Bytes(chunk) => self.decoder.push(chunk),
                Next::End => return Ok(()),
                Next::Pending if self.coalescer.may_wait() => {
                    // other threads that are ready on this core go first: one may be the server, another the reader
                    thread::yield_now();
                    yield_now().await;
                    continue;
                }
                Next::Pending => {
                    self.coalescer.flush(self.pipe, self.exchange);
                    continue;
                }
            }
            while let Some((piece, wire_bytes)) = self.decoder.next_piece().map_err(Stopped::Failed)? {
                if response.body.turn.add(piece.len()) {
                    response.body.turn.end(slot, self.exchange).await?;
                }
                self.coalescer.push(piece, wire_bytes, self.pipe, self.exchange);
                wait_for_reader(slot, response, self.exchange, |context| {
                    self.pipe.poll_room(context)
                })
                .await?;
            }
        }
    }
}

/// Waits for the reader, while the upload goes on and the request may stop.
async fn wait_for_reader<S: Slot, T>(
    slot: &mut S,
    response: &mut Response<S::Body>,
    exchange: &Exchange,
    mut ready: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> Result<T, Stopped> {
    poll_fn(|context| {
        if let Poll::Ready(value) = ready(context) {
            return Poll::Ready(Ok(value));
        }
        slot.drive(context);
        response.body.gather(context, slot);
        poll_stopped(slot, context, exchange, Awaited::Reader).map(Err)
    })
    .await
}
