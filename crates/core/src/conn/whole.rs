//! Delivery of a whole response: head and decoded body in one reply.

use bytes::Bytes;
use http_body::Body;

use super::response::{Incomplete, Response};
use super::response_body::{Next, Wait};
use super::slot::Slot;
use super::stop::{Stopped, upload_length};
use super::traced;
use crate::body::{BodyDecoder, CollectedBody};
use crate::error::Phase;
use crate::exchange::{Exchange, Reply};
use crate::trace::Step;

impl<B: Body<Data = Bytes> + Unpin> Response<B> {
    pub(super) async fn deliver_whole<S: Slot<Body = B, Failure = B::Error>>(
        &mut self,
        slot: &mut S,
        exchange: &Exchange,
    ) -> Result<(), Incomplete> {
        match self.collect(slot, exchange).await {
            Ok((body, downloaded)) => {
                self.end_whole(slot, exchange, body, downloaded);
                Ok(())
            }
            Err(stopped) => {
                stopped.end(exchange, Phase::Body);
                Err(Incomplete)
            }
        }
    }

    pub(super) fn end_whole<S: Slot<Body = B>>(
        &self,
        slot: &S,
        exchange: &Exchange,
        body: Bytes,
        downloaded: u64,
    ) {
        let lines = slot.head_lines();
        exchange.end(Reply::Whole {
            head: self.head(&lines),
            body,
            downloaded,
            download: exchange.timeline.since_head(self.body.ended_at(slot)),
            trailers: self.body.trailers.clone(),
        });
    }

    /// The decoded body, and the number of its bytes on the wire.
    async fn collect<S: Slot<Body = B, Failure = B::Error>>(
        &mut self,
        slot: &mut S,
        exchange: &Exchange,
    ) -> Result<(Bytes, u64), Stopped> {
        if let Some(trace) = exchange.trace() {
            trace.started(Step::ReceiveResponseBody, &[]);
        }
        let decoder = self.decoder()?;
        let expected = if decoder.is_none() {
            self.body.expected
        } else {
            None
        };
        let mut body = CollectedBody::expecting(expected);
        let mut decoder = BodyDecoder::new(decoder, exchange.max_whole_bytes());
        while let Next::Bytes(chunk) = self.body.next(slot, exchange, Wait::Yes).await? {
            decoder.push(chunk);
            while decoder.collect(&mut body).map_err(Stopped::Failed)? {
                self.body.turn.end(slot, exchange).await?;
            }
        }
        decoder.finish().map_err(Stopped::Failed)?;
        upload_length(slot, exchange).await?;
        traced::reuse(slot, exchange).await;
        if let Some(trace) = exchange.trace() {
            trace.body_received(None);
        }
        Ok((body.into_bytes(), decoder.wire_bytes))
    }
}
