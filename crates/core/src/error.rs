//! Why a request failed: a kind and fields.
//!
//! Each kind becomes one error class in JavaScript, and no code parses messages. `request_sent` tells a caller whether the
//! same request may be sent again.

use std::borrow::Cow;
use std::fmt;
use std::io;

pub use httpxide_protocol::failure::{Kind, Phase, RequestSent};

/// A failed request.
#[derive(Clone, Debug)]
pub struct Error {
    /// The class.
    pub kind: Kind,
    /// When it failed.
    pub phase: Phase,
    /// A stable code, which is the system's own if it has one (`ECONNREFUSED`), or Node.js's (`CERT_HAS_EXPIRED`).
    pub code: &'static str,
    /// The reason in words. The caller adds method and URL.
    pub message: Cow<'static, str>,
    /// Whether the server can have seen the request.
    pub request_sent: RequestSent,
}

impl Error {
    /// An error of a request of which no byte was sent; see [`Error::sent`].
    pub fn new(kind: Kind, phase: Phase, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            phase,
            code,
            message: message.into(),
            request_sent: RequestSent::No,
        }
    }

    /// The same error, with what the server can have seen of the request.
    #[must_use]
    pub fn sent(mut self, request_sent: RequestSent) -> Self {
        self.request_sent = request_sent;
        self
    }

    /// An error with the code and words of an I/O error.
    pub fn io(kind: Kind, phase: Phase, error: &io::Error) -> Self {
        Self::new(kind, phase, system_code(error), system_words(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} in phase {:?} ({}): {}",
            self.kind, self.phase, self.code, self.message
        )
    }
}

impl std::error::Error for Error {}

/// The system's words for its error, without the number, which the code replaces.
pub fn system_words(error: &io::Error) -> String {
    let words = error.to_string();
    match error.raw_os_error() {
        Some(number) => words
            .trim_end_matches(&format!(" (os error {number})"))
            .to_owned(),
        None => words,
    }
}

/// Node.js's name for a system error, so that lists of retryable codes written for Node.js apply.
pub fn system_code(error: &io::Error) -> &'static str {
    use io::ErrorKind as K;
    match error.kind() {
        K::ConnectionRefused => "ECONNREFUSED",
        K::ConnectionReset | K::UnexpectedEof => "ECONNRESET",
        K::ConnectionAborted => "ECONNABORTED",
        K::NotConnected => "ENOTCONN",
        K::AddrInUse => "EADDRINUSE",
        K::AddrNotAvailable => "EADDRNOTAVAIL",
        K::BrokenPipe => "EPIPE",
        K::NotFound => "ENOENT",
        K::PermissionDenied => "EACCES",
        K::TimedOut => "ETIMEDOUT",
        K::HostUnreachable => "EHOSTUNREACH",
        K::NetworkUnreachable => "ENETUNREACH",
        K::InvalidInput => "EINVAL",
        K::OutOfMemory => "ENOMEM",
        _ => "EIO",
    }
}
