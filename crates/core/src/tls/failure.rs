//! Tells failures of TLS in Node's codes and in words that say what to do.

use std::fmt;
use std::io;

use rustls::pki_types::{ServerName, UnixTime};
use rustls::{AlertDescription, CertificateError, Error as TlsError};

use crate::error::system_code;
use crate::{Error, Kind, Phase};

/// Why a chain does not lead to a trusted root.
#[derive(Clone, Copy, Debug)]
pub(super) enum Untrusted {
    SelfSigned,
    SelfSignedInChain,
    UnknownIssuer,
}

impl Untrusted {
    fn explain(self) -> (&'static str, String) {
        let (code, what) = match self {
            Self::SelfSigned => (
                "DEPTH_ZERO_SELF_SIGNED_CERT",
                "the server's certificate is self-signed",
            ),
            Self::SelfSignedInChain => (
                "SELF_SIGNED_CERT_IN_CHAIN",
                "the server's certificate comes from an authority that is not trusted",
            ),
            Self::UnknownIssuer => (
                "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                "the issuer of the server's certificate is not known, or the server does not send the chain up to it",
            ),
        };
        let advice = "give the authority's certificate as `verify: { ca }` or in NODE_EXTRA_CA_CERTS";
        (code, format!("{what}; {advice}"))
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.explain().1)
    }
}

impl std::error::Error for Untrusted {}

/// The error of a handshake that failed: TLS's own reasons, or those of the connection under it.
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

/// Code and words, if `error` comes from TLS. Also for errors of an established connection: under TLS 1.3
/// a server refuses a client only after the client's handshake is over.
pub fn explain(error: &io::Error) -> Option<(&'static str, String)> {
    let error = error.get_ref()?.downcast_ref::<TlsError>()?;
    Some(match error {
        TlsError::InvalidCertificate(reason) => explain_certificate(reason),
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

fn explain_certificate(reason: &CertificateError) -> (&'static str, String) {
    match reason {
        CertificateError::ExpiredContext { not_after, .. } => (
            "CERT_HAS_EXPIRED",
            format!(
                "the server's certificate has expired: it was valid until {}",
                date(*not_after)
            ),
        ),
        CertificateError::Expired => (
            "CERT_HAS_EXPIRED",
            "the server's certificate has expired".to_owned(),
        ),
        CertificateError::NotValidYetContext { time, not_before } => {
            let (from, now) = (date(*not_before), date(*time));
            let message = format!(
                "the server's certificate is valid from {from} only, and this computer's date is {now}"
            );
            ("CERT_NOT_YET_VALID", message)
        }
        CertificateError::NotValidYet => (
            "CERT_NOT_YET_VALID",
            "the server's certificate is not valid yet".to_owned(),
        ),
        CertificateError::NotValidForNameContext { expected, presented } => {
            ("ERR_TLS_CERT_ALTNAME_INVALID", explain_name(expected, presented))
        }
        CertificateError::NotValidForName => (
            "ERR_TLS_CERT_ALTNAME_INVALID",
            "the server's certificate is for another host".to_owned(),
        ),
        CertificateError::UnknownIssuer => Untrusted::UnknownIssuer.explain(),
        CertificateError::Other(other) if other.0.is::<Untrusted>() => other
            .0
            .downcast_ref()
            .copied()
            .unwrap_or(Untrusted::UnknownIssuer)
            .explain(),
        CertificateError::Revoked => (
            "CERT_REVOKED",
            "the server's certificate has been revoked".to_owned(),
        ),
        CertificateError::BadSignature => {
            let message = "a signature in the server's certificate chain is wrong: a trusted authority has the \
                           issuer's name but not its key; was the authority made anew?";
            ("CERT_SIGNATURE_FAILURE", message.to_owned())
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => (
            "INVALID_PURPOSE",
            "the server's certificate is not meant for servers".to_owned(),
        ),
        other => (
            "CERT_REJECTED",
            format!("the server's certificate is refused: {other}"),
        ),
    }
}

fn explain_name(expected: &ServerName<'_>, presented: &[String]) -> String {
    let expected = expected.to_str();
    // rustls shows the names as `DnsName("example.com")`; what is between the quotes is what people know.
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

/// The day, as in 2024-02-29, in UTC; by the algorithm of Howard Hinnant's `civil_from_days`.
fn date(time: UnixTime) -> String {
    let days = time.as_secs() / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn dates_are_told_as_people_write_them() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (1_709_164_800, "2024-02-29"),
            (1_735_689_599, "2024-12-31"),
            (4_102_444_800, "2100-01-01"),
        ] {
            assert_eq!(
                date(UnixTime::since_unix_epoch(Duration::from_secs(seconds))),
                expected
            );
        }
    }

    #[test]
    fn every_failure_of_a_certificate_has_the_code_that_node_gives_it() {
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
    fn an_alert_that_asks_for_a_client_certificate_says_so() {
        let alert = TlsError::AlertReceived(AlertDescription::CertificateRequired);
        let (code, message) = explain(&io::Error::new(io::ErrorKind::InvalidData, alert)).unwrap();
        assert_eq!(code, "EPROTO");
        assert!(message.contains("client certificate"), "{message}");
    }

    #[test]
    fn failures_of_the_connection_keep_the_codes_of_the_system() {
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
