//! What h2's errors mean: one [`Error`] for each failure of a stream or of its connection.

use std::borrow::Cow;
use std::io;

use h2::Reason;

use super::counts::{Counts, Fault};
use crate::conn::counters::Counters;
use crate::error::tls::is_tls;
use crate::error::{Error, Kind, Phase, RequestSent};

/// Whether the server did not and will not process the request (RFC 9113 8.7).
///
/// A stream gets the server's GOAWAY as its error only if its number is above the last one that GOAWAY names.
pub(super) fn is_refusal(error: &h2::Error) -> bool {
    error.is_remote()
        && (error.is_go_away() || (error.is_reset() && error.reason() == Some(Reason::REFUSED_STREAM)))
}

/// What became of the head that a server sent for a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// It sent none.
    None,
    /// h2 rejects it. It was so long.
    Rejected { length: usize },
    /// h2 rejected another one and closed the connection.
    Lost,
}

/// What h2 has no error of its own for: a response that is malformed (RFC 9113 8.1.1).
pub(super) fn malformed() -> h2::Error {
    Reason::PROTOCOL_ERROR.into()
}

/// The error of a request that got no response. `is_written` says whether the system took all of it, `head` what
/// became of a head that the server sent.
pub(super) fn without_response(
    error: &h2::Error,
    is_written: bool,
    head: &Head,
    counters: &Counters,
    counts: &Counts,
) -> Error {
    if !is_written
        && error.is_io()
        && known_cause(Phase::Headers, counts).is_none()
        && let Some(error) = failed_write(counts)
    {
        return error.sent(counters.request_sent());
    }
    let is_ours = !error.is_remote() && !error.is_io();
    let sent = if is_refusal(error) {
        RequestSent::No
    } else if (is_ours && *head != Head::None) || (error.is_reset() && error.is_remote()) {
        // an answer to the request's own stream
        RequestSent::Yes
    } else {
        counters.request_sent()
    };
    let error = match (head, error.reason()) {
        (Head::Rejected { length }, Some(_)) if is_ours && *length > counts.max_head => head_too_large(),
        (Head::Rejected { .. }, Some(reason)) if is_ours => {
            for_reason(of_malformed(Phase::Headers, reason), reason)
        }
        _ => of(error, Phase::Headers, counts),
    };
    error.sent(sent)
}

/// The error of a head above `max_header_list_size`.
pub(super) fn head_too_large() -> Error {
    let message = "the response's head is too large";
    remote(Phase::Headers, "ERR_HEAD_TOO_LARGE", message)
}

/// The error of a response whose body broke off after `received` bytes of those that its head announced.
pub(super) fn in_body(error: &h2::Error, received: u64, expected: Option<u64>, counts: &Counts) -> Error {
    let error = match (error.reason(), expected) {
        // h2 reports nothing more exact
        (Some(Reason::PROTOCOL_ERROR), Some(expected)) if error.is_library() && error.is_reset() => remote(
            Phase::Body,
            "ERR_INVALID_RESPONSE",
            format!(
                "the body is malformed or does not match its Content-Length (received {received} bytes, expected {expected})"
            ),
        ),
        _ if error.is_io() && known_cause(Phase::Body, counts).is_none() => {
            if let Some(lost) = failed_read(Phase::Body, counts) {
                return lost.sent(RequestSent::Yes);
            }
            let detail = match expected {
                Some(expected) => format!("received {received} bytes, expected {expected}"),
                None => "incomplete stream".to_owned(),
            };
            remote(
                Phase::Body,
                "ERR_INCOMPLETE_RESPONSE",
                format!("peer closed connection without sending complete message body ({detail})"),
            )
        }
        _ => of(error, Phase::Body, counts),
    };
    error.sent(RequestSent::Yes)
}

/// The error of a byte stream that `error` ended. A connection that just ended is the unexpected end of its streams.
pub(super) fn in_stream(error: h2::Error, counts: &Counts) -> io::Error {
    if error.is_io() {
        return known_cause(Phase::Body, counts)
            .or_else(|| failed_read(Phase::Body, counts))
            .map_or_else(|| io::ErrorKind::UnexpectedEof.into(), io::Error::other);
    }
    match error.reason() {
        Some(_) => io::Error::new(io::ErrorKind::ConnectionReset, error),
        None => io::Error::new(io::ErrorKind::BrokenPipe, error),
    }
}

