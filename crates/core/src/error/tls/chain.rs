//! Why a chain of certificates is refused, where webpki says it and rustls has no name for it.

use std::borrow::Cow;

/// Code and message.
pub(super) fn explain(error: &webpki::Error) -> (&'static str, Cow<'static, str>) {
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
