//! Alerts that end a connection: the server's reason, as RFC 8446, 6.2, and the documents behind it name it.

use rustls::AlertDescription as A;

use super::{OFFER, OLD_SERVERS};

/// Code and message of an alert.
pub(super) fn explain(alert: A) -> (&'static str, String) {
    let number = u8::from(alert);
    let Some((_, name, code)) = ALERTS.iter().find(|(known, ..)| *known == alert) else {
        return (
            "EPROTO",
            format!("the server ended TLS with the unknown alert {number}"),
        );
    };
    let message = format!("the server ended TLS with the alert {name} ({number})");
    (
        code,
        hint(alert).map_or_else(|| message.clone(), |hint| format!("{message}: {hint}")),
    )
}

/// What the alert means for the user, where its name does not say it.
fn hint(alert: A) -> Option<String> {
    Some(match alert {
        A::HandshakeFailure | A::InsufficientSecurity => format!(
            "usually the two have no cipher suite in common. This client offers {OFFER}; {OLD_SERVERS}. Some servers \
             also answer like this when they want a client certificate or do not know the host name"
        ),
        A::ProtocolVersion => {
            format!(
                "the server supports no version of TLS that this client offers, which are 1.2 and 1.3; {OLD_SERVERS}"
            )
        }
        A::CertificateRequired | A::NoCertificate => "the server wants a client certificate".to_owned(),
        A::BadCertificate
        | A::UnsupportedCertificate
        | A::CertificateRevoked
        | A::CertificateExpired
        | A::CertificateUnknown
        | A::UnknownCA
        | A::AccessDenied => {
            "the server does not accept this client's certificate, or wants one that was not given".to_owned()
        }
        A::UnrecognisedName => "the server does not know this host name".to_owned(),
        A::NoApplicationProtocol => "the server does not speak this version of HTTP".to_owned(),
        A::InternalError => "the fault is the server's; its log may say more".to_owned(),
        A::InappropriateFallback => "something on the way tries to lower the version of TLS".to_owned(),
        A::BadRecordMac | A::DecryptError | A::DecryptionFailed => "bytes were changed on the way".to_owned(),
        _ => return None,
    })
}

/// Each alert with its name and Node.js's code for it.
const ALERTS: &[(A, &str, &str)] = &[
    (A::CloseNotify, "close_notify", "ECONNRESET"),
    (
        A::UnexpectedMessage,
        "unexpected_message",
        "ERR_SSL_SSLV3_ALERT_UNEXPECTED_MESSAGE",
    ),
    (
        A::BadRecordMac,
        "bad_record_mac",
        "ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC",
    ),
    (
        A::DecryptionFailed,
        "decryption_failed",
        "ERR_SSL_TLSV1_ALERT_DECRYPTION_FAILED",
    ),
    (
        A::RecordOverflow,
        "record_overflow",
        "ERR_SSL_TLSV1_ALERT_RECORD_OVERFLOW",
    ),
    (
        A::DecompressionFailure,
        "decompression_failure",
        "ERR_SSL_SSLV3_ALERT_DECOMPRESSION_FAILURE",
    ),
    (
        A::HandshakeFailure,
        "handshake_failure",
        "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    ),
    (
        A::NoCertificate,
        "no_certificate",
        "ERR_SSL_SSLV3_ALERT_NO_CERTIFICATE",
    ),
    (
        A::BadCertificate,
        "bad_certificate",
        "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE",
    ),
    (
        A::UnsupportedCertificate,
        "unsupported_certificate",
        "ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
    ),
    (
        A::CertificateRevoked,
        "certificate_revoked",
        "ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED",
    ),
    (
        A::CertificateExpired,
        "certificate_expired",
        "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED",
    ),
    (
        A::CertificateUnknown,
        "certificate_unknown",
        "ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    ),
    (
        A::IllegalParameter,
        "illegal_parameter",
        "ERR_SSL_SSLV3_ALERT_ILLEGAL_PARAMETER",
    ),
    (A::UnknownCA, "unknown_ca", "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA"),
    (
        A::AccessDenied,
        "access_denied",
        "ERR_SSL_TLSV1_ALERT_ACCESS_DENIED",
    ),
    (A::DecodeError, "decode_error", "ERR_SSL_TLSV1_ALERT_DECODE_ERROR"),
    (
        A::DecryptError,
        "decrypt_error",
        "ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR",
    ),
    (
        A::ExportRestriction,
        "export_restriction",
        "ERR_SSL_TLSV1_ALERT_EXPORT_RESTRICTION",
    ),
    (
        A::ProtocolVersion,
        "protocol_version",
        "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
    ),
    (
        A::InsufficientSecurity,
        "insufficient_security",
        "ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY",
    ),
    (
        A::InternalError,
        "internal_error",
        "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR",
    ),
    (
        A::InappropriateFallback,
        "inappropriate_fallback",
        "ERR_SSL_TLSV1_ALERT_INAPPROPRIATE_FALLBACK",
    ),
    (
        A::UserCanceled,
        "user_canceled",
        "ERR_SSL_TLSV1_ALERT_USER_CANCELLED",
    ),
    (
        A::NoRenegotiation,
        "no_renegotiation",
        "ERR_SSL_TLSV1_ALERT_NO_RENEGOTIATION",
    ),
    (
        A::MissingExtension,
        "missing_extension",
        "ERR_SSL_TLSV13_ALERT_MISSING_EXTENSION",
    ),
    (
        A::UnsupportedExtension,
        "unsupported_extension",
        "ERR_SSL_TLSV1_UNSUPPORTED_EXTENSION",
    ),
    (
        A::CertificateUnobtainable,
        "certificate_unobtainable",
        "ERR_SSL_TLSV1_CERTIFICATE_UNOBTAINABLE",
    ),
    (
        A::UnrecognisedName,
        "unrecognized_name",
        "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
    ),
    (
        A::BadCertificateStatusResponse,
        "bad_certificate_status_response",
        "ERR_SSL_TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE",
    ),
    (
        A::BadCertificateHashValue,
        "bad_certificate_hash_value",
        "ERR_SSL_TLSV1_BAD_CERTIFICATE_HASH_VALUE",
    ),
    (
        A::UnknownPSKIdentity,
        "unknown_psk_identity",
        "ERR_SSL_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY",
    ),
    (
        A::CertificateRequired,
        "certificate_required",
        "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
    ),
    (
        A::NoApplicationProtocol,
        "no_application_protocol",
        "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
    ),
    (
        A::EncryptedClientHelloRequired,
        "ech_required",
        "ERR_SSL_TLSV1_ALERT_ECH_REQUIRED",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alert_that_rustls_knows_has_a_name_and_a_code() {
        for number in 0..=u8::MAX {
            let alert = A::from(number);
            let (code, message) = explain(alert);
            assert!(message.contains(&number.to_string()), "{message}");
            let is_known = !matches!(alert, A::Unknown(_));
            assert_eq!(code != "EPROTO", is_known, "{alert:?}");
        }
    }

    #[test]
    fn a_refused_handshake_names_what_this_client_offers() {
        for alert in [A::HandshakeFailure, A::ProtocolVersion] {
            let (_, message) = explain(alert);
            assert!(message.contains("1.3") && message.contains("CBC"), "{message}");
        }
    }
}
