//! A client's options of TLS, as a JavaScript object.

use std::path::PathBuf;

use httpxide_core::tls::{MinVersion, Pin, TlsSettings};
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;

/// What TLS connections to servers have, beside how those are verified.
#[napi(object)]
pub struct NativeTls {
    /// Whether TLS 1.2 is left out.
    pub only_tls13: bool,
    /// SHA-256 digests of public keys, of which the server's chain must have one; none if there are none.
    pub pins: Vec<Uint8Array>,
    /// The path of a file to which secrets are appended.
    #[napi(ts_type = "string | undefined")]
    pub key_log: Option<String>,
    /// Whether sessions are resumed.
    pub session_resumption: bool,
}

impl NativeTls {
    /// The settings with these options.
    pub(super) fn added_to(&self, settings: TlsSettings) -> TlsSettings {
        TlsSettings {
            min_version: if self.only_tls13 {
                MinVersion::Tls13
            } else {
                MinVersion::Tls12
            },
            // JavaScript has checked their lengths; one of another length would match no key
            pins: self
                .pins
                .iter()
                .map(|pin| Pin::try_from(&**pin).unwrap_or_default())
                .collect(),
            key_log: self.key_log.as_ref().map(PathBuf::from),
            session_resumption: self.session_resumption,
            ..settings
        }
    }
}
