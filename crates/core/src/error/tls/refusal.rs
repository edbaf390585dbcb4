//! Refusals of certificates whose cause rustls does not name. The verifiers find the cause and return it inside of
//! rustls's error.

use std::fmt;
use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rustls::{CertificateError, OtherError};

use super::certificate;
use super::moment::Moment;

/// How a user trusts an authority.
const ADVICE: &str = "give the authority's certificate as `verify: { ca }` or in NODE_EXTRA_CA_CERTS";

/// Why a certificate is refused.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// The server's certificate names itself as its issuer.
    SelfSigned,
    /// The chain ends at an authority that is not trusted.
    SelfSignedInChain {
        /// The authority.
        authority: String,
    },
    /// No trusted authority has issued the chain.
    UnknownIssuer {
        /// The issuer of the last certificate that the server sent.
        issuer: String,
        /// Whether the server sent its own certificate only.
        is_alone: bool,
    },
    /// An RSA key is too small, or too large.
    KeySize {
        /// The certificate.
        whose: Whose,
        /// The bits of its key.
        bits: usize,
    },
    /// A certificate of the chain is refused.
    Certificate {
        /// The certificate.
        whose: Whose,
        /// Why.
        reason: CertificateError,
    },
    /// A trusted authority's certificate, which the chain ends at, is not valid now.
    RootOutOfDate {
        /// The authority.
        authority: String,
        /// From when on it is valid, and until when.
        validity: (Moment, Moment),
        /// Now.
        now: Moment,
    },
    /// The server's signature is not that of its certificate's key.
    HandshakeSignature,
    /// No key of the chain is pinned.
    Unpinned {
        /// The keys of the chain.
        seen: Vec<SeenKey>,
    },
}

/// The public key of a certificate.
#[derive(Clone, Debug)]
pub(crate) struct SeenKey {
    /// Whose it is.
    pub(crate) subject: String,
    /// The SHA-256 digest of its `SubjectPublicKeyInfo`.
    pub(crate) pin: [u8; 32],
}

/// A certificate of a chain.
#[derive(Clone, Debug)]
pub(crate) enum Whose {
    /// The server's.
    Server,
    /// That of the authority of this name.
    Authority(String),
    /// That of a trusted authority of this name.
    Root(String),
    /// One of the chain.
    Unknown,
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server => f.write_str("the server's certificate"),
            Self::Authority(name) => write!(
                f,
                "the certificate of the authority {name}, which the server's depends on,"
            ),
            Self::Root(name) => write!(
                f,
                "the trusted certificate of the authority {name}, which the server's depends on,"
            ),
            Self::Unknown => f.write_str("a certificate of the server's chain"),
        }
    }
}

impl Refusal {
    /// Code and message.
    pub(super) fn explain(&self) -> (&'static str, String) {
        match self {
            Self::SelfSigned => (
                "DEPTH_ZERO_SELF_SIGNED_CERT",
                "the server's certificate is self-signed; if you trust it, give it as `verify: { ca }` or in \
                 NODE_EXTRA_CA_CERTS"
                    .to_owned(),
            ),
            Self::SelfSignedInChain { authority } => (
                "SELF_SIGNED_CERT_IN_CHAIN",
                format!(
                    "the server's certificate comes from an authority that is not trusted, {authority}; {ADVICE}"
                ),
            ),
            Self::UnknownIssuer { issuer, is_alone: true } => (
                "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                format!(
                    "the issuer of the server's certificate, {issuer}, is not known: it is not trusted, or the server \
                     does not send the certificates between its own and a trusted one; {ADVICE}"
                ),
            ),
            Self::UnknownIssuer { issuer, is_alone: false } => (
                "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
                format!(
                    "the chain of the server's certificate ends at an authority that is not known, {issuer}; {ADVICE}"
                ),
            ),
            Self::KeySize { whose, bits } => (
                match whose {
                    Whose::Server => "ERR_SSL_EE_KEY_TOO_SMALL",
                    _ => "ERR_SSL_CA_KEY_TOO_SMALL",
                },
                format!(
                    "{whose} has an RSA key of {bits} bits; keys of 2048 to 8192 bits are accepted. The certificate \
                     must be issued again for another key"
                ),
            ),
            Self::Certificate { whose, reason } => certificate::explain(reason, whose),
            Self::RootOutOfDate { authority, validity: (first, last), now } => {
                let whose = Whose::Root(authority.clone());
                if now > last {
                    certificate::expired(&whose, *last)
                } else {
                    certificate::not_valid_yet(&whose, *first, *now)
                }
            }
            Self::HandshakeSignature => (
                "ERR_SSL_BAD_SIGNATURE",
                "the server's signature is not that of its certificate's key: its certificate and its key do not \
                 belong together"
                    .to_owned(),
            ),
            Self::Unpinned { seen } => (
                "ERR_TLS_PIN_MISMATCH",
                format!(
                    "no key of the server's certificate chain is one of `tls.pins`; the chain has {}",
                    seen.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
                ),
            ),
        }
    }
}

impl fmt::Display for SeenKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, pin } = self;
        write!(formatter, "{subject} sha256/{}", BASE64_STANDARD.encode(pin))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explain().1)
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for rustls::Error {
    fn from(refusal: Refusal) -> Self {
        CertificateError::Other(OtherError(Arc::new(refusal))).into()
    }
}
