//! Servers that ask for a client certificate. Many close the connection without a word if they get none, or one that they do
//! not accept: that they asked explains it.

use std::cell::Cell;
use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::{CertifiedKey, SingleCertAndKey};

/// A server asked for a client certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityRequest {
    /// The client has none.
    InVain,
    /// It got the client's.
    Answered,
}

impl IdentityRequest {
    /// What a server that ends the connection without a reason, or with one that explains nothing, may mean.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::InVain => {
                "having asked for a client certificate, which was not given: `cert` gives one to servers, not to proxies"
            }
            Self::Answered => {
                "having asked for a client certificate: it may not accept the one given as `cert`, because it does not \
                 know its authority or misses certificates between the two, or for its dates or its purpose"
            }
        }
    }
}

thread_local! {
    /// rustls asks the configuration, which many connections share: the handshake that asks is the one that runs on this
    /// thread.
    static REQUEST: Cell<Option<IdentityRequest>> = const { Cell::new(None) };
}

/// Has no certificate to give.
#[derive(Debug)]
pub(super) struct NoIdentity;

impl ResolvesClientCert for NoIdentity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        REQUEST.set(Some(IdentityRequest::InVain));
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// Gives one certificate to all servers that ask.
#[derive(Debug)]
pub(super) struct OneIdentity(pub(super) SingleCertAndKey);

impl ResolvesClientCert for OneIdentity {
    fn resolve(&self, hints: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        REQUEST.set(Some(IdentityRequest::Answered));
        self.0.resolve(hints, schemes)
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// Drives a handshake, and tells whether its server asked for a certificate meanwhile.
pub(crate) fn noticing_requests<T>(drive: impl FnOnce() -> T) -> (T, Option<IdentityRequest>) {
    REQUEST.set(None);
    let driven = drive();
    (driven, REQUEST.take())
}
