//! What is wrong with a chain that webpki refused: which certificate, and why. webpki names neither.

use rustls::pki_types::{CertificateDer, TrustAnchor};
use rustls::{CertificateError, Error};

use webpki::EndEntityCert;

use super::certificate::{Fields, Validity, is_self_issued, rsa_bits, shown_name, start};
use super::signature::ACCEPTED_RSA_BITS;
use crate::error::tls::{Moment, Refusal, Whose};

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
        _ => None,
    };
    refusal
        .unwrap_or_else(|| Refusal::Certificate {
            whose: at_fault(&reason, end_entity, intermediates),
            reason,
        })
        .into()
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

/// The certificate to which the reason applies.
fn at_fault(
    reason: &CertificateError,
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
) -> Whose {
    if applies(reason, end_entity, true) {
        return Whose::Server;
    }
    let authority = intermediates.iter().find(|one| applies(reason, one, false));
    let fields = authority.and_then(|one| Fields::of(one));
    fields.map_or(Whose::Unknown, |fields| {
        Whose::Authority(shown_name(fields.subject))
    })
}

/// Whether the reason applies to this certificate, as far as that can be told.
fn applies(reason: &CertificateError, certificate: &CertificateDer<'_>, is_end_entity: bool) -> bool {
    use CertificateError as C;
    let Some(fields) = Fields::of(certificate) else {
        return matches!(reason, C::BadEncoding);
    };
    match reason {
        C::ExpiredContext { not_after, .. } => fields.last() == Some(Moment::from(*not_after)),
        C::NotValidYetContext { not_before, .. } => fields.first() == Some(Moment::from(*not_before)),
        C::Expired => fields.first() > fields.last(),
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => !fields.is_for_servers(),
        C::UnsupportedSignatureAlgorithmContext {
            signature_algorithm_id,
            ..
        } => fields.signature == signature_algorithm_id,
        C::UnsupportedSignatureAlgorithmForPublicKeyContext {
            public_key_algorithm_id,
            ..
        } => start(fields.public_key).is_some_and(|algorithm| algorithm == public_key_algorithm_id),
        C::Other(other) => match other.0.downcast_ref() {
            Some(webpki::Error::EndEntityUsedAsCa) => !is_end_entity && !fields.is_authority(),
            Some(error) => is_of_parsing(certificate, error),
            None => false,
        },
        C::BadEncoding => EndEntityCert::try_from(certificate).is_err(),
        _ => false,
    }
}

/// Whether this certificate cannot be parsed for this reason.
fn is_of_parsing(certificate: &CertificateDer<'_>, reason: &webpki::Error) -> bool {
    EndEntityCert::try_from(certificate).err().as_ref() == Some(reason)
}

/// The refusal of a chain that ends at a trusted authority whose own certificate is not valid now.
pub(super) fn of_root(
    end_entity: &CertificateDer<'_>,
    intermediates: &[CertificateDer<'_>],
    out_of_date: &[(&TrustAnchor<'_>, Validity)],
    now: Moment,
) -> Error {
    let issued_by = |subject: &[u8]| {
        std::iter::once(end_entity)
            .chain(intermediates)
            .filter_map(|one| Fields::of(one))
            .any(|fields| fields.issuer == subject)
    };
    let root = out_of_date.iter().find(|(root, _)| issued_by(&root.subject));
    match root {
        Some((root, Validity { first, last })) => Refusal::RootOutOfDate {
            authority: shown_name(&root.subject),
            validity: (*first, *last),
            now,
        }
        .into(),
        None => CertificateError::UnknownIssuer.into(),
    }
}
