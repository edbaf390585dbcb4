//! How TLS starts on a byte stream, as a JavaScript object.

use httpxide_core::tls::TlsSettings;
use httpxide_core::upgrade::StartTls;
use napi_derive::napi;

use super::client_tls::NativeTls;
use super::options::{NativeTrust, milliseconds};
use crate::client_certificate::ClientCertificate;

/// Options of TLS on a byte stream; `undefined` is no limit.
#[napi(object)]
pub struct NativeTlsOptions {
    /// The name that is sent and that the certificate must be for.
    pub server_name: String,
    /// How the server is verified.
    pub trust: NativeTrust,
    /// Further options.
    pub tls: NativeTls,
    /// The protocols that ALPN offers, the preferred one first.
    pub alpn: Vec<String>,
    /// Milliseconds that the handshake may take.
    #[napi(ts_type = "number | undefined")]
    pub limit: Option<f64>,
}

impl NativeTlsOptions {
    pub(super) fn into_start(self, certificate: Option<&ClientCertificate>) -> StartTls {
        let settings = self.tls.added_to(self.trust.settings());
        StartTls {
            settings: TlsSettings {
                alpn: self.alpn.into_iter().map(String::into_bytes).collect(),
                identity: certificate.map(|certificate| certificate.identity.clone()),
                ..settings
            },
            server_name: self.server_name,
            limit: self.limit.map(milliseconds),
        }
    }
}
