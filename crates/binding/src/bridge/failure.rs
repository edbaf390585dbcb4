//! A failure, as a JavaScript object.

use httpxide_core::Error;
use napi_derive::napi;

/// Why a streamed body broke off: numbers of `crates/protocol`, and words.
#[napi(object)]
pub struct NativeFailure {
    /// The place in `ERROR_KINDS`.
    pub kind: u32,
    /// The place in `PHASES`.
    pub phase: u32,
    /// The place in `REQUEST_SENT`.
    pub request_sent: u32,
    /// The stable code.
    pub code: String,
    /// The reason in words.
    pub message: String,
    /// The error code of HTTP/2.
    pub http2_code: Option<u32>,
}

impl From<&Error> for NativeFailure {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind as u32,
            phase: error.phase as u32,
            request_sent: error.request_sent as u32,
            code: error.code.to_owned(),
            message: error.message.clone().into_owned(),
            http2_code: error.http2_code,
        }
    }
}
