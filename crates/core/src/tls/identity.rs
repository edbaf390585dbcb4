//! The client's own identity: its certificate chain and its private key, for servers that ask who the client is.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use httpxide_pkcs12::{Problem, read};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::sign::{CertifiedKey, SigningKey};

use super::certificate::{Fields, contents};
use super::pem::{self, Unusable};
use super::warning::Warning;
use crate::error::tls::Moment;
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
        let chain = pem::certificates(certificates).map_err(|unusable| not_pem(&unusable))?;
        let signing = signing_key(&key)?;
        match own(&chain, &*signing)? {
            Some(0) => Ok(Self::new(chain, signing, key)),
            other => Err(not_its_key(other, chain.len())),
        }
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
        if certificates.is_empty() {
            return Err(invalid(
                "ERR_OSSL_PKCS12_PARSE_ERROR",
                "the file given as `cert.pfx` holds no certificate",
            ));
        }
        let signing = signing_key(&contents.key)?;
        let Some(own) = own(&certificates, &*signing)? else {
            return Err(not_its_key(None, certificates.len()));
        };
        certificates.swap(0, own);
        Ok(Self::new(in_order(certificates), signing, contents.key))
    }

    /// The key belongs to the first certificate.
    fn new(chain: Vec<CertificateDer<'static>>, signing: Arc<dyn SigningKey>, key: Vec<u8>) -> Self {
        Self {
            certified: Arc::new(CertifiedKey::new(chain, signing)),
            key,
        }
    }

    /// The warning about a certificate that is out of date at this time. Only the server decides whether to refuse it.
    pub(super) fn warning(&self, now: UnixTime) -> Option<Warning> {
        let own = Fields::of(self.certified.cert.first()?)?;
        let (first, last, now) = (own.first()?, own.last()?, Moment::from(now));
        let (code, message) = if now > last {
            let message = format!("the client certificate given as `cert` has expired on {last}");
            ("HTTPXIDE_CERT_EXPIRED", message)
        } else if now < first {
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

/// The key, with which handshakes are signed.
fn signing_key(key: &[u8]) -> Result<Arc<dyn SigningKey>, Error> {
    let parsed = PrivateKeyDer::try_from(key.to_vec()).map_err(|_| unusable_key())?;
    let provider = aws_lc_rs::default_provider().key_provider;
    provider.load_private_key(parsed).map_err(|_| unusable_key())
}

/// The place of the certificate that has this key. Every certificate must be well formed; what else it says is for the
/// server to judge, which may take one of version 1 of X.509, or with an extension that is not known here.
fn own(certificates: &[CertificateDer<'_>], key: &dyn SigningKey) -> Result<Option<usize>, Error> {
    let public_key = key.public_key();
    let public_key = public_key.as_ref().and_then(|info| contents(info));
    let mut own = None;
    for (index, certificate) in certificates.iter().enumerate() {
        let Some(fields) = Fields::of(certificate) else {
            return Err(malformed(index, certificates.len()));
        };
        if own.is_none() && public_key == Some(fields.public_key) {
            own = Some(index);
        }
    }
    Ok(own)
}

/// Puts each issuer behind what it issued (RFC 8446 4.4.2), and leaves out what belongs to no chain of the first.
fn in_order(mut certificates: Vec<CertificateDer<'static>>) -> Vec<CertificateDer<'static>> {
    let mut chain = vec![certificates.remove(0)];
    while let Some(next) = chain.last().and_then(|last| issuer_among(last, &certificates)) {
        chain.push(certificates.remove(next));
    }
    chain
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

fn not_pem(unusable: &Unusable) -> Error {
    let code = match unusable {
        Unusable::NoEnd => "ERR_OSSL_PEM_BAD_END_LINE",
        Unusable::NoBase64 => "ERR_OSSL_PEM_BAD_BASE64_DECODE",
        Unusable::NoCertificate | Unusable::Incomplete { .. } | Unusable::Other(_) => {
            "ERR_OSSL_PEM_NO_START_LINE"
        }
    };
    invalid(
        code,
        format!("the certificate given as `cert` is not PEM: {unusable}"),
    )
}

fn malformed(index: usize, count: usize) -> Error {
    let which = if count == 1 {
        "the certificate".to_owned()
    } else {
        format!("certificate {} of {count}", index + 1)
    };
    let message = format!("{which} given as `cert` is malformed: it is no valid DER");
    invalid("ERR_OSSL_ASN1_WRONG_TAG", message)
}

/// The key is that of another certificate among these, or of none.
fn not_its_key(other: Option<usize>, count: usize) -> Error {
    let message = "the private key given as `cert` is not that of the certificate";
    let message = match other {
        Some(index) => format!(
            "{message}, but of certificate {} of {count}: the client's own must be the first one",
            index + 1
        ),
        None => message.to_owned(),
    };
    invalid("ERR_OSSL_X509_KEY_VALUES_MISMATCH", message)
}

fn not_pkcs12(problem: Problem) -> Error {
    match problem {
        Problem::Passphrase => invalid(
            "ERR_OSSL_PKCS12_MAC_VERIFY_FAILURE",
            "the passphrase is not that of the file given as `cert.pfx`",
        ),
        Problem::Characters => invalid(
            "ERR_OSSL_PKCS12_MAC_VERIFY_FAILURE",
            "the passphrase of `cert.pfx` has a character that no passphrase of PKCS#12 can have here, such as an emoji",
        ),
        Problem::NoKey => invalid(
            "ERR_OSSL_PKCS12_PARSE_ERROR",
            "the file given as `cert.pfx` holds no private key",
        ),
        Problem::ManyKeys => invalid(
            "ERR_OSSL_PKCS12_PARSE_ERROR",
            "the file given as `cert.pfx` holds more than one private key",
        ),
        Problem::Algorithm => invalid(
            "ERR_OSSL_UNSUPPORTED",
            "the file given as `cert.pfx` is encrypted or protected by an algorithm that is not supported: AES, 3DES, \
             RC2 with 40 bits and RC4 are, and an HMAC; `openssl pkcs12` writes it anew",
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

fn invalid(code: &'static str, message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(Kind::ConnectError, Phase::Tls, code, message)
}
