//! Certificates of PEM texts (RFC 7468).

use std::fmt;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};

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
    let certificates = CertificateDer::pem_slice_iter(text)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| match error {
            pem::Error::MissingSectionEnd { .. } => Unusable::NoEnd,
            pem::Error::Base64Decode(_) => Unusable::NoBase64,
            error => Unusable::Other(error),
        })?;
    let (read, begun) = (certificates.len(), begun(text));
    match (read, begun) {
        (0, 0) => Err(Unusable::NoCertificate),
        _ if begun > read => Err(Unusable::Incomplete { read, begun }),
        _ => Ok(certificates),
    }
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
}
