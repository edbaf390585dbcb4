//! Why a server's certificate is refused.

use rustls::CertificateError;

use super::moment::Moment;
use super::refusal::{Refusal, Whose};
use super::{algorithm, chain, names};

/// Code and message of a refusal of this certificate. What rustls and webpki only check on servers, or in lists of revoked
/// certificates, which this client does not use, has the general words.
pub(super) fn explain(reason: &CertificateError, whose: &Whose) -> (&'static str, String) {
    use CertificateError as C;
    match reason {
        C::ExpiredContext { not_after, .. } => expired(whose, Moment::from(*not_after)),
        // webpki's error for dates in the wrong order
        C::Expired => (
            "ERROR_IN_CERT_NOT_AFTER_FIELD",
            format!("{whose} is never valid: its last day is before its first"),
        ),
        C::NotValidYetContext { time, not_before } => {
            not_valid_yet(whose, Moment::from(*not_before), Moment::from(*time))
        }
        C::NotValidYet => ("CERT_NOT_YET_VALID", format!("{whose} is not valid yet")),
        C::NotValidForNameContext { expected, presented } => {
            ("ERR_TLS_CERT_ALTNAME_INVALID", names::explain(expected, presented))
        }
        C::NotValidForName => (
            "ERR_TLS_CERT_ALTNAME_INVALID",
            "the server's certificate is for another host".to_owned(),
        ),
        C::UnknownIssuer => (
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            "the issuer of the server's certificate is not known".to_owned(),
        ),
        C::Revoked => ("CERT_REVOKED", format!("{whose} has been revoked")),
        C::BadSignature => (
            "CERT_SIGNATURE_FAILURE",
            "a signature in the server's certificate chain is wrong: a trusted authority has the issuer's name but not \
             its key; was the authority made anew?"
                .to_owned(),
        ),
        C::UnsupportedSignatureAlgorithmContext { signature_algorithm_id, .. } => {
            algorithm::explain(signature_algorithm_id, whose)
        }
        C::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => (
            "CERT_REJECTED",
            format!(
                "{whose} has a key of a kind that this client does not support; it supports RSA, ECDSA with P-256, P-384 \
                 and P-521, and Ed25519"
            ),
        ),
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => (
            "INVALID_PURPOSE",
            format!("{whose} is not meant for servers (extended key usage)"),
        ),
        C::BadEncoding => ("CERT_REJECTED", format!("{whose} is malformed: it is no valid DER")),
        C::UnhandledCriticalExtension => (
            "CERT_REJECTED",
            format!("{whose} has a critical extension that this client does not know"),
        ),
        C::Other(other) => {
            if let Some(refusal) = other.0.downcast_ref::<Refusal>() {
                return refusal.explain();
            }
            match other.0.downcast_ref::<webpki::Error>() {
                Some(error) => chain::explain(error, whose),
                None => ("CERT_REJECTED", format!("{whose} is refused: {other}")),
            }
        }
        other => ("CERT_REJECTED", format!("{whose} is refused: {other}")),
    }
}

/// Code and message of a certificate that was valid until then.
pub(super) fn expired(whose: &Whose, last: Moment) -> (&'static str, String) {
    (
        "CERT_HAS_EXPIRED",
        format!("{whose} has expired: it was valid until {last}"),
    )
}

/// Code and message of a certificate that is valid from then on.
pub(super) fn not_valid_yet(whose: &Whose, first: Moment, now: Moment) -> (&'static str, String) {
    (
        "CERT_NOT_YET_VALID",
        format!("{whose} is valid from {first} only, and this computer's date is {now}"),
    )
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
            assert_eq!(explain(&reason, &Whose::Server).0, code, "{reason:?}");
        }
    }
}
