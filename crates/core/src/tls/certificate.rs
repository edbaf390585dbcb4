//! The one fact about a certificate that webpki does not tell: whether it names itself as its issuer.

/// DER tags (X.690, 8.1.2).
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// Whether issuer and subject are the same name, as in a self-signed certificate (RFC 5280, 4.1).
///
/// Serves to explain a refusal that is already certain, never to accept: anything unreadable is `false`.
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
        // Four length bytes are more than TLS, which stops at 2^24, can carry.
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
    fn a_self_signed_certificate_is_told_from_an_issued_one_and_from_garbage() {
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
