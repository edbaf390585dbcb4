//! What client and server do not have in common.

use rustls::PeerIncompatible as P;

use super::{OFFER, OLD_SERVERS};

/// Code and message. Variants of servers and of QUIC cannot occur; they have the general words.
pub(super) fn explain(reason: &P) -> (&'static str, String) {
    match reason {
        P::ServerDoesNotSupportTls12Or13
        | P::ServerTlsVersionIsDisabledByOurConfig
        | P::Tls12NotOffered
        | P::Tls12NotOfferedOrEnabled
        | P::SupportedVersionsExtensionRequired => (
            "ERR_SSL_UNSUPPORTED_PROTOCOL",
            format!(
                "the server chose a version of TLS other than 1.3 and, unless `tls.minVersion` excludes it, 1.2; \
                 {OLD_SERVERS}"
            ),
        ),
        P::NoCipherSuitesInCommon => (
            "ERR_SSL_NO_SHARED_CIPHER",
            format!("client and server have no cipher suite in common; this client offers {OFFER}"),
        ),
        P::NoKxGroupsInCommon
        | P::NamedGroupsExtensionRequired
        | P::KeyShareExtensionRequired
        | P::NoEcPointFormatsInCommon
        | P::EcPointsExtensionRequired
        | P::UncompressedEcPointsRequired => (
            "ERR_SSL_WRONG_CURVE",
            "client and server have no group for the key exchange in common; this client offers X25519, P-256, P-384 \
             and X25519MLKEM768"
                .to_owned(),
        ),
        P::NoSignatureSchemesInCommon
        | P::NoCertificateRequestSignatureSchemesInCommon
        | P::SignatureAlgorithmsExtensionRequired => (
            "ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS",
            "client and server have no signature scheme in common; this client accepts ECDSA and Ed25519, and RSA with \
             SHA-256 or stronger"
                .to_owned(),
        ),
        P::NullCompressionRequired => (
            "ERR_SSL_UNSUPPORTED_COMPRESSION_ALGORITHM",
            "the server insists on compression in TLS, which is unsafe".to_owned(),
        ),
        P::ExtendedMasterSecretExtensionRequired => (
            "ERR_SSL_INCONSISTENT_EXTMS",
            "the server does not support the extended master secret (RFC 7627)".to_owned(),
        ),
        _ => ("EPROTO", format!("client and server have nothing in common ({reason:?})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lack_has_the_code_of_openssl_and_names_what_is_missing() {
        for (reason, code, word) in [
            (
                P::ServerDoesNotSupportTls12Or13,
                "ERR_SSL_UNSUPPORTED_PROTOCOL",
                "1.1",
            ),
            (
                P::NoCipherSuitesInCommon,
                "ERR_SSL_NO_SHARED_CIPHER",
                "cipher suite",
            ),
            (P::NoKxGroupsInCommon, "ERR_SSL_WRONG_CURVE", "X25519"),
            (
                P::NoSignatureSchemesInCommon,
                "ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS",
                "SHA-256",
            ),
            (P::Tls13RequiredForQuic, "EPROTO", "Tls13RequiredForQuic"),
        ] {
            let (explained, message) = explain(&reason);
            assert_eq!(explained, code);
            assert!(message.contains(word), "{message}");
        }
    }
}
