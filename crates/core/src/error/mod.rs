//! Why a request failed: a kind and fields.
//!
//! Each kind becomes one error class in JavaScript, and no code parses messages. `request_sent` tells a caller whether the
//! same request may be sent again.

mod errno;
mod proxy_answer;
mod system;
pub(crate) mod tls;

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;

use crate::facts::Timings;
pub use httpxide_protocol::failure::{Kind, Phase, RequestSent};
pub use proxy_answer::ProxyAnswer;
pub(crate) use system::{system_code, system_words};

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
    /// The caller's own failure behind it, by the caller's number.
    pub cause: Option<u32>,
    /// The error code of HTTP/2 (RFC 9113 7) that a peer gave, or with which this client closed the connection.
    pub http2_code: Option<u32>,
    /// What the proxy answered, if one refused.
    pub proxy_answer: Option<Arc<ProxyAnswer>>,
    /// How long the parts of the request took, once it has ended.
    pub timings: Option<Box<Timings>>,
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
            cause: None,
            http2_code: None,
            proxy_answer: None,
            timings: None,
        }
    }

    /// The same error, which a failure of the caller's own code led to.
    #[must_use]
    pub fn caused_by(mut self, number: u32) -> Self {
        self.cause = Some(number);
        self
    }

    /// The same error, with what the server can have seen of the request.
    #[must_use]
    pub fn sent(mut self, request_sent: RequestSent) -> Self {
        self.request_sent = request_sent;
        self
    }

    /// An error with the code and words of an I/O error: those of TLS if it comes from TLS, of the error of this crate that it
    /// holds, else the system's.
    pub fn io(kind: Kind, phase: Phase, error: &io::Error) -> Self {
        if let Some(held) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return Self {
                http2_code: held.http2_code,
                ..Self::new(kind, phase, held.code, held.message.clone())
            };
        }
        let (code, message) = tls::explain(error, phase == Phase::Tls)
            .unwrap_or_else(|| (system_code(error), system_words(error)));
        Self::new(kind, phase, code, message)
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
