//! Alerts that end a connection: the server's reason, as RFC 8446, 6.2, and the documents behind it name it.

use rustls::AlertDescription as A;

use super::alert_names::named;
use super::{OFFER, OLD_SERVERS};

/// Code and message of an alert.
pub(super) fn explain(alert: A, in_handshake: bool) -> (&'static str, String) {
    let number = u8::from(alert);
    let Some((name, code)) = named(alert) else {
        return (
            "EPROTO",
            format!("the server ended TLS with the unknown alert {number}"),
        );
    };
    let message = sentence(name, number);
    (
        code,
        hint(alert, in_handshake).map_or_else(|| message.clone(), |hint| format!("{message}: {hint}")),
    )
}

/// The message of an alert with which servers may refuse a client without a certificate, or one with another than they
/// want, and which has a general meaning otherwise. The suite has been agreed on before a server asks for a certificate.
pub(super) fn explain_for_certificate(alert: A, hint: &str) -> Option<String> {
    let (name, _) = named(alert)?;
    matches!(alert, A::HandshakeFailure | A::InsufficientSecurity)
        .then(|| format!("{}, {hint}", sentence(name, u8::from(alert))))
}

fn sentence(name: &str, number: u8) -> String {
    format!("the server ended TLS with the alert {name} ({number})")
}

/// What the alert means for the user, where its name does not say it.
fn hint(alert: A, in_handshake: bool) -> Option<String> {
    Some(match alert {
        A::HandshakeFailure | A::NoRenegotiation if !in_handshake => {
            "it came after the handshake: the server wants another one (renegotiation), as some do to ask for a client \
             certificate for a part of their paths only, and this client makes one handshake for a connection; or it \
             refuses this client's certificate"
                .to_owned()
        }
        A::HandshakeFailure | A::InsufficientSecurity => format!(
            "usually the two have no cipher suite in common. This client offers {OFFER}; {OLD_SERVERS}. Some servers \
             also answer like this when they have none of the groups X25519, P-256 and P-384 for the key exchange, \
             when their certificate has a key of a kind that is not offered (Ed448, secp256k1, RSA-PSS), when they \
             want a client certificate, or when they do not know the host name"
        ),
        A::ProtocolVersion => {
            format!(
                "the server supports no version of TLS that this client offers, which are TLS 1.3 and, unless \
                 `tls.minVersion` excludes it, TLS 1.2; {OLD_SERVERS}"
            )
        }
        A::CertificateRequired | A::NoCertificate => {
            "the server wants a client certificate: give it as `cert`".to_owned()
        }
        A::CertificateExpired => "this client's certificate has expired, or is not valid yet".to_owned(),
        A::CertificateRevoked => "this client's certificate has been revoked".to_owned(),
        A::UnknownCA => {
            "the server does not know the authority that issued this client's certificate, or does not get the \
             certificates between the two: give them behind the client's own"
                .to_owned()
        }
        A::UnsupportedCertificate => {
            "this client's certificate has a key of a kind that the server does not take, or is not meant for clients"
                .to_owned()
        }
        A::AccessDenied => "the server knows this client's certificate and does not admit it".to_owned(),
        A::BadCertificate | A::CertificateUnknown => {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alert_that_rustls_knows_has_a_name_and_a_code() {
        for number in 0..=u8::MAX {
            let alert = A::from(number);
            let (code, message) = explain(alert, true);
            assert!(message.contains(&number.to_string()), "{message}");
            let is_known = !matches!(alert, A::Unknown(_));
            assert_eq!(code != "EPROTO", is_known, "{alert:?}");
        }
    }

    #[test]
    fn a_refused_handshake_names_what_this_client_offers() {
        for alert in [A::HandshakeFailure, A::ProtocolVersion] {
            let (_, message) = explain(alert, true);
            assert!(message.contains("1.3") && message.contains("CBC"), "{message}");
        }
    }

    #[test]
    fn an_alert_after_the_handshake_is_not_about_cipher_suites() {
        let (code, message) = explain(A::HandshakeFailure, false);
        assert_eq!(code, "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE");
        assert!(
            message.contains("renegotiation") && !message.contains("cipher suite"),
            "{message}"
        );
    }
}
