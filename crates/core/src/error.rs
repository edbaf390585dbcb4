//! What can go wrong with a request, as a kind and fields.
//!
//! A kind becomes one error class above the boundary; nobody parses a message. `request_sent` is what a
//! caller needs to know before sending the same request again.

use std::borrow::Cow;
use std::fmt;
use std::io;

/// The class of a failure. The discriminants cross the boundary: they are never renumbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// No connection within the `connect` timeout.
    ConnectTimeout = 0,
    /// No bytes from the server within the `read` timeout.
    ReadTimeout = 1,
    /// The server took no bytes within the `write` timeout.
    WriteTimeout = 2,
    /// No free connection within the `pool` timeout.
    PoolTimeout = 3,
    /// The request as a whole took longer than the `total` timeout.
    TotalTimeout = 4,
    /// Name resolution, TCP, Unix socket or TLS set-up failed.
    ConnectError = 5,
    /// The connection broke while the response was read.
    ReadError = 6,
    /// The connection broke while the request was written.
    WriteError = 7,
    /// The client was closed while the request was under way.
    CloseError = 8,
    /// The request would violate HTTP.
    LocalProtocolError = 9,
    /// The server violated HTTP.
    RemoteProtocolError = 10,
    /// A proxy refused or failed.
    ProxyError = 11,
    /// The URL's scheme is not one the engine speaks.
    UnsupportedProtocol = 12,
    /// The body is not what its `Content-Encoding` says.
    DecodingError = 13,
    /// The decoded body is larger than the client allows.
    ResponseTooLarge = 14,
}

/// The step of a request in which it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// Waiting for a connection of the pool.
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
    /// Provably not: no byte of it reached the connection.
    No = 0,
    /// Some or all of it was written to a connection that then failed; the server may have acted on it.
    Maybe = 1,
    /// It was written whole to a connection that held, or the server answered at least in part.
    Yes = 2,
}

/// A failed request.
#[derive(Clone, Debug)]
pub struct Error {
    /// Its class.
    pub kind: Kind,
    /// The step that failed.
    pub phase: Phase,
    /// A stable code: the system's own where there is one (`ECONNREFUSED`, `CERT_HAS_EXPIRED`).
    pub code: &'static str,
    /// The reason in words, without method and URL, which the caller adds.
    pub message: Cow<'static, str>,
    /// Whether the server can have seen the request.
    pub request_sent: RequestSent,
}

impl Error {
    /// An error of a request of which nothing was sent; see [`Error::sent`].
    pub fn new(kind: Kind, phase: Phase, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            phase,
            code,
            message: message.into(),
            request_sent: RequestSent::No,
        }
    }

    /// The same error, of a request that the server can have seen to this extent.
    #[must_use]
    pub fn sent(mut self, request_sent: RequestSent) -> Self {
        self.request_sent = request_sent;
        self
    }

    /// An I/O error with the system's code and words.
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

/// The system's words for its error, without the number that the code already tells.
pub fn system_words(error: &io::Error) -> String {
    let words = error.to_string();
    match error.raw_os_error() {
        Some(number) => words
            .trim_end_matches(&format!(" (os error {number})"))
            .to_owned(),
        None => words,
    }
}

/// The name that Node gives to a system error, so that lists of retryable codes written for Node hold.
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
