//! Why a server's certificate is refused.

use std::borrow::Cow;

use rustls::CertificateError;
use rustls::pki_types::ServerName;

use super::date::date;
use super::refusal::Refusal;

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
            return explain_algorithm(signature_algorithm_id);
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
                Some(error) => explain_chain(error),
                None => ("CERT_REJECTED", format!("the server's certificate is refused: {other}").into()),
            }
        }
        other => ("CERT_REJECTED", format!("the server's certificate is refused: {other}").into()),
    };
    (code, message.into_owned())
}

/// The errors of webpki that rustls has no name for.
fn explain_chain(error: &webpki::Error) -> (&'static str, Cow<'static, str>) {
    use webpki::Error as W;
    match error {
        W::CaUsedAsEndEntity => (
            "INVALID_PURPOSE",
            "the server's certificate is that of an authority, not of a server".into(),
        ),
        W::EndEntityUsedAsCa => (
            "INVALID_CA",
            "the server's certificate was issued by a certificate that is not an authority's".into(),
        ),
        W::PathLenConstraintViolated => (
            "PATH_LENGTH_EXCEEDED",
            "the server's certificate chain is longer than one of its authorities allows".into(),
        ),
        W::NameConstraintViolation => (
            "CERT_REJECTED",
            "an authority in the server's chain may not issue certificates for this name".into(),
        ),
        W::MaximumPathDepthExceeded
        | W::MaximumPathBuildCallsExceeded
        | W::MaximumSignatureChecksExceeded
        | W::MaximumNameConstraintComparisonsExceeded => (
            "CERT_CHAIN_TOO_LONG",
            format!("the server's certificate chain is too long or too complicated ({error:?})").into(),
        ),
        W::UnsupportedCertVersion => (
            "CERT_REJECTED",
            "a certificate of the server's chain is older than version 3 of X.509".into(),
        ),
        W::UnsupportedCriticalExtension => (
            "CERT_REJECTED",
            "a certificate of the server's chain has a critical extension that this client does not know"
                .into(),
        ),
        _ => (
            "CERT_REJECTED",
            format!("a certificate of the server's chain is malformed ({error:?})").into(),
        ),
    }
}

/// Algorithms of signatures that are refused, by the contents of their DER identifier (RFC 3279, RFC 8410).
const REFUSED_ALGORITHMS: &[(&[u8], &str, bool)] = &[
    (
        &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04],
        "RSA with MD5",
        true,
    ),
    (
        &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05],
        "RSA with SHA-1",
        true,
    ),
    (
        &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01],
        "ECDSA with SHA-1",
        true,
    ),
    (
        &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03],
        "DSA with SHA-1",
        true,
    ),
    (&[0x06, 0x03, 0x2b, 0x65, 0x71], "Ed448", false),
];

fn explain_algorithm(identifier: &[u8]) -> (&'static str, String) {
    let known = REFUSED_ALGORITHMS
        .iter()
        .find(|(start, ..)| identifier.starts_with(start));
    let (name, is_weak) = known.map_or(
        ("an algorithm that this client does not support", false),
        |(_, name, is_weak)| (*name, *is_weak),
    );
    let code = if is_weak {
        "ERR_SSL_CA_MD_TOO_WEAK"
    } else {
        "CERT_REJECTED"
    };
    let message = format!(
        "a certificate of the server's chain is signed by {name}; RSA and ECDSA with SHA-256 or stronger, and Ed25519, are \
         accepted"
    );
    (code, message)
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

    #[test]
    fn a_weak_signature_names_its_algorithm() {
        for (identifier, name, is_weak) in REFUSED_ALGORITHMS {
            let (code, message) = explain_algorithm(identifier);
            assert!(message.contains(name), "{message}");
            assert_eq!(code == "ERR_SSL_CA_MD_TOO_WEAK", *is_weak);
        }
        assert_eq!(explain_algorithm(&[0x06, 0x01, 0x00]).0, "CERT_REJECTED");
    }
}