/// The error of a connection that `error` ended.
pub(super) fn of(error: &h2::Error, phase: Phase, counts: &Counts) -> Error {
    if let Some(fault) = counts.fault.get() {
        return of_fault(fault, phase);
    }
    if error.is_io() {
        return known_cause(phase, counts)
            .or_else(|| failed_read(phase, counts))
            .unwrap_or_else(|| disconnected(phase));
    }
    let Some(reason) = error.reason() else {
        return Error::new(
            Kind::LocalProtocolError,
            phase,
            "ERR_INVALID_REQUEST",
            error.to_string(),
        );
    };
    let words = words(reason);
    let error = match (error.is_go_away(), error.is_remote()) {
        (false, true) => remote(
            phase,
            "ERR_HTTP2_STREAM_ERROR",
            format!("the server reset the stream: {words}"),
        ),
        (false, false) => of_malformed(phase, reason),
        (true, true) => return closed(phase, reason),
        (true, false) => return violated(phase, reason),
    };
    for_reason(error, reason)
}

fn of_malformed(phase: Phase, reason: Reason) -> Error {
    let message = format!("malformed HTTP/2 response: {}", words(reason));
    remote(phase, "ERR_INVALID_RESPONSE", message)
}

fn for_reason(error: Error, reason: Reason) -> Error {
    Error {
        http2_code: Some(reason.into()),
        ..error
    }
}

/// Why a connection ended, if that is known better than by the system's error.
fn known_cause(phase: Phase, counts: &Counts) -> Option<Error> {
    match (counts.fault.get(), counts.go_away.get()) {
        (Some(fault), _) => Some(of_fault(fault, phase)),
        (None, Some(reason)) => Some(closed(phase, reason)),
        (None, None) => None,
    }
}

fn of_fault(fault: Fault, phase: Phase) -> Error {
    match fault {
        Fault::AnswersNoPing => {
            let message = "the server did not answer a PING within keepAliveTimeout";
            Error::new(Kind::ReadError, phase, "ERR_HTTP2_PING_TIMEOUT", message)
        }
        Fault::SpeaksHttp1 => remote(
            phase,
            "ERR_INVALID_RESPONSE",
            "the server answered in HTTP/1, not in HTTP/2",
        ),
        Fault::SpeaksNoHttp2 => remote(
            phase,
            "ERR_INVALID_RESPONSE",
            "the server answered in something that is not HTTP/2",
        ),
        Fault::BreaksRule(rule) => {
            let error = violated(phase, Reason::PROTOCOL_ERROR);
            let message = format!("{}: {rule}", error.message).into();
            Error { message, ..error }
        }
        Fault::Floods => violated(phase, Reason::ENHANCE_YOUR_CALM),
    }
}

/// The error of a connection that the server closed with this reason.
fn closed(phase: Phase, reason: Reason) -> Error {
    let message = format!("the server closes the connection: {}", words(reason));
    for_reason(remote(phase, "ERR_HTTP2_GOAWAY_SESSION", message), reason)
}

fn violated(phase: Phase, reason: Reason) -> Error {
    let message = format!("the server violated HTTP/2: {}", words(reason));
    for_reason(remote(phase, "ERR_HTTP2_SESSION_ERROR", message), reason)
}

/// The error of a connection that the server closed without a word.
pub(super) fn disconnected(phase: Phase) -> Error {
    let message = "Server disconnected without sending a response.";
    remote(phase, "ERR_INCOMPLETE_RESPONSE", message)
}

/// The error with which writing failed, unless TLS tells more.
fn failed_write(counts: &Counts) -> Option<Error> {
    if counts.read_error.borrow().as_ref().is_some_and(is_tls) {
        return None;
    }
    let error = counts.write_error.borrow();
    Some(Error::io(Kind::WriteError, Phase::Write, error.as_ref()?))
}

/// The error with which the connection failed; `None` if it just ended. The system reports a reset once: to a write, if that
/// came first.
fn failed_read(phase: Phase, counts: &Counts) -> Option<Error> {
    let (read, write) = (counts.read_error.borrow(), counts.write_error.borrow());
    let error = [&*read, &*write]
        .into_iter()
        .flatten()
        .find(|error| !is_end(error))?;
    Some(Error::io(Kind::ReadError, phase, error))
}

/// Whether the error only says that the connection has ended. TLS reports an end without `close_notify` like this, and the
/// system a write after the end.
fn is_end(error: &io::Error) -> bool {
    let ends = [io::ErrorKind::UnexpectedEof, io::ErrorKind::BrokenPipe];
    ends.contains(&error.kind()) && !is_tls(error)
}

/// The name of an error code (RFC 9113 7), and what it means.
fn words(reason: Reason) -> String {
    format!("{reason:?} ({})", reason.description())
}

fn remote(phase: Phase, code: &'static str, message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(Kind::RemoteProtocolError, phase, code, message)
}
