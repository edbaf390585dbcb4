//! Certificates of PEM texts (RFC 7468).

use std::borrow::Cow;
use std::fmt;

use memchr::memmem;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const LABEL: &[u8] = b"CERTIFICATE-----";
const OLD_LABEL: &[u8] = b"X509 CERTIFICATE-----";

/// Why a text is not usable: it holds no certificate, or a part of it is lost, which only a handshake would show.
#[derive(Debug)]
pub(super) enum Unusable {
    /// Nothing in it begins as a certificate.
    NoCertificate,
    /// It ends before a certificate does.
    NoEnd,
    /// Something in it is not base64.
    NoBase64,
    /// Some certificates in it are not read: two texts joined without a line break, or a format of OpenSSL's own.
    Incomplete {
        /// How many are read.
        read: usize,
        /// How many begin.
        begun: usize,
    },
    /// Anything else.
    Other(pem::Error),
}

/// All certificates of a text, of which there is one at least.
pub(super) fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    match readable(text) {
        (certificates, None) => Ok(certificates),
        (_, Some(unusable)) => Err(unusable),
    }
}

/// The certificates of a text that can be read, and why others cannot.
pub(super) fn readable(text: &[u8]) -> (Vec<CertificateDer<'static>>, Option<Unusable>) {
    let text = &*as_standard(text);
    let (mut certificates, mut unusable) = (Vec::new(), None);
    for certificate in CertificateDer::pem_slice_iter(text) {
        match certificate {
            Ok(certificate) => certificates.push(certificate),
            Err(error) => {
                unusable.get_or_insert(match error {
                    pem::Error::MissingSectionEnd { .. } => Unusable::NoEnd,
                    pem::Error::Base64Decode(_) => Unusable::NoBase64,
                    error => Unusable::Other(error),
                });
            }
        }
    }
    let (read, begun) = (certificates.len(), begun(text));
    let lost = match (read, begun) {
        (0, 0) => Some(Unusable::NoCertificate),
        _ if begun > read => Some(Unusable::Incomplete { read, begun }),
        _ => None,
    };
    (certificates, unusable.or(lost))
}

/// The text as RFC 7468 has it. OpenSSL, and so Node.js, reads past a byte order mark and knows an older label.
fn as_standard(text: &[u8]) -> Cow<'_, [u8]> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut standard = Vec::new();
    let mut copied = 0;
    for at in memmem::find_iter(text, OLD_LABEL) {
        standard.extend_from_slice(&text[copied..at]);
        copied = at + OLD_LABEL.len() - LABEL.len();
    }
    if copied == 0 {
        return text.into();
    }
    standard.extend_from_slice(&text[copied..]);
    standard.into()
}

/// How many certificates a text announces, in whichever format.
fn begun(text: &[u8]) -> usize {
    String::from_utf8_lossy(text)
        .split("-----BEGIN ")
        .skip(1)
        .filter(|section| {
            let label = section.split_once("-----").map_or("", |(label, _)| label);
            label.ends_with("CERTIFICATE")
        })
        .count()
}

impl fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCertificate => formatter.write_str("it holds no certificate"),
            Self::NoEnd => formatter.write_str("it ends before the last line of a certificate"),
            Self::NoBase64 => formatter.write_str("it has a character that is not base64"),
            Self::Incomplete { read, begun } => write!(
                formatter,
                "{read} of {begun} certificates are PEM: each begins with a line of its own, -----BEGIN CERTIFICATE-----"
            ),
            Self::Other(error) => error.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    fn outcome(text: &str) -> String {
        certificates(text.as_bytes()).map_or_else(
            |unusable| unusable.to_string(),
            |certificates| certificates.len().to_string(),
        )
    }

    #[test]
    fn all_certificates_of_a_text_are_read_or_none() {
        for (text, expected) in [
            (ONE.to_owned(), "1"),
            (
                format!("words\r\n{}# words\n{ONE}", ONE.replace('\n', "\r\n")),
                "2",
            ),
            (format!("\u{feff}{ONE}"), "1"),
            (format!("{ONE}{0}{ONE}{0}", ONE.replace("CERT", "X509 CERT")), "4"),
            (String::new(), "no certificate"),
            (
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned(),
                "no certificate",
            ),
            (ONE[..40].to_owned(), "ends before"),
            (ONE.replace("AAAA", "A?AA"), "not base64"),
            (format!("{}{ONE}", ONE.trim()), "1 of 2"),
            (format!("{ONE}{}", ONE.replace("CERT", "TRUSTED CERT")), "1 of 2"),
            (ONE.replace('-', " -"), "no certificate"),
            (format!("  {ONE}"), "0 of 1"),
        ] {
            let outcome = outcome(&text);
            assert!(outcome.contains(expected), "{outcome}: {text}");
        }
    }

    #[test]
    fn what_can_be_read_is_told_apart_from_what_is_lost() {
        let bad = ONE.replace("AAAA", "A?AA");
        for (text, read, reason) in [
            (format!("{bad}{ONE}{ONE}"), 2, "not base64"),
            (format!("{ONE}{}", &ONE[..40]), 1, "ends before"),
            (format!("{}{ONE}{ONE}", ONE.trim()), 2, "2 of 3"),
            (
                format!("{}{ONE}", ONE.replace("CERT", "TRUSTED CERT")),
                1,
                "1 of 2",
            ),
        ] {
            let (certificates, unusable) = readable(text.as_bytes());
            assert_eq!(certificates.len(), read, "{text}");
            let unusable = unusable.unwrap().to_string();
            assert!(unusable.contains(reason), "{unusable}: {text}");
        }
        assert!(readable(ONE.as_bytes()).1.is_none());
    }
}
