//! The fields of a certificate that explain why it is refused. webpki reads them too, but keeps them to itself.
//!
//! Nothing here decides about trust: what cannot be parsed is `None`.

use crate::error::tls::Moment;

/// DER tags (X.690, 8.1.2; RFC 5280, 4.1).
mod tag {
    pub(super) const BOOLEAN: u8 = 0x01;
    pub(super) const INTEGER: u8 = 0x02;
    pub(super) const BIT_STRING: u8 = 0x03;
    pub(super) const OCTET_STRING: u8 = 0x04;
    pub(super) const UTC_TIME: u8 = 0x17;
    pub(super) const GENERALIZED_TIME: u8 = 0x18;
    pub(super) const SEQUENCE: u8 = 0x30;
    pub(super) const VERSION: u8 = 0xa0;
    pub(super) const EXTENSIONS: u8 = 0xa3;
}

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
/// As an element, among the purposes of a key.
const SERVER_AUTHENTICATION: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];

/// Characters of a name that a message shows.
const SHOWN: usize = 100;

/// When a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) first: Moment,
    pub(super) last: Moment,
}

impl Validity {
    pub(super) fn includes(self, now: Moment) -> bool {
        (self.first..=self.last).contains(&now)
    }
}

/// Contents of the fields of a `TBSCertificate`, without their tags and lengths.
pub(super) struct Fields<'a> {
    /// How the certificate is signed.
    pub(super) signature: &'a [u8],
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
    pub(super) public_key: &'a [u8],
    validity: &'a [u8],
    /// What follows the key.
    rest: &'a [u8],
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
        let (signature, rest) = sequence(rest)?;
        let (issuer, rest) = sequence(rest)?;
        let (validity, rest) = sequence(rest)?;
        let (subject, rest) = sequence(rest)?;
        let (public_key, rest) = sequence(rest)?;
        Some(Self {
            signature,
            issuer,
            subject,
            public_key,
            validity,
            rest,
        })
    }

    /// From when the certificate is valid.
    pub(super) fn first(&self) -> Option<Moment> {
        moment(self.validity)
    }

    /// Until when it is valid.
    pub(super) fn last(&self) -> Option<Moment> {
        let (_, _, rest) = element(self.validity)?;
        moment(rest)
    }

    /// When it is valid.
    pub(super) fn validity(&self) -> Option<Validity> {
        let (first, last) = (self.first()?, self.last()?);
        Some(Validity { first, last })
    }

    /// Whether it is an authority's.
    pub(super) fn is_authority(&self) -> bool {
        self.extension(BASIC_CONSTRAINTS)
            .and_then(contents)
            .is_some_and(|constraints| constraints.starts_with(&[tag::BOOLEAN, 1, 0xff]))
    }

    /// Whether it may be a server's, or that of an authority of servers.
    pub(super) fn is_for_servers(&self) -> bool {
        self.extension(EXTENDED_KEY_USAGE).is_none_or(|purposes| {
            purposes
                .windows(SERVER_AUTHENTICATION.len())
                .any(|one| one == SERVER_AUTHENTICATION)
        })
    }

    /// The value of an extension.
    fn extension(&self, wanted: &[u8]) -> Option<&'a [u8]> {
        let mut rest = self.rest;
        let (mut extensions, _) = loop {
            let (tag, contents, behind) = element(rest)?;
            if tag == tag::EXTENSIONS {
                break sequence(contents)?;
            }
            rest = behind;
        };
        loop {
            let (extension, behind) = sequence(extensions)?;
            let (_, identifier, rest) = element(extension)?;
            if identifier == wanted {
                let (tag, value, rest) = element(rest)?;
                return match tag {
                    tag::OCTET_STRING => Some(value),
                    // whether it is critical stands before it
                    _ => element(rest).map(|(_, value, _)| value),
                };
            }
            extensions = behind;
        }
    }
}

/// The moment of a `Time`.
fn moment(time: &[u8]) -> Option<Moment> {
    let (tag, text, _) = element(time)?;
    let text = std::str::from_utf8(text).ok()?;
    let text = match tag {
        // RFC 5280, 4.1.2.5.1: two digits mean 1950 to 2049
        tag::UTC_TIME if text < "50" => format!("20{text}"),
        tag::UTC_TIME => format!("19{text}"),
        tag::GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    // behind the seconds is a Z: other forms are not allowed
    text.get(..14)?.parse().ok().map(Moment)
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

/// The contents of one sequence that is all there is.
pub(super) fn contents(der: &[u8]) -> Option<&[u8]> {
    let (contents, rest) = sequence(der)?;
    rest.is_empty().then_some(contents)
}

/// The contents of the sequence that comes first.
pub(super) fn start(der: &[u8]) -> Option<&[u8]> {
    sequence(der).map(|(contents, _)| contents)
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
    use rcgen::{
        BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
        PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
    };

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
            assert_eq!(fields.first().unwrap().to_string(), format!("{year}-01-09"));
            assert_eq!(fields.last().unwrap().to_string(), format!("{year}-02-28"));
            assert!(!fields.is_authority() && fields.is_for_servers());
            assert_eq!(shown_name(fields.issuer), "\"authority\"");
            assert_eq!(rsa_bits(fields.public_key), None);
            assert!(!is_self_issued(leaf.der()));
        }
        assert!(is_self_issued(authority_certificate.der()));
        let fields = Fields::of(authority_certificate.der()).unwrap();
        assert_eq!(rsa_bits(fields.public_key), Some(2048));
    }

    #[test]
    fn what_a_certificate_is_for_stands_in_its_extensions() {
        let key = KeyPair::generate().unwrap();
        for (is_ca, purposes, expected) in [
            (IsCa::NoCa, &[][..], (false, true)),
            (
                IsCa::ExplicitNoCa,
                &[ExtendedKeyUsagePurpose::ServerAuth],
                (false, true),
            ),
            (
                IsCa::Ca(BasicConstraints::Unconstrained),
                &[ExtendedKeyUsagePurpose::ClientAuth],
                (true, false),
            ),
            (
                IsCa::Ca(BasicConstraints::Constrained(1)),
                &[
                    ExtendedKeyUsagePurpose::ClientAuth,
                    ExtendedKeyUsagePurpose::ServerAuth,
                ],
                (true, true),
            ),
        ] {
            let mut params = CertificateParams::new(vec!["example.com".to_owned()]).unwrap();
            params.is_ca = is_ca;
            params.extended_key_usages = purposes.to_vec();
            let certificate = params.self_signed(&key).unwrap();
            let fields = Fields::of(certificate.der()).unwrap();
            assert_eq!((fields.is_authority(), fields.is_for_servers()), expected);
        }
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
