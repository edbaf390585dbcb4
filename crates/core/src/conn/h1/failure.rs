//! What hyper's errors and the wire's state mean: one [`Error`] for each failure on a connection.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::io;

use hyper::body::Incoming;

use super::connection::{MAX_HEAD_BYTES, MAX_HEADERS};
use super::violations;
use super::wire_state::WireState;
use crate::body::LengthMismatch;
use crate::error::tls::is_tls;
use crate::error::{Error, Kind, Phase, RequestSent};
use crate::exchange::RequestHead;

/// Chunk sizes, extensions and trailers between two pieces of a body may have this many bytes. hyper reads a chunk size
/// of any number of leading zeros.
const MAX_FRAMING_BYTES: u64 = 128 * 1024;

/// The error of a request that got no response.
pub(super) fn without_response(error: &hyper::Error, wire: &WireState) -> Error {
    let sent = wire.counters.request_sent();
    if let Some(error) = length_mismatch(error, wire) {
        return error;
    }
    if let Some(io) = cause::<io::Error>(error)
        && is_tls(io)
    {
        // it tells more than a write that failed because of it
        return Error::io(Kind::ReadError, Phase::Headers, io).sent(sent);
    }
    if let Some(failed_write) = &*wire.write_error.borrow() {
        return Error::io(Kind::WriteError, Phase::Write, failed_write).sent(sent);
    }
    if came_unasked(error, wire) {
        let message = "bytes came from the server, or the proxy before it, before the request was sent";
        return remote("ERR_INVALID_RESPONSE", message).sent(RequestSent::No);
    }
    if is_too_large(error, wire) {
        return remote("ERR_HEAD_TOO_LARGE", "the response's head is too large").sent(sent);
    }
    if error.is_parse() {
        return remote(
            "ERR_INVALID_RESPONSE",
            violations::head(wire.response_head.borrow().lines(), &words(error)),
        )
        .sent(sent);
    }
    if let Some(io) = cause::<io::Error>(error) {
        match io.kind() {
            io::ErrorKind::UnexpectedEof => return disconnected(wire).sent(sent),
            // an error of the head capture
            io::ErrorKind::InvalidData => return remote("ERR_INVALID_RESPONSE", io.to_string()).sent(sent),
            _ => {}
        }
        let (kind, phase) = if wire.counters.written.get() == 0 {
            (Kind::WriteError, Phase::Write)
        } else {
            (Kind::ReadError, Phase::Headers)
        };
        return Error::io(kind, phase, io).sent(sent);
    }
    // hyper: incomplete message, or cancelled because the connection ended before hyper took the request
    disconnected(wire).sent(sent)
}

/// The error of a response that hyper accepts although it violates HTTP; `None` if it does not.
pub(super) fn invalid_response(
    response: &http::Response<Incoming>,
    request: &RequestHead,
    wire: &WireState,
) -> Option<Error> {
    let violation = violations::response(response.status(), response.headers(), request)?;
    Some(remote("ERR_INVALID_RESPONSE", violation).sent(wire.counters.request_sent()))
}

/// The error of an upload of another length than announced, if that ended the connection.
pub(super) fn length_mismatch(error: &hyper::Error, wire: &WireState) -> Option<Error> {
    let mismatch = cause::<LengthMismatch>(error)?;
    Some(mismatch.error().sent(wire.counters.request_sent()))
}

/// The error of a response whose body broke off after `received` bytes of those that its head announced.
pub(super) fn in_body(error: &hyper::Error, wire: &WireState, received: u64, expected: Option<u64>) -> Error {
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
                None if wire.response_head.borrow().has_transfer_encoding() => {
                    "incomplete chunked read".to_owned()
                }
                // only TLS tells a cut connection from one that was closed
                None => "TLS ended without close_notify, so that the body may be truncated".to_owned(),
            };
            Error::new(
                Kind::RemoteProtocolError,
                Phase::Body,
                "ERR_INCOMPLETE_RESPONSE",
                format!("peer closed connection without sending complete message body ({detail})"),
            )
        }
    };
    error.sent(wire.counters.request_sent())
}

/// Fails if too many bytes came since the last body byte, when `received` bytes had come.
pub(super) fn check_framing(received: u64, wire: &WireState) -> Result<(), Error> {
    if wire.counters.received.get() - received <= MAX_FRAMING_BYTES {
        return Ok(());
    }
    let error = Error::new(
        Kind::RemoteProtocolError,
        Phase::Body,
        "ERR_INVALID_RESPONSE",
        "the chunked body's framing is too large",
    );
    Err(error.sent(wire.counters.request_sent()))
}

/// Whether the peer spoke first. hyper then gives the request back, of which nothing was written.
fn came_unasked(error: &hyper::Error, wire: &WireState) -> bool {
    error.is_canceled() && wire.counters.written.get() == 0 && !wire.response_head.borrow().is_empty()
}

/// Whether the head is too large. hyper's client reports that as a malformed head.
fn is_too_large(error: &hyper::Error, wire: &WireState) -> bool {
    let response = wire.response_head.borrow();
    error.is_parse() && (response.read_bytes() >= MAX_HEAD_BYTES || response.line_count() > MAX_HEADERS)
}

fn disconnected(wire: &WireState) -> Error {
    let message = if wire.response_head.borrow().is_empty() {
        "Server disconnected without sending a response."
    } else {
        "Server disconnected without sending a response. It closed the connection in the middle of the head."
    };
    remote("ERR_INCOMPLETE_RESPONSE", message)
}

fn remote(code: &'static str, message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(Kind::RemoteProtocolError, Phase::Headers, code, message)
}

/// Whether the connection failed, and not the body's framing, of which hyper makes errors of these kinds.
fn is_connection_loss(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    error.raw_os_error().is_some()
        || is_tls(error)
        || !matches!(
            error.kind(),
            K::InvalidData | K::InvalidInput | K::Other | K::UnexpectedEof
        )
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
