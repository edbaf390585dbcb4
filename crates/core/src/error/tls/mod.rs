//! Errors of TLS: Node.js's codes, and messages that name the cause and what to do.
//!
//! Node.js builds a code from OpenSSL's reason (`ERR_SSL_WRONG_VERSION_NUMBER`), and has OpenSSL's names for refused
//! certificates (`CERT_HAS_EXPIRED`). The names here are those of OpenSSL 3.0; later versions write `SSL/TLS` for some
//! `SSLV3`.

mod alert;
mod alert_names;
mod algorithm;
mod certificate;
mod chain;
mod incompatible;
mod moment;
mod names;
mod proxy;
mod refusal;

use std::io;

use rustls::{Error as TlsError, InvalidMessage, PeerMisbehaved};

pub(crate) use moment::Moment;
pub(crate) use proxy::blame_proxy;
pub(crate) use refusal::{Refusal, SeenKey, Whose};

/// What this client offers in a handshake; see `docs/tls.md`.
const OFFER: &str =
    "TLS 1.3, or TLS 1.2 with ECDHE key exchange and AES-GCM or ChaCha20-Poly1305 cipher suites";

/// What old servers have instead.
const OLD_SERVERS: &str =
    "old servers have only CBC cipher suites, RSA key exchange or TLS 1.1, which this client does not speak";

/// Whether the error comes from TLS, and not from the stream under it.
pub(crate) fn is_tls(error: &io::Error) -> bool {
    of(error).is_some()
}

/// Code and message, if the error comes from TLS. An established connection may fail like this too: under TLS 1.3 a
/// server refuses a client after the client's handshake is over.
pub(crate) fn explain(error: &io::Error, in_handshake: bool) -> Option<(&'static str, String)> {
    let error = of(error)?;
    Some(match error {
        TlsError::InvalidCertificate(reason) => certificate::explain(reason, &Whose::Server),
        TlsError::AlertReceived(alert) => alert::explain(*alert, in_handshake),
        TlsError::PeerIncompatible(reason) => incompatible::explain(reason),
        TlsError::InvalidMessage(reason) => explain_message(reason),
        TlsError::PeerMisbehaved(reason) => explain_misbehaviour(reason),
        TlsError::DecryptError => (
            "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
            "a TLS record cannot be decrypted: bytes were changed on the way".to_owned(),
        ),
        TlsError::PeerSentOversizedRecord => (
            "ERR_SSL_DATA_LENGTH_TOO_LONG",
            "the server sent a TLS record that is too long".to_owned(),
        ),
        TlsError::InappropriateMessage { .. } | TlsError::InappropriateHandshakeMessage { .. } => (
            "ERR_SSL_UNEXPECTED_MESSAGE",
            format!("the server violates TLS: {error}"),
        ),
        TlsError::NoCertificatesPresented => (
            "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE",
            "the server sent no certificate".to_owned(),
        ),
        TlsError::NoApplicationProtocol => (
            "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
            "the server chose a protocol above TLS that this client did not offer".to_owned(),
        ),
        // of this computer (its clock, its random numbers), or of roles and features that this client does not use
        _ => ("EPROTO", format!("TLS failed: {error}")),
    })
}

/// The message of a handshake that failed after the server had asked for a client certificate, if that explains the failure.
pub(crate) fn explain_for_certificate(error: &io::Error, hint: &str) -> Option<String> {
    match of(error)? {
        TlsError::AlertReceived(alert) => alert::explain_for_certificate(*alert, hint),
        _ => None,
    }
}

fn of(error: &io::Error) -> Option<&TlsError> {
    error.get_ref()?.downcast_ref()
}

