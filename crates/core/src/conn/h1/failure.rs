//! What a failure on a connection means: hyper's errors, and what the tap saw, as one of ours.

use std::error::Error as StdError;
use std::io;

use hyper::body::Incoming;

use super::connection::{MAX_HEAD_BYTES, MAX_HEADERS};
use super::violations;
use super::wire::Tap;
use crate::body::LengthMismatch;
use crate::error::{Error, Kind, Phase, RequestSent, system_code};
use crate::request::RequestHead;

/// What the server can have seen of the request that the tap watches.
pub(crate) fn request_sent(tap: &Tap) -> RequestSent {
    if tap.received.get() > 0 {
        RequestSent::Yes
    } else if tap.written.get() > 0 {
        RequestSent::Maybe
    } else {
        RequestSent::No
    }
}

/// The error of a request that got no response.
pub(crate) fn without_response(error: &hyper::Error, tap: &Tap) -> Error {
    let sent = request_sent(tap);
    if let Some(error) = broken_word(error, tap) {
        return error;
    }
    if let Some(failed_write) = &*tap.write_error.borrow() {
        return Error::io(Kind::WriteError, Phase::Write, failed_write).sent(sent);
    }
    if is_too_large(error, tap) {
        return remote("ERR_HEAD_TOO_LARGE", "the response's head is too large").sent(sent);
    }
    if error.is_parse() {
        return remote(
            "ERR_INVALID_RESPONSE",
            violations::head(tap.response.borrow().lines(), &words(error)),
        )
        .sent(sent);
    }
    if let Some(io) = cause::<io::Error>(error) {
        match io.kind() {
            io::ErrorKind::UnexpectedEof => return disconnected(tap).sent(sent),
            // the capture's own word
            io::ErrorKind::InvalidData => return remote("ERR_INVALID_RESPONSE", io.to_string()).sent(sent),
            _ => {}
        }
        let (kind, phase) = if tap.written.get() == 0 {
            (Kind::WriteError, Phase::Write)
        } else {
            (Kind::ReadError, Phase::Headers)
        };
        return Error::io(kind, phase, io).sent(sent);
    }
    // incomplete message, or cancelled because the connection ended before hyper took the request
    disconnected(tap).sent(sent)
}

/// The error of a response that hyper lets pass although it breaks HTTP, if it does.
pub(in crate::conn) fn illegal_response(
    response: &http::Response<Incoming>,
    request: &RequestHead,
    tap: &Tap,
) -> Option<Error> {
    let fault = violations::response(response.status(), response.headers(), request)?;
    Some(remote("ERR_INVALID_RESPONSE", fault).sent(request_sent(tap)))
}

/// The error of an upload that is not as long as announced, if that is what ended the connection.
pub(in crate::conn) fn broken_word(error: &hyper::Error, tap: &Tap) -> Option<Error> {
    Some(mismatched(*cause::<LengthMismatch>(error)?, tap))
}

/// The error of an upload that yields bytes although it is announced to be empty.
pub(in crate::conn) fn too_long(tap: &Tap) -> Error {
    mismatched(LengthMismatch::TooLong, tap)
}

fn mismatched(mismatch: LengthMismatch, tap: &Tap) -> Error {
    let code = "ERR_CONTENT_LENGTH_MISMATCH";
    Error::new(Kind::LocalProtocolError, Phase::Write, code, mismatch.to_string()).sent(request_sent(tap))
}

/// The error of a response that broke off in its body.
pub(crate) fn in_body(error: &hyper::Error, tap: &Tap, received: u64, expected: Option<u64>) -> Error {
    let error = match cause::<io::Error>(error) {
        Some(io) if is_connection_loss(io) => Error::io(Kind::ReadError, Phase::Body, io),
        Some(io) if io.kind() != io::ErrorKind::UnexpectedEof => Error::new(
            Kind::RemoteProtocolError,
            Phase::Body,
            "ERR_INVALID_RESPONSE",
            violations::framing(io),
        ),
        _ => {
            let detail = match expected {
                Some(expected) => format!("received {received} bytes, expected {expected}"),
                None => "incomplete chunked read".to_owned(),
            };
            Error::new(
                Kind::RemoteProtocolError,
                Phase::Body,
                "ERR_INCOMPLETE_RESPONSE",
                format!("peer closed connection without sending complete message body ({detail})"),
            )
        }
    };
    error.sent(request_sent(tap))
}

/// The error of a body that goes on without bytes.
pub(crate) fn barren(tap: &Tap) -> Error {
    let message = "the chunked body's framing is too large";
    Error::new(
        Kind::RemoteProtocolError,
        Phase::Body,
        "ERR_INVALID_RESPONSE",
        message,
    )
    .sent(request_sent(tap))
}

/// hyper tells a head that is too large from one that is malformed only to servers.
fn is_too_large(error: &hyper::Error, tap: &Tap) -> bool {
    let response = tap.response.borrow();
    error.is_parse() && (response.read_bytes() >= MAX_HEAD_BYTES || response.line_count() > MAX_HEADERS)
}

fn disconnected(tap: &Tap) -> Error {
    let message = if tap.response.borrow().is_empty() {
        "Server disconnected without sending a response."
    } else {
        "Server disconnected without sending a response. It closed the connection in the middle of the head."
    };
    remote("ERR_INCOMPLETE_RESPONSE", message)
}

fn remote(code: &'static str, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Kind::RemoteProtocolError, Phase::Headers, code, message)
}

fn is_connection_loss(error: &io::Error) -> bool {
    !matches!(system_code(error), "EIO" | "EINVAL" | "ECONNRESET")
        || error.kind() == io::ErrorKind::ConnectionReset
}

fn words(error: &hyper::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn cause<T: StdError + 'static>(error: &hyper::Error) -> Option<&T> {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        source = error.source();
    }
    None
}
