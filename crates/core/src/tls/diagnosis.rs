//! What is wrong with a chain that webpki refused: which certificate, and why. webpki names neither.

use rustls::pki_types::{CertificateDer, TrustAnchor};
use rustls::{CertificateError, Error};

use super::certificate::{Fields, is_self_issued, rsa_bits, shown_name};
use super::signature::ACCEPTED_RSA_BITS;
use crate::error::tls::{Refusal, Whose, date};

/// The error for a chain that was refused for this reason.
pub(super) fn of(
    reason: CertificateError,
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    roots: &[TrustAnchor<'_>],
) -> Error {
    let refusal = match &reason {
        CertificateError::UnknownIssuer => Some(untrusted(end_entity, intermediates)),
        // the only other error of a self-signed certificate: it is a CA as well
        CertificateError::Other(_) if is_self_issued(end_entity) => Some(Refusal::SelfSigned),
        CertificateError::BadSignature => weak_authority(end_entity, intermediates, roots),
        CertificateError::ExpiredContext { not_after, .. } => {
            expired_authority(&date(*not_after), end_entity, intermediates)
        }
        _ => None,
    };
    refusal.map_or_else(|| reason.into(), Error::from)
}

/// Distinguishes as OpenSSL does, because Node.js's codes do.
fn untrusted(end_entity: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Refusal {
    if is_self_issued(end_entity) {
        return Refusal::SelfSigned;
    }
    if let Some(authority) = intermediates
        .iter()
        .find(|certificate| is_self_issued(certificate))
    {
        return Refusal::SelfSignedInChain {
            authority: Fields::of(authority).map_or_else(String::new, |fields| shown_name(fields.subject)),
        };
    }
    let last = intermediates.last().unwrap_or(end_entity);
    Refusal::UnknownIssuer {
        issuer: Fields::of(last).map_or_else(String::new, |fields| shown_name(fields.issuer)),
        is_alone: intermediates.is_empty(),
    }
}

/// The authority whose key is too small or too large. The cryptography under webpki calls its signatures wrong.
fn weak_authority(
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    roots: &[TrustAnchor<'_>],
) -> Option<Refusal> {
    let fields = || {
        std::iter::once(end_entity)
            .chain(intermediates)
            .filter_map(|one| Fields::of(one))
    };
    let issuers: Vec<_> = fields().map(|one| one.issuer).collect();
    let sent = fields().map(|one| (one.subject, one.public_key));
    let trusted = roots
        .iter()
        .map(|root| (&*root.subject, &*root.subject_public_key_info));
    sent.chain(trusted)
        .filter(|(subject, _)| issuers.contains(subject))
        .find_map(|(subject, key)| {
            let bits = rsa_bits(key).filter(|bits| !ACCEPTED_RSA_BITS.contains(bits))?;
            let whose = Whose::Authority(shown_name(subject));
            Some(Refusal::KeySize { whose, bits })
        })
}

/// The authority whose last day this was; `None` if it was the server's own certificate.
fn expired_authority(
    last_day: &str,
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
) -> Option<Refusal> {
    let ends_then = |fields: &Fields<'_>| fields.last_day().is_some_and(|day| day == last_day);
    if Fields::of(end_entity).is_none_or(|fields| ends_then(&fields)) {
        return None;
    }
    let authority = intermediates
        .iter()
        .filter_map(|one| Fields::of(one))
        .find(ends_then)?;
    Some(Refusal::AuthorityExpired {
        authority: shown_name(authority.subject),
        last_day: last_day.to_owned(),
    })
}
