//! Why a chain of certificates is refused, where webpki says it and rustls has no name for it.

use super::refusal::Whose;

/// Code and message of a refusal of this certificate, or of the chain.
pub(super) fn explain(error: &webpki::Error, whose: &Whose) -> (&'static str, String) {
    use webpki::Error as W;
    match error {
        W::CaUsedAsEndEntity => (
            "INVALID_PURPOSE",
            "the server's certificate is that of an authority, not of a server".to_owned(),
        ),
        W::EndEntityUsedAsCa => (
            "INVALID_CA",
            match whose {
                Whose::Authority(name) => {
                    format!(
                        "the server's certificate was issued by {name}, whose certificate is not an authority's"
                    )
                }
                _ => "the server's certificate was issued by a certificate that is not an authority's"
                    .to_owned(),
            },
        ),
        W::PathLenConstraintViolated => (
            "PATH_LENGTH_EXCEEDED",
            "the server's certificate chain is longer than one of its authorities allows".to_owned(),
        ),
        W::NameConstraintViolation => (
            "CERT_REJECTED",
            "an authority in the server's chain may not issue certificates for this name".to_owned(),
        ),
        W::MaximumPathDepthExceeded
        | W::MaximumPathBuildCallsExceeded
        | W::MaximumSignatureChecksExceeded
        | W::MaximumNameConstraintComparisonsExceeded => (
            "CERT_CHAIN_TOO_LONG",
            format!("the server's certificate chain is too long or too complicated ({error:?})"),
        ),
        W::UnsupportedCertVersion => (
            "CERT_REJECTED",
            format!("{whose} is older than version 3 of X.509"),
        ),
        W::UnsupportedCriticalExtension => (
            "CERT_REJECTED",
            format!("{whose} has a critical extension that this client does not know"),
        ),
        _ => ("CERT_REJECTED", format!("{whose} is malformed ({error:?})")),
    }
}
