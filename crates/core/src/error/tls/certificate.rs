//! Why a server's certificate is refused.

use std::borrow::Cow;

use rustls::CertificateError;
use rustls::pki_types::ServerName;

use super::date::date;
use super::refusal::Refusal;
use super::{algorithm, chain};

/// Code and message of a refusal. What rustls and webpki only check on servers, or in lists of revoked certificates,
/// which this client does not use, has the general words.
pub(super) fn explain(reason: &CertificateError) -> (&'static str, String) {
    use CertificateError as C;
    let (code, message): (_, Cow<'static, str>) = match reason {
        C::ExpiredContext { not_after, .. } => (
            "CERT_HAS_EXPIRED",
            format!("the server's certificate has expired: it was valid until {}", date(*not_after)).into(),
        ),
        // webpki's error for dates in the wrong order
        C::Expired => (
            "ERROR_IN_CERT_NOT_AFTER_FIELD",
            "a certificate of the server's chain is never valid: its last day is before its first".into(),
        ),
        C::NotValidYetContext { time, not_before } => (
            "CERT_NOT_YET_VALID",
            format!(
                "the server's certificate is valid from {} only, and this computer's date is {}",
                date(*not_before),
                date(*time)
            )
            .into(),
        ),
        C::NotValidYet => ("CERT_NOT_YET_VALID", "the server's certificate is not valid yet".into()),
        C::NotValidForNameContext { expected, presented } => {
            ("ERR_TLS_CERT_ALTNAME_INVALID", explain_name(expected, presented).into())
        }
        C::NotValidForName => (
            "ERR_TLS_CERT_ALTNAME_INVALID",
            "the server's certificate is for another host".into(),
        ),
        C::UnknownIssuer => (
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            "the issuer of the server's certificate is not known".into(),
        ),
        C::Revoked => ("CERT_REVOKED", "the server's certificate has been revoked".into()),
        C::BadSignature => (
            "CERT_SIGNATURE_FAILURE",
            "a signature in the server's certificate chain is wrong: a trusted authority has the issuer's name but not \
             its key; was the authority made anew?"
                .into(),
        ),
        C::UnsupportedSignatureAlgorithmContext { signature_algorithm_id, .. } => {
            return algorithm::explain(signature_algorithm_id);
        }
        C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => (
            "CERT_REJECTED",
            "a certificate of the server's chain has a key of a kind that this client does not support; it supports RSA, \
             ECDSA with P-256, P-384 and P-521, and Ed25519"
                .into(),
        ),
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => (
            "INVALID_PURPOSE",
            "the server's certificate, or that of an authority in its chain, is not meant for servers (extended key \
             usage)"
                .into(),
        ),
        C::BadEncoding => (
            "CERT_REJECTED",
            "a certificate of the server's chain is malformed: it is no valid DER".into(),
        ),
        C::UnhandledCriticalExtension => (
            "CERT_REJECTED",
            "a certificate of the server's chain has a critical extension that this client does not know".into(),
        ),
        C::Other(other) => {
            if let Some(refusal) = other.0.downcast_ref::<Refusal>() {
                return refusal.explain();
            }
            match other.0.downcast_ref::<webpki::Error>() {
                Some(error) => chain::explain(error),
                None => ("CERT_REJECTED", format!("the server's certificate is refused: {other}").into()),
            }
        }
        other => ("CERT_REJECTED", format!("the server's certificate is refused: {other}").into()),
    };
    (code, message.into_owned())
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::OtherError;

    use super::*;

    #[test]
    fn each_refusal_of_a_certificate_has_its_code_of_node() {
        let of_webpki = |error| CertificateError::Other(OtherError(Arc::new(error)));
        for (reason, code) in [
            (CertificateError::Expired, "ERROR_IN_CERT_NOT_AFTER_FIELD"),
            (CertificateError::NotValidYet, "CERT_NOT_YET_VALID"),
            (CertificateError::NotValidForName, "ERR_TLS_CERT_ALTNAME_INVALID"),
            (CertificateError::UnknownIssuer, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
            (CertificateError::Revoked, "CERT_REVOKED"),
            (CertificateError::BadSignature, "CERT_SIGNATURE_FAILURE"),
            (CertificateError::InvalidPurpose, "INVALID_PURPOSE"),
            (CertificateError::BadEncoding, "CERT_REJECTED"),
            (CertificateError::UnhandledCriticalExtension, "CERT_REJECTED"),
            (CertificateError::ApplicationVerificationFailure, "CERT_REJECTED"),
            (of_webpki(webpki::Error::CaUsedAsEndEntity), "INVALID_PURPOSE"),
            (of_webpki(webpki::Error::EndEntityUsedAsCa), "INVALID_CA"),
            (
                of_webpki(webpki::Error::PathLenConstraintViolated),
                "PATH_LENGTH_EXCEEDED",
            ),
            (
                of_webpki(webpki::Error::MaximumPathDepthExceeded),
                "CERT_CHAIN_TOO_LONG",
            ),
            (of_webpki(webpki::Error::NameConstraintViolation), "CERT_REJECTED"),
            (of_webpki(webpki::Error::UnsupportedCertVersion), "CERT_REJECTED"),
        ] {
            assert_eq!(explain(&reason).0, code, "{reason:?}");
        }
    }
}
