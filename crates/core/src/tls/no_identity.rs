//! A client without a certificate. It notices that a server asks for one, which explains why that server then closes the
//! connection, often without a word.

use std::cell::Cell;
use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;

thread_local! {
    /// rustls asks the configuration, which many connections share: the handshake that asks is the one that runs on this
    /// thread.
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// What to do about it.
pub(crate) const HINT: &str =
    "having asked for a client certificate, which was not given: `cert` gives one to servers, not to proxies";

/// Has no certificate to give.
#[derive(Debug)]
pub(super) struct NoIdentity;

impl ResolvesClientCert for NoIdentity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        ASKED.set(true);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// Drives a handshake, and tells whether its server asked for a certificate meanwhile, in vain.
pub(crate) fn noticing_requests<T>(drive: impl FnOnce() -> T) -> (T, bool) {
    ASKED.set(false);
    let driven = drive();
    (driven, ASKED.take())
}
