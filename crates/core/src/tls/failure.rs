//! Errors of TLS: Node's codes, and messages that say what to do.

use std::io;

use rustls::{AlertDescription, Error as TlsError};

use super::refusal;
use crate::error::system_code;
use crate::{Error, Kind, Phase};

/// The error of a failed handshake: TLS's own reason, or that of the stream under it.
pub fn handshake_error(error: &io::Error) -> Error {
    let (code, message) = explain(error).unwrap_or_else(|| match error.kind() {
        io::ErrorKind::UnexpectedEof => (
            "ECONNRESET",
            "the server closed the connection during the TLS handshake".to_owned(),
        ),
        _ => (system_code(error), format!("the TLS handshake failed: {error}")),
    });
    Error::new(Kind::ConnectError, Phase::Tls, code, message)
}

/// Code and message, if `error` comes from TLS. An established connection may fail like this too: under TLS 1.3 a server
/// refuses a client after the client's handshake is over.
pub fn explain(error: &io::Error) -> Option<(&'static str, String)> {
    let error = error.get_ref()?.downcast_ref::<TlsError>()?;
    Some(match error {
        TlsError::InvalidCertificate(reason) => refusal::explain(reason),
        TlsError::AlertReceived(alert) => ("EPROTO", explain_alert(*alert)),
        TlsError::InvalidMessage(_) => (
            "EPROTO",
            format!("the server does not answer in TLS; does it speak http, not https? ({error})"),
        ),
        TlsError::PeerIncompatible(_) => (
            "EPROTO",
            format!("the server supports no TLS version or cipher that is safe today: {error}"),
        ),
        _ => ("EPROTO", format!("TLS failed: {error}")),
    })
}

fn explain_alert(alert: AlertDescription) -> String {
    let hint = match alert {
        AlertDescription::CertificateRequired => "; it wants a client certificate",
        AlertDescription::UnrecognisedName => "; it does not know this host name",
        AlertDescription::ProtocolVersion => "; it supports neither TLS 1.2 nor TLS 1.3",
        AlertDescription::NoApplicationProtocol => "; it does not speak this version of HTTP",
        _ => "",
    };
    format!("the server ended TLS with the alert {alert:?}{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::CertificateError;

    #[test]
    fn each_refusal_of_a_certificate_has_its_code_of_node() {
        for (reason, code) in [
            (CertificateError::Expired, "CERT_HAS_EXPIRED"),
            (CertificateError::NotValidYet, "CERT_NOT_YET_VALID"),
            (CertificateError::NotValidForName, "ERR_TLS_CERT_ALTNAME_INVALID"),
            (CertificateError::UnknownIssuer, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
            (CertificateError::Revoked, "CERT_REVOKED"),
            (CertificateError::BadSignature, "CERT_SIGNATURE_FAILURE"),
            (CertificateError::InvalidPurpose, "INVALID_PURPOSE"),
            (CertificateError::BadEncoding, "CERT_REJECTED"),
        ] {
            let error = io::Error::new(io::ErrorKind::InvalidData, TlsError::InvalidCertificate(reason));
            let error = handshake_error(&error);
            assert_eq!(
                (error.kind, error.phase, error.code),
                (Kind::ConnectError, Phase::Tls, code)
            );
        }
    }

    #[test]
    fn an_alert_for_a_missing_client_certificate_says_so() {
        let alert = TlsError::AlertReceived(AlertDescription::CertificateRequired);
        let (code, message) = explain(&io::Error::new(io::ErrorKind::InvalidData, alert)).unwrap();
        assert_eq!(code, "EPROTO");
        assert!(message.contains("client certificate"), "{message}");
    }

    #[test]
    fn failures_of_the_stream_keep_the_codes_of_the_system() {
        assert!(explain(&io::ErrorKind::ConnectionReset.into()).is_none());
        assert_eq!(
            handshake_error(&io::ErrorKind::ConnectionReset.into()).code,
            "ECONNRESET"
        );
        assert_eq!(
            handshake_error(&io::ErrorKind::UnexpectedEof.into()).code,
            "ECONNRESET"
        );
    }
}
