//! Pins: the public keys of which a server's chain must have one.

use std::cell::RefCell;

use aws_lc_rs::digest::{SHA256, digest};
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use rustls::{CertificateError, Error};
use webpki::{EndEntityCert, KeyUsage, VerifiedPath};

use super::certificate::{Fields, shown_name};
use crate::error::tls::{Refusal, SeenKey};

/// The SHA-256 digest of a public key: of the DER of a `SubjectPublicKeyInfo` (RFC 7469 2.4).
pub type Pin = [u8; 32];

/// The pins of a setting. Empty: every key is good.
#[derive(Clone, Debug, Default)]
pub(super) struct Pins(pub(super) Vec<Pin>);

/// What a path is looked for with: algorithms, anchors, time.
pub(super) struct PathRules<'a> {
    pub(super) algorithms: &'a [&'a dyn SignatureVerificationAlgorithm],
    pub(super) anchors: &'a [TrustAnchor<'a>],
    pub(super) now: UnixTime,
}

impl Pins {
    /// Checks the chain as the server sent it, for a client that verifies nothing else.
    pub(super) fn check_sent<'a>(
        &self,
        certificates: impl IntoIterator<Item = &'a CertificateDer<'a>>,
    ) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let seen = certificates.into_iter().filter_map(|one| key_of(one)).collect();
        self.check(seen)
    }

    /// Checks the paths from the certificate to a trusted authority: one of them must have a pinned key. A server may send
    /// any certificate along, so those that are on no path do not count (RFC 7469 2.6).
    pub(super) fn check_path(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        rules: &PathRules<'_>,
    ) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let certificate = EndEntityCert::try_from(end_entity).map_err(|_| CertificateError::BadEncoding)?;
        let seen = RefCell::new(Vec::new());
        let is_pinned = |path: &VerifiedPath<'_>| {
            let keys = keys_of(end_entity, path);
            if keys.iter().any(|key| self.0.contains(&key.pin)) {
                return Ok(());
            }
            seen.borrow_mut().extend(keys);
            // webpki goes on with the next path
            Err(webpki::Error::UnknownIssuer)
        };
        let found = certificate.verify_for_usage(
            rules.algorithms,
            rules.anchors,
            intermediates,
            rules.now,
            KeyUsage::server_auth(),
            None,
            Some(&is_pinned),
        );
        match found {
            Ok(_) => Ok(()),
            Err(_) => self.check(seen.into_inner()),
        }
    }

    fn check(&self, keys: Vec<SeenKey>) -> Result<(), Error> {
        if keys.iter().any(|key| self.0.contains(&key.pin)) {
            return Ok(());
        }
        // two paths share keys; the server's own stays the first
        let mut seen: Vec<SeenKey> = Vec::new();
        for key in keys {
            if seen.iter().all(|one| one.pin != key.pin) {
                seen.push(key);
            }
        }
        Err(Refusal::Unpinned { seen }.into())
    }
}

fn keys_of(end_entity: &CertificateDer<'_>, path: &VerifiedPath<'_>) -> Vec<SeenKey> {
    let anchor = path.anchor();
    let intermediates = path
        .intermediate_certificates()
        .filter_map(|one| key_of(&one.der()));
    key_of(end_entity)
        .into_iter()
        .chain(intermediates)
        .chain([seen_key(&anchor.subject, &anchor.subject_public_key_info)])
        .collect()
}

fn key_of(certificate: &CertificateDer<'_>) -> Option<SeenKey> {
    let fields = Fields::of(certificate)?;
    Some(seen_key(fields.subject, fields.public_key))
}

/// The key of a certificate whose subject and `SubjectPublicKeyInfo` have these contents.
fn seen_key(subject: &[u8], public_key: &[u8]) -> SeenKey {
    SeenKey {
        subject: shown_name(subject),
        pin: pin(public_key),
    }
}

/// The pin of a key, from the contents of its `SubjectPublicKeyInfo`.
fn pin(public_key: &[u8]) -> Pin {
    let mut info = vec![0x30];
    let length = public_key.len().to_be_bytes();
    let significant = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    if let [short] = *significant
        && short < 0x80
    {
        info.push(short);
    } else {
        // X.690 8.1.3.5: the number of bytes that follow, with the highest bit set
        info.push(0x80 | u8::try_from(significant.len()).unwrap_or_default());
        info.extend_from_slice(significant);
    }
    info.extend_from_slice(public_key);
    let mut pin = [0; 32];
    pin.copy_from_slice(digest(&SHA256, &info).as_ref());
    pin
}