fn explain_message(reason: &InvalidMessage) -> (&'static str, String) {
    match reason {
        // the first bytes are no record: a response in plain HTTP begins with H
        InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion => (
            "ERR_SSL_WRONG_VERSION_NUMBER",
            "the server does not answer in TLS; does this port speak http, not https?".to_owned(),
        ),
        InvalidMessage::UnsupportedKeyExchangeAlgorithm(_) | InvalidMessage::UnsupportedCurveType => (
            "ERR_SSL_WRONG_CURVE",
            format!("the server chose a key exchange that this client did not offer; it offers {OFFER}"),
        ),
        InvalidMessage::UnsupportedCompression => (
            "ERR_SSL_UNSUPPORTED_COMPRESSION_ALGORITHM",
            "the server insists on compression in TLS, which is unsafe".to_owned(),
        ),
        InvalidMessage::MessageTooLarge
        | InvalidMessage::HandshakePayloadTooLarge
        | InvalidMessage::CertificatePayloadTooLarge => (
            "ERR_SSL_EXCESSIVE_MESSAGE_SIZE",
            format!("the server sent a TLS message that is too long ({reason:?})"),
        ),
        _ => (
            "ERR_SSL_DECODE_ERROR",
            format!("the server sent a TLS message that cannot be read ({reason:?})"),
        ),
    }
}

fn explain_misbehaviour(reason: &PeerMisbehaved) -> (&'static str, String) {
    use PeerMisbehaved as P;
    match reason {
        P::AttemptedDowngradeToTls12WhenTls13IsSupported => (
            "ERR_SSL_INAPPROPRIATE_FALLBACK",
            "the server supports TLS 1.3, but something on the way keeps this connection from using it"
                .to_owned(),
        ),
        P::SelectedUnofferedCipherSuite
        | P::SelectedUnusableCipherSuiteForVersion
        | P::SelectedUnofferedKxGroup
        | P::SelectedTls12UsingTls13VersionExtension => (
            "ERR_SSL_WRONG_CIPHER_RETURNED",
            format!("the server chose what this client did not offer ({reason:?}); it offers {OFFER}"),
        ),
        P::SelectedUnofferedApplicationProtocol => (
            "ERR_SSL_BAD_EXTENSION",
            "the server chose a protocol above TLS that this client did not offer".to_owned(),
        ),
        P::SignedHandshakeWithUnadvertisedSigScheme | P::SignedKxWithWrongAlgorithm => (
            "ERR_SSL_WRONG_SIGNATURE_TYPE",
            format!("the server signs the handshake in a way that this client did not offer ({reason:?})"),
        ),
        _ => ("EPROTO", format!("the server violates TLS ({reason:?})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, Kind, Phase};

    fn explained(error: TlsError) -> (&'static str, String) {
        explain(&io::Error::new(io::ErrorKind::InvalidData, error), true).unwrap()
    }

    #[test]
    fn each_failure_of_a_handshake_has_its_code() {
        for (error, code) in [
            (
                TlsError::DecryptError,
                "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
            ),
            (
                TlsError::NoCertificatesPresented,
                "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE",
            ),
            (
                InvalidMessage::InvalidContentType.into(),
                "ERR_SSL_WRONG_VERSION_NUMBER",
            ),
            (InvalidMessage::MessageTooShort.into(), "ERR_SSL_DECODE_ERROR"),
            (
                PeerMisbehaved::SelectedUnofferedCipherSuite.into(),
                "ERR_SSL_WRONG_CIPHER_RETURNED",
            ),
            (TlsError::FailedToGetRandomBytes, "EPROTO"),
        ] {
            assert_eq!(explained(error).0, code);
        }
    }

    #[test]
    fn an_error_of_an_open_connection_has_the_words_of_tls() {
        let alert = TlsError::AlertReceived(rustls::AlertDescription::CertificateRequired);
        let error = io::Error::new(io::ErrorKind::InvalidData, alert);
        let error = Error::io(Kind::ReadError, Phase::Headers, &error);
        assert_eq!(error.code, "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED");
        assert!(error.message.contains("client certificate"), "{error}");
        assert!(!is_tls(&io::ErrorKind::ConnectionReset.into()));
    }
}
