//! A response whose head has arrived: delivers head and body to the exchange.

use std::rc::Rc;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, HeaderMap, LOCATION, SET_COOKIE};
use http::{Method, StatusCode, Version};
use http_body::Body;

use super::response_body::ResponseBody;
use super::slot::Slot;
use super::stop::Stopped;
use crate::body::coding::{CodingRules, Decoder};
use crate::exchange::{Delivery, Exchange, ResponseHead};
use crate::facts::ResponseTimes;

/// A response, and the state of its body.
pub(super) struct Response<B> {
    status: StatusCode,
    delivery: Delivery,
    sets_cookies: bool,
    stream_id: Option<u32>,
    times: ResponseTimes,
    /// The values of `Content-Encoding`, joined; `None` if there is nothing to decode.
    content_encoding: Option<String>,
    coding_rules: CodingRules,
    pub(super) body: ResponseBody<B>,
}

/// The response was not read to its end. The connection cannot carry another request, unless the slot can be reset.
#[derive(Debug)]
pub(super) struct Incomplete;

impl<B: Body<Data = Bytes> + Unpin> Response<B> {
    pub(super) fn new<S: Slot<Body = B>>(response: http::Response<B>, exchange: &Exchange, slot: &S) -> Self {
        let (parts, mut incoming) = response.into_parts();
        // the last bytes that came are those of the head
        exchange.timeline.head_received(slot.counters().last_moved.get());
        if let Some(trace) = exchange.trace() {
            trace.head_received(
                version_name(parts.version),
                parts.status.as_str(),
                slot.take_new_settings(),
            );
        }
        let delivery = delivery_of(exchange, parts.status, &parts.headers);
        if delivery != Delivery::Whole {
            slot.may_stall(&mut incoming);
        }
        let content_encoding = content_encoding(&parts.headers)
            .filter(|_| exchange.head().method != Method::HEAD && !incoming.is_end_stream());
        Self {
            status: parts.status,
            delivery,
            stream_id: slot.stream_id(),
            times: exchange.timeline.of_response(exchange.started),
            sets_cookies: parts.headers.contains_key(SET_COOKIE),
            content_encoding,
            coding_rules: exchange.coding_rules(),
            body: ResponseBody::new(incoming, slot),
        }
    }

    /// Delivers the response as its exchange wants it, and ends the exchange.
    pub(super) async fn deliver<S: Slot<Body = B, Failure = B::Error>>(
        &mut self,
        slot: &mut S,
        exchange: &Rc<Exchange>,
    ) -> Result<(), Incomplete> {
        let is_delivered = match self.delivery {
            Delivery::Whole => return self.deliver_whole(slot, exchange).await,
            Delivery::WholeIfHere(form) => self.deliver_if_here(slot, exchange, form).await,
            Delivery::Streamed | Delivery::WholeUnlessRedirect => false,
        };
        if is_delivered {
            return Ok(());
        }
        // boxed: few responses are streamed, and the tasks of the others stay smaller
        Box::pin(self.deliver_streamed(slot, exchange)).await
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    /// The body as the protocol's implementation yields it.
    pub(super) fn into_incoming(self) -> B {
        self.body.into_incoming()
    }

    pub(super) fn head<'a>(&self, lines: &'a [u8]) -> ResponseHead<'a> {
        ResponseHead {
            status: self.status.as_u16(),
            sets_cookies: self.sets_cookies,
            stream_id: self.stream_id,
            times: self.times,
            lines,
        }
    }

    /// The decoder of the response's content codings; `None` if there are none.
    pub(super) fn decoder(&self) -> Result<Option<Decoder>, Stopped> {
        match &self.content_encoding {
            None => Ok(None),
            Some(codings) => Decoder::for_codings(codings, self.coding_rules).map_err(Stopped::Failed),
        }
    }
}

/// As HTTPX writes it. RFC 9113 has no minor version.
fn version_name(version: Version) -> &'static str {
    match version {
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_10 => "HTTP/1.0",
        _ => "HTTP/1.1",
    }
}

fn delivery_of(exchange: &Exchange, status: StatusCode, headers: &HeaderMap) -> Delivery {
    match exchange.delivery() {
        Delivery::WholeUnlessRedirect if is_redirect(status, headers) => Delivery::Streamed,
        Delivery::WholeUnlessRedirect => Delivery::Whole,
        other => other,
    }
}

/// Whether the response leads to another URL (RFC 9110, 15.4): the same rule as `hasRedirectLocation` of a response.
fn is_redirect(status: StatusCode, headers: &HeaderMap) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) && headers.contains_key(LOCATION)
}

fn content_encoding(headers: &HeaderMap) -> Option<String> {
    if !headers.contains_key(CONTENT_ENCODING) {
        return None;
    }
    let values = headers.get_all(CONTENT_ENCODING).iter();
    let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
    Some(values.collect::<Vec<_>>().join(","))
}
