//! Why a server's certificate is refused: Node's codes, and messages that say what to do.

use std::fmt;

use rustls::CertificateError;
use rustls::pki_types::ServerName;

use super::date::date;

/// Why a chain does not lead to a trusted root.
#[derive(Clone, Copy, Debug)]
pub(super) enum Untrusted {
    SelfSigned,
    SelfSignedInChain,
    UnknownIssuer,
}

impl Untrusted {
    fn explain(self) -> (&'static str, String) {
        let (code, what) = match self {
            Self::SelfSigned => (
                "DEPTH_ZERO_SELF_SIGNED_CERT",
                "the server's certificate is self-signed",
            ),
            Self::SelfSignedInChain => (
                "SELF_SIGNED_CERT_IN_CHAIN",
                "the server's certificate comes from an authority that is not trusted",
            ),
            Self::UnknownIssuer => (
                "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                "the issuer of the server's certificate is not known, or the server does not send the chain up to it",
            ),
        };
        let advice = "give the authority's certificate as `verify: { ca }` or in NODE_EXTRA_CA_CERTS";
        (code, format!("{what}; {advice}"))
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explain().1)
    }
}

impl std::error::Error for Untrusted {}

/// Code and message of a refusal.
pub(super) fn explain(reason: &CertificateError) -> (&'static str, String) {
    match reason {
        CertificateError::ExpiredContext { not_after, .. } => (
            "CERT_HAS_EXPIRED",
            format!(
                "the server's certificate has expired: it was valid until {}",
                date(*not_after)
            ),
        ),
        CertificateError::Expired => (
            "CERT_HAS_EXPIRED",
            "the server's certificate has expired".to_owned(),
        ),
        CertificateError::NotValidYetContext { time, not_before } => {
            let (from, now) = (date(*not_before), date(*time));
            let message = format!(
                "the server's certificate is valid from {from} only, and this computer's date is {now}"
            );
            ("CERT_NOT_YET_VALID", message)
        }
        CertificateError::NotValidYet => (
            "CERT_NOT_YET_VALID",
            "the server's certificate is not valid yet".to_owned(),
        ),
        CertificateError::NotValidForNameContext { expected, presented } => {
            ("ERR_TLS_CERT_ALTNAME_INVALID", explain_name(expected, presented))
        }
        CertificateError::NotValidForName => (
            "ERR_TLS_CERT_ALTNAME_INVALID",
            "the server's certificate is for another host".to_owned(),
        ),
        CertificateError::UnknownIssuer => Untrusted::UnknownIssuer.explain(),
        CertificateError::Other(other) if other.0.is::<Untrusted>() => other
            .0
            .downcast_ref()
            .copied()
            .unwrap_or(Untrusted::UnknownIssuer)
            .explain(),
        CertificateError::Revoked => (
            "CERT_REVOKED",
            "the server's certificate has been revoked".to_owned(),
        ),
        CertificateError::BadSignature => {
            let message = "a signature in the server's certificate chain is wrong: a trusted authority has the \
                           issuer's name but not its key; was the authority made anew?";
            ("CERT_SIGNATURE_FAILURE", message.to_owned())
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => (
            "INVALID_PURPOSE",
            "the server's certificate is not meant for servers".to_owned(),
        ),
        other => (
            "CERT_REJECTED",
            format!("the server's certificate is refused: {other}"),
        ),
    }
}

fn explain_name(expected: &ServerName<'_>, presented: &[String]) -> String {
    let expected = expected.to_str();
    // rustls writes the names as `DnsName("example.com")`: the name is between the quotes
    let names: Vec<_> = presented
        .iter()
        .map(|name| name.split('"').nth(1).unwrap_or(name))
        .collect();
    match names.as_slice() {
        [] => format!("the server's certificate is not for {expected}: it names no host at all"),
        names => format!(
            "the server's certificate is not for {expected} but for {}",
            names.join(", ")
        ),
    }
}
