//! The client's own identity: its certificate chain and its private key, for servers that ask who the client is.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use httpxide_pkcs12::{Problem, read};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{Error as TlsError, InconsistentKeys};

use super::certificate::Fields;
use super::warning::Warning;
use crate::error::tls::date;
use crate::{Error, Kind, Phase};

/// A certificate chain with its private key. Every one that exists is complete: the key belongs to the first certificate.
#[derive(Clone)]
pub struct Identity {
    certified: Arc<CertifiedKey>,
    /// The key in PKCS#8: [`CertifiedKey`] does not compare.
    key: Vec<u8>,
}

impl Identity {
    /// The identity of a PEM text with certificates, the client's own first, and of a key in DER (PKCS#8, PKCS#1 or SEC 1).
    ///
    /// Fails with a `ConnectError` in phase `tls` whose code is OpenSSL's: `ERR_OSSL_PEM_NO_START_LINE`,
    /// `ERR_OSSL_PEM_BAD_END_LINE`, `ERR_OSSL_PEM_BAD_BASE64_DECODE`, `ERR_OSSL_ASN1_WRONG_TAG`, `ERR_OSSL_UNSUPPORTED`
    /// (a kind of key that TLS has no use for) or `ERR_OSSL_X509_KEY_VALUES_MISMATCH`.
    pub fn of_pem(certificates: &[u8], key: Vec<u8>) -> Result<Self, Error> {
        let chain = CertificateDer::pem_slice_iter(certificates)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| not_pem(&error))?;
        if chain.is_empty() {
            return Err(not_pem(&pem::Error::NoItemsFound));
        }
        Self::new(chain, key)
    }

    /// The identity of a PKCS#12 file. The certificates of authorities in it are sent along, each behind the one that it
    /// issued.
    ///
    /// Fails as [`of_pem`](Self::of_pem) does, with the code `ERR_OSSL_PKCS12_MAC_VERIFY_FAILURE` for a wrong passphrase and
    /// `ERR_OSSL_PKCS12_PARSE_ERROR` for a file that cannot be read.
    pub fn of_pkcs12(file: &[u8], passphrase: &str) -> Result<Self, Error> {
        let contents = read(file, passphrase).map_err(not_pkcs12)?;
        let mut certificates: Vec<_> = contents
            .certificates
            .into_iter()
            .map(CertificateDer::from)
            .collect();
        let mut refusal = invalid(
            "ERR_OSSL_PKCS12_PARSE_ERROR",
            "the file given as `cert.pfx` holds no certificate",
        );
        for at in 0..certificates.len() {
            certificates.swap(0, at);
            match Self::new(certificates.clone(), contents.key.clone()) {
                Ok(identity) => return Ok(identity.in_order()),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    fn new(chain: Vec<CertificateDer<'static>>, key: Vec<u8>) -> Result<Self, Error> {
        let parsed = PrivateKeyDer::try_from(key.clone()).map_err(|_| unusable_key())?;
        let certified = CertifiedKey::from_der(chain, parsed, &provider()).map_err(|error| match error {
            TlsError::InconsistentKeys(InconsistentKeys::KeyMismatch) => invalid(
                "ERR_OSSL_X509_KEY_VALUES_MISMATCH",
                "the private key given as `cert` is not that of the certificate",
            ),
            TlsError::InvalidCertificate(_) => invalid(
                "ERR_OSSL_ASN1_WRONG_TAG",
                "the certificate given as `cert` is malformed: it is no valid DER",
            ),
            _ => unusable_key(),
        })?;
        Ok(Self {
            certified: Arc::new(certified),
            key,
        })
    }

    /// Puts each issuer behind what it issued (RFC 8446 4.4.2), and leaves out what belongs to no chain of the first.
    fn in_order(self) -> Self {
        let mut rest = self.certified.cert.clone();
        let mut chain = vec![rest.remove(0)];
        while let Some(next) = chain.last().and_then(|last| issuer_among(last, &rest)) {
            chain.push(rest.remove(next));
        }
        Self {
            certified: Arc::new(CertifiedKey::new(chain, Arc::clone(&self.certified.key))),
            ..self
        }
    }

    /// The warning about a certificate that is out of date at this time. Only the server decides whether to refuse it.
    pub(super) fn warning(&self, now: UnixTime) -> Option<Warning> {
        let own = Fields::of(self.certified.cert.first()?)?;
        let (first, last, today) = (own.first_day()?, own.last_day()?, date(now));
        // dates like these sort as texts
        let (code, message) = if today > last {
            let message = format!("the client certificate given as `cert` has expired on {last}");
            ("HTTPXIDE_CERT_EXPIRED", message)
        } else if today < first {
            let message = format!("the client certificate given as `cert` is not valid before {first}");
            ("HTTPXIDE_CERT_NOT_YET_VALID", message)
        } else {
            return None;
        };
        let message = format!("{message}: servers will refuse it");
        Some(Warning { code, message })
    }

    pub(super) fn certified(&self) -> CertifiedKey {
        CertifiedKey::clone(&self.certified)
    }
}

fn issuer_among(certificate: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Option<usize> {
    let issued = Fields::of(certificate)?;
    let has_issued =
        |other: &CertificateDer<'_>| Fields::of(other).is_some_and(|fields| fields.subject == issued.issuer);
    others.iter().position(has_issued)
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.certified.cert == other.certified.cert
    }
}

impl Eq for Identity {}

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // certificates are public, and tell identities apart
        self.certified.cert.hash(state);
    }
}

impl fmt::Debug for Identity {
    /// Without the key, which belongs in no log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Identity")
            .field("certificates", &self.certified.cert.len())
            .finish_non_exhaustive()
    }
}

fn provider() -> CryptoProvider {
    aws_lc_rs::default_provider()
}

fn not_pem(error: &pem::Error) -> Error {
    let code = match error {
        pem::Error::MissingSectionEnd { .. } => "ERR_OSSL_PEM_BAD_END_LINE",
        pem::Error::Base64Decode(_) => "ERR_OSSL_PEM_BAD_BASE64_DECODE",
        _ => "ERR_OSSL_PEM_NO_START_LINE",
    };
    let message = format!("the certificate given as `cert` is not PEM: {error}");
    Error::new(Kind::ConnectError, Phase::Tls, code, message)
}

fn not_pkcs12(problem: Problem) -> Error {
    match problem {
        Problem::Passphrase => invalid(
            "ERR_OSSL_PKCS12_MAC_VERIFY_FAILURE",
            "the passphrase is not that of the file given as `cert.pfx`",
        ),
        Problem::NoKey => invalid(
            "ERR_OSSL_PKCS12_PARSE_ERROR",
            "the file given as `cert.pfx` holds no private key",
        ),
        Problem::Unreadable => invalid(
            "ERR_OSSL_PKCS12_PARSE_ERROR",
            "the file given as `cert.pfx` is no PKCS#12 file, or is damaged",
        ),
    }
}

fn unusable_key() -> Error {
    invalid(
        "ERR_OSSL_UNSUPPORTED",
        "the private key given as `cert` cannot be used: TLS takes RSA keys of 2048 to 8192 bits, ECDSA keys (P-256, \
         P-384, P-521) and Ed25519 keys",
    )
}

fn invalid(code: &'static str, message: &'static str) -> Error {
    Error::new(Kind::ConnectError, Phase::Tls, code, message)
}
