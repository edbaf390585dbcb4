//! The fields of a certificate that explain why it is refused. webpki reads them too, but keeps them to itself.
//!
//! Nothing here decides about trust: what cannot be parsed is `None`.

/// DER tags (X.690, 8.1.2; RFC 5280, 4.1).
mod tag {
    pub(super) const INTEGER: u8 = 0x02;
    pub(super) const BIT_STRING: u8 = 0x03;
    pub(super) const UTC_TIME: u8 = 0x17;
    pub(super) const GENERALIZED_TIME: u8 = 0x18;
    pub(super) const SEQUENCE: u8 = 0x30;
    pub(super) const VERSION: u8 = 0xa0;
}

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];

/// Characters of a name that a message shows.
const SHOWN: usize = 100;

/// Contents of the fields of a `TBSCertificate`, without their tags and lengths.
pub(super) struct Fields<'a> {
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
    pub(super) public_key: &'a [u8],
    validity: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Walks version, serial, signature, issuer, validity, subject, key.
    pub(super) fn of(certificate: &'a [u8]) -> Option<Self> {
        let (_, certificate, _) = element(certificate)?;
        let (_, to_be_signed, _) = element(certificate)?;
        let (first, _, after_first) = element(to_be_signed)?;
        let rest = if first == tag::VERSION {
            element(after_first)?.2
        } else {
            after_first
        };
        let (_, _, rest) = element(rest)?;
        let (issuer, rest) = sequence(rest)?;
        let (validity, rest) = sequence(rest)?;
        let (subject, rest) = sequence(rest)?;
        let (public_key, _) = sequence(rest)?;
        Some(Self {
            issuer,
            subject,
            public_key,
            validity,
        })
    }

    /// The first day, like 2024-02-29.
    pub(super) fn first_day(&self) -> Option<String> {
        day(self.validity)
    }

    /// The last day.
    pub(super) fn last_day(&self) -> Option<String> {
        let (_, _, rest) = element(self.validity)?;
        day(rest)
    }
}

/// The day of a `Time`.
fn day(time: &[u8]) -> Option<String> {
    let (tag, text, _) = element(time)?;
    let text = std::str::from_utf8(text).ok()?;
    let (year, rest) = match tag {
        // RFC 5280, 4.1.2.5.1: two digits mean 1950 to 2049
        tag::UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            let century = if year < "50" { "20" } else { "19" };
            (format!("{century}{year}"), rest)
        }
        tag::GENERALIZED_TIME => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.to_owned(), rest)
        }
        _ => return None,
    };
    Some(format!("{year}-{}-{}", rest.get(..2)?, rest.get(2..4)?))
}

/// Whether issuer and subject are the same name, as in a self-signed certificate.
pub(super) fn is_self_issued(certificate: &[u8]) -> bool {
    Fields::of(certificate).is_some_and(|fields| fields.issuer == fields.subject)
}

/// The bits of an RSA key, from the contents of a `SubjectPublicKeyInfo`; `None` for keys of other kinds.
pub(super) fn rsa_bits(public_key: &[u8]) -> Option<usize> {
    let (algorithm, rest) = sequence(public_key)?;
    let (_, identifier, _) = element(algorithm)?;
    if identifier != RSA_ENCRYPTION {
        return None;
    }
    let (tag::BIT_STRING, key, _) = element(rest)? else {
        return None;
    };
    // the first byte counts the unused bits of the last one
    let (numbers, _) = sequence(key.get(1..)?)?;
    let (tag::INTEGER, modulus, _) = element(numbers)? else {
        return None;
    };
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let first = modulus.get(zeros)?;
    Some((modulus.len() - zeros) * 8 - first.leading_zeros() as usize)
}

/// A name for messages: its common name, else its organization.
pub(super) fn shown_name(name: &[u8]) -> String {
    match attribute(name, COMMON_NAME).or_else(|| attribute(name, ORGANIZATION)) {
        // the server chose it: it must not write lines of a log
        Some(text) => {
            let text = String::from_utf8_lossy(text);
            let shown = text.chars().filter(|char| !char.is_control()).take(SHOWN);
            format!("\"{}\"", shown.collect::<String>())
        }
        None => "without a name".to_owned(),
    }
}

/// The value of the first attribute of this kind in a `Name`.
fn attribute<'a>(mut name: &'a [u8], kind: &[u8]) -> Option<&'a [u8]> {
    loop {
        let (_, set, rest) = element(name)?;
        let (pair, _) = sequence(set)?;
        let (_, found, value) = element(pair)?;
        if found == kind {
            return Some(element(value)?.1);
        }
        name = rest;
    }
}

/// The contents of a sequence, and what follows it.
fn sequence(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (tag, contents, rest) = element(der)?;
    (tag == tag::SEQUENCE).then_some((contents, rest))
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
    use rcgen::{CertificateParams, DnType, Issuer, KeyPair, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd};

    use super::*;

    #[test]
    fn the_fields_of_a_certificate_are_read() {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority
            .distinguished_name
            .push(DnType::CommonName, "author\nity");
        let authority_certificate = authority.self_signed(&key).unwrap();
        let issuer = Issuer::new(authority, key);
        for year in [1999, 2024, 2055] {
            let mut leaf = CertificateParams::new(vec!["example.com".to_owned()]).unwrap();
            leaf.not_before = date_time_ymd(year, 1, 9);
            leaf.not_after = date_time_ymd(year, 2, 28);
            let leaf = leaf.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap();
            let fields = Fields::of(leaf.der()).unwrap();
            assert_eq!(fields.first_day().unwrap(), format!("{year}-01-09"));
            assert_eq!(fields.last_day().unwrap(), format!("{year}-02-28"));
            assert_eq!(shown_name(fields.issuer), "\"authority\"");
            assert_eq!(rsa_bits(fields.public_key), None);
            assert!(!is_self_issued(leaf.der()));
        }
        assert!(is_self_issued(authority_certificate.der()));
        let fields = Fields::of(authority_certificate.der()).unwrap();
        assert_eq!(rsa_bits(fields.public_key), Some(2048));
    }

    #[test]
    fn a_truncated_or_invalid_certificate_has_no_fields() {
        let certificate = CertificateParams::new(Vec::new())
            .unwrap()
            .self_signed(&KeyPair::generate().unwrap())
            .unwrap();
        for end in 0..certificate.der().len() {
            assert!(Fields::of(&certificate.der()[..end]).is_none());
        }
        assert!(Fields::of(&[0xff; 64]).is_none());
        assert_eq!(shown_name(&[]), "without a name");
        assert_eq!(rsa_bits(&[0x30, 0x00]), None);
    }
}
