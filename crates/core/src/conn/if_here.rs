//! Delivery of a response whose body may have come with its head.
//!
//! The reader of a whole body asks for nothing more, and the body needs no pipe. A response whose body is still on its way,
//! or not as it should be, is streamed, and its reader gets every byte that came before a failure.

use bytes::Bytes;
use http_body::Body;

use super::response::Response;
use super::slot::Slot;
use crate::body::{BodyDecoder, CollectedBody, Form, RequestBody};
use crate::exchange::Exchange;

/// The most decoded bytes. More would hold memory that the reader has not asked for.
const MAX_DECODED: u64 = 1024 * 1024;

impl<B: Body<Data = Bytes> + Unpin> Response<B> {
    /// Delivers the response whole if all of its body has come; returns whether it did.
    pub(super) async fn deliver_if_here<S: Slot<Body = B, Failure = B::Error>>(
        &mut self,
        slot: &mut S,
        exchange: &Exchange,
        form: Form,
    ) -> bool {
        // an upload may outlast its response, and a trace reports the body when its reader asks for it
        let is_simple = !matches!(exchange.body(), RequestBody::Upload(_)) && exchange.trace().is_none();
        if !is_simple || !self.body.receive_ahead(slot, exchange).await {
            return false;
        }
        let Some((body, downloaded)) = self.decode_ahead(exchange, form) else {
            return false;
        };
        self.end_whole(slot, exchange, body, downloaded);
        true
    }

    /// The body, and the number of its bytes on the wire; `None` if it cannot be decoded or is too large.
    fn decode_ahead(&self, exchange: &Exchange, form: Form) -> Option<(Bytes, u64)> {
        let decoder = match form {
            Form::Raw => None,
            Form::Decoded => self.decoder().ok()?,
        };
        let max_bytes = exchange.max_response_bytes().unwrap_or(u64::MAX);
        let mut body = CollectedBody::default();
        let mut decoder = BodyDecoder::new(decoder, Some(max_bytes.min(MAX_DECODED)));
        for chunk in self.body.ahead() {
            decoder.push(chunk.clone());
            while decoder.collect(&mut body).ok()? {}
        }
        decoder.finish().ok()?;
        Some((body.into_bytes(), decoder.wire_bytes))
    }
}
