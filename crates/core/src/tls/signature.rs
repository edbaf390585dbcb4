//! The signature of a handshake, by which a server proves that it has its certificate's key.

use std::ops::RangeInclusive;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::CertificateDer;
use rustls::{CertificateError, Error};

use super::certificate::{Fields, rsa_bits};
use crate::error::tls::{Refusal, Whose};

/// The sizes of RSA keys that aws-lc-rs accepts. It calls signatures of other keys wrong.
pub(super) const ACCEPTED_RSA_BITS: RangeInclusive<usize> = 2048..=8192;

/// The bits of the certificate's RSA key, if they are too few or too many.
pub(super) fn refused_bits(certificate: &CertificateDer<'_>) -> Option<usize> {
    let bits = rsa_bits(Fields::of(certificate)?.public_key)?;
    (!ACCEPTED_RSA_BITS.contains(&bits)).then_some(bits)
}

/// The result of a verification, whose error names the cause.
pub(super) fn explained(
    result: Result<HandshakeSignatureValid, Error>,
    certificate: &CertificateDer<'_>,
) -> Result<HandshakeSignatureValid, Error> {
    result.map_err(|error| match error {
        Error::InvalidCertificate(CertificateError::BadSignature) => match refused_bits(certificate) {
            Some(bits) => Refusal::KeySize {
                whose: Whose::Server,
                bits,
            },
            None => Refusal::HandshakeSignature,
        }
        .into(),
        error => error,
    })
}
