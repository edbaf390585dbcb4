//! Why a request failed: a kind and fields.
//!
//! Each kind becomes one error class in JavaScript, and no code parses messages. `request_sent` tells a caller whether the
//! same request may be sent again.

use std::borrow::Cow;
use std::fmt;
use std::io;

/// The class of a failure. The discriminants cross the boundary: they are never renumbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// No connection within the `connect` timeout.
    ConnectTimeout = 0,
    /// The server sent no bytes within the `read` timeout.
    ReadTimeout = 1,
    /// The server took no bytes within the `write` timeout.
    WriteTimeout = 2,
    /// No free connection within the `pool` timeout.
    PoolTimeout = 3,
    /// The request took longer than the `total` timeout.
    TotalTimeout = 4,
    /// Name resolution, the TCP or Unix connection, or the TLS handshake failed.
    ConnectError = 5,
    /// The connection failed while the response was read.
    ReadError = 6,
    /// The connection failed while the request was written.
    WriteError = 7,
    /// The client was closed before the request's end.
    CloseError = 8,
    /// The request would violate HTTP.
    LocalProtocolError = 9,
    /// The server violated HTTP.
    RemoteProtocolError = 10,
    /// A proxy refused or failed.
    ProxyError = 11,
    /// The engine does not support the URL's scheme.
    UnsupportedProtocol = 12,
    /// The body is not valid in its `Content-Encoding`.
    DecodingError = 13,
    /// The decoded body is larger than the client allows.
    ResponseTooLarge = 14,
}

/// The part of a request's life in which it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Waiting in the pool for a connection.
    Pool = 0,
    /// Resolving the host's name.
    Dns = 1,
    /// Opening the TCP or Unix connection.
    Connect = 2,
    /// The TLS handshake.
    Tls = 3,
    /// Talking to a proxy.
    Proxy = 4,
    /// Writing the request.
    Write = 5,
    /// Waiting for the response's head.
    Headers = 6,
    /// Reading the response's body.
    Body = 7,
    /// Decoding the response's body.
    Decode = 8,
}

/// Whether the server can have seen the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RequestSent {
    /// No: the system took no byte of it.
    No = 0,
    /// Perhaps: some or all of it was written to a connection that then failed. The server may have acted on it.
    Maybe = 1,
    /// Yes: all of it was written to a connection that still works, or the server sent at least part of a response.
    Yes = 2,
}

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
