//! The alerts that rustls knows: the names of RFC 8446, 6.2, and of the documents behind it, and Node.js's codes.

use rustls::AlertDescription;

macro_rules! alerts {
    ($($alert:ident: $name:ident $code:literal,)*) => {
        /// Name and code of an alert.
        pub(super) fn named(alert: AlertDescription) -> Option<(&'static str, &'static str)> {
            Some(match alert {
                $(AlertDescription::$alert => (stringify!($name), $code),)*
                _ => return None,
            })
        }
    };
}

alerts! {
    CloseNotify: close_notify "ECONNRESET",
    UnexpectedMessage: unexpected_message "ERR_SSL_SSLV3_ALERT_UNEXPECTED_MESSAGE",
    BadRecordMac: bad_record_mac "ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC",
    DecryptionFailed: decryption_failed "ERR_SSL_TLSV1_ALERT_DECRYPTION_FAILED",
    RecordOverflow: record_overflow "ERR_SSL_TLSV1_ALERT_RECORD_OVERFLOW",
    DecompressionFailure: decompression_failure "ERR_SSL_SSLV3_ALERT_DECOMPRESSION_FAILURE",
    HandshakeFailure: handshake_failure "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
    NoCertificate: no_certificate "ERR_SSL_SSLV3_ALERT_NO_CERTIFICATE",
    BadCertificate: bad_certificate "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE",
    UnsupportedCertificate: unsupported_certificate "ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
    CertificateRevoked: certificate_revoked "ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED",
    CertificateExpired: certificate_expired "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED",
    CertificateUnknown: certificate_unknown "ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    IllegalParameter: illegal_parameter "ERR_SSL_SSLV3_ALERT_ILLEGAL_PARAMETER",
    UnknownCA: unknown_ca "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
    AccessDenied: access_denied "ERR_SSL_TLSV1_ALERT_ACCESS_DENIED",
    DecodeError: decode_error "ERR_SSL_TLSV1_ALERT_DECODE_ERROR",
    DecryptError: decrypt_error "ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR",
    ExportRestriction: export_restriction "ERR_SSL_TLSV1_ALERT_EXPORT_RESTRICTION",
    ProtocolVersion: protocol_version "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
    InsufficientSecurity: insufficient_security "ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY",
    InternalError: internal_error "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR",
    InappropriateFallback: inappropriate_fallback "ERR_SSL_TLSV1_ALERT_INAPPROPRIATE_FALLBACK",
    UserCanceled: user_canceled "ERR_SSL_TLSV1_ALERT_USER_CANCELLED",
    NoRenegotiation: no_renegotiation "ERR_SSL_TLSV1_ALERT_NO_RENEGOTIATION",
    MissingExtension: missing_extension "ERR_SSL_TLSV13_ALERT_MISSING_EXTENSION",
    UnsupportedExtension: unsupported_extension "ERR_SSL_TLSV1_UNSUPPORTED_EXTENSION",
    CertificateUnobtainable: certificate_unobtainable "ERR_SSL_TLSV1_CERTIFICATE_UNOBTAINABLE",
    UnrecognisedName: unrecognized_name "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
    BadCertificateStatusResponse: bad_certificate_status_response "ERR_SSL_TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE",
    BadCertificateHashValue: bad_certificate_hash_value "ERR_SSL_TLSV1_BAD_CERTIFICATE_HASH_VALUE",
    UnknownPSKIdentity: unknown_psk_identity "ERR_SSL_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY",
    CertificateRequired: certificate_required "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
    NoApplicationProtocol: no_application_protocol "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
    EncryptedClientHelloRequired: ech_required "ERR_SSL_TLSV1_ALERT_ECH_REQUIRED",
}
