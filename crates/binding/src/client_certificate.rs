//! The client's certificate and key, checked before a client uses them.

use httpxide_core::tls::Identity;
use napi::bindgen_prelude::Uint8ArraySlice;
use napi::{Error, Result};
use napi_derive::napi;

/// A client's certificate with its key. Every error is thrown with the engine's code and words.
#[napi]
pub struct ClientCertificate {
    pub(crate) identity: Identity,
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "values that napi makes for the call"
)]
#[napi]
impl ClientCertificate {
    /// Of certificates in PEM, the client's own first, and of its key in PKCS#8 (DER).
    #[napi]
    pub fn of_pem(certificates: Uint8ArraySlice<'_>, key: Uint8ArraySlice<'_>) -> Result<Self, String> {
        made(Identity::of_pem(&certificates, key.to_vec()))
    }

    /// Of a PKCS#12 file.
    #[napi]
    pub fn of_pkcs12(file: Uint8ArraySlice<'_>, passphrase: String) -> Result<Self, String> {
        made(Identity::of_pkcs12(&file, &passphrase))
    }
}

fn made(identity: std::result::Result<Identity, httpxide_core::Error>) -> Result<ClientCertificate, String> {
    identity
        .map(|identity| ClientCertificate { identity })
        .map_err(|error| Error::new(error.code.to_owned(), error.message.into_owned()))
}
