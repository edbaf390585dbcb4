//! The part of a request that hyper needs: method, framing and body. The wire writes the caller's own head.

use http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};

use crate::body::{Outgoing, RequestBody, Upload};
use crate::exchange::{Exchange, Framing};

/// The request as hyper takes it. hyper's framing equals the framing that the caller's head announces.
pub(super) fn hyper_request(exchange: &Exchange) -> http::Request<Outgoing> {
    let head = exchange.head();
    let announced = match head.framing {
        Framing::Length(length) => Some(length),
        Framing::None | Framing::Chunked => None,
    };
    let mut request = http::Request::new(Outgoing::new(body(exchange), announced));
    *request.method_mut() = head.method.clone();
    let headers = request.headers_mut();
    match head.framing {
        Framing::None => {}
        Framing::Length(length) => {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        Framing::Chunked => {
            headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
    }
    if head.close {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    request
}

fn body(exchange: &Exchange) -> RequestBody {
    match exchange.body() {
        // hyper writes no last chunk for a body that it knows to be empty
        body @ (RequestBody::Empty | RequestBody::Whole(_))
            if exchange.head().framing == Framing::Chunked && body.known_length() == 0 =>
        {
            let upload = Upload::new();
            upload.end();
            RequestBody::Upload(upload)
        }
        body => body.clone(),
    }
}
