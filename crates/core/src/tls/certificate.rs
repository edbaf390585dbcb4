//! Whether a certificate names itself as its issuer, which webpki does not say.

/// DER tags (X.690, 8.1.2).
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// Whether issuer and subject are the same name, as in a self-signed certificate (RFC 5280, 4.1).
///
/// Only explains a refusal, and never leads to an acceptance without the user's trust: a certificate that cannot be
/// parsed is `false`.
pub(super) fn is_self_issued(certificate: &[u8]) -> bool {
    issuer_and_subject(certificate).is_some_and(|(issuer, subject)| issuer == subject)
}

/// Walks the fields of a `TBSCertificate`: \[version\], serial, signature, issuer, validity, subject.
fn issuer_and_subject(certificate: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, certificate, _) = element(certificate)?;
    let (_, to_be_signed, _) = element(certificate)?;
    let (tag, _, after_first) = element(to_be_signed)?;
    let rest = if tag == VERSION {
        element(after_first)?.2
    } else {
        after_first
    };
    let (_, _, rest) = element(rest)?;
    let (tag, issuer, rest) = element(rest)?;
    let (_, _, rest) = element(rest)?;
    let (_, subject, _) = element(rest)?;
    (tag == SEQUENCE).then_some((issuer, subject))
}

/// The first element: its tag, its contents, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        // four bytes of length suffice: TLS carries no certificate of 2^24 bytes
        let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f).min(4))?;
        (
            bytes
                .iter()
                .fold(0, |length, &byte| length << 8 | usize::from(byte)),
            rest,
        )
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((tag, contents, rest))
}

#[cfg(test)]
mod tests {
    use super::is_self_issued;
    use rcgen::{CertificateParams, Issuer, KeyPair};

    #[test]
    fn only_a_self_signed_certificate_is_self_issued() {
        let key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority
            .distinguished_name
            .push(rcgen::DnType::CommonName, "authority");
        let authority_certificate = authority.self_signed(&key).unwrap();
        let issuer = Issuer::new(authority, key);
        let leaf = CertificateParams::new(vec!["example.com".to_owned()])
            .unwrap()
            .signed_by(&KeyPair::generate().unwrap(), &issuer)
            .unwrap();
        assert!(is_self_issued(authority_certificate.der()));
        assert!(!is_self_issued(leaf.der()));
        for end in 0..60 {
            assert!(!is_self_issued(&authority_certificate.der()[..end]));
        }
        assert!(!is_self_issued(&[0xff; 64]));
    }
}
