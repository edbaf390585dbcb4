//! Algorithms by which a certificate is signed and which this client refuses.

use super::refusal::Whose;

/// Algorithms of signatures that are refused, by the contents of their DER identifier (RFC 3279, RFC 8410).
const REFUSED_ALGORITHMS: &[(&[u8], &str, bool)] = &[
    (
        &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04],
        "RSA with MD5",
        true,
    ),
    (
        &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05],
        "RSA with SHA-1",
        true,
    ),
    (
        &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01],
        "ECDSA with SHA-1",
        true,
    ),
    (
        &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x03],
        "DSA with SHA-1",
        true,
    ),
    (&[0x06, 0x03, 0x2b, 0x65, 0x71], "Ed448", false),
];

/// Code and message, from the contents of the algorithm's DER identifier.
pub(super) fn explain(identifier: &[u8], whose: &Whose) -> (&'static str, String) {
    let known = REFUSED_ALGORITHMS
        .iter()
        .find(|(start, ..)| identifier.starts_with(start));
    let (name, is_weak) = known.map_or(
        ("an algorithm that this client does not support", false),
        |(_, name, is_weak)| (*name, *is_weak),
    );
    let code = if is_weak {
        "ERR_SSL_CA_MD_TOO_WEAK"
    } else {
        "CERT_REJECTED"
    };
    let message = format!(
        "{whose} is signed by {name}; RSA and ECDSA with SHA-256 or stronger, and Ed25519, are \
         accepted"
    );
    (code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_signature_names_its_algorithm() {
        for (identifier, name, is_weak) in REFUSED_ALGORITHMS {
            let (code, message) = explain(identifier, &Whose::Server);
            assert!(message.contains(name), "{message}");
            assert_eq!(code == "ERR_SSL_CA_MD_TOO_WEAK", *is_weak);
        }
        assert_eq!(explain(&[0x06, 0x01, 0x00], &Whose::Unknown).0, "CERT_REJECTED");
    }
}
