//! Accepts any certificate that the pins allow, for `verify: false`.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{DigitallySignedStruct, Error, SignatureScheme};

use super::pins::Pins;
use super::signature::{explained, refused_bits};

/// Accepts every certificate, if there are no pins. Still checks the handshake's signature if it can, because a mismatch means a broken server.
/// It cannot for certificates of version 1, which webpki does not read, and for RSA keys that are too small or too large
/// for the cryptography: those pass, because users turn verification off for old devices.
#[derive(Debug)]
pub(super) struct AcceptAll {
    pub(super) pins: Pins,
    pub(super) algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for AcceptAll {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.pins
            .check_sent([end_entity].into_iter().chain(intermediates))?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if !is_verifiable(cert) {
            return Ok(HandshakeSignatureValid::assertion());
        }
        explained(verify_tls12_signature(message, cert, dss, &self.algorithms), cert)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if !is_verifiable(cert) {
            return Ok(HandshakeSignatureValid::assertion());
        }
        explained(verify_tls13_signature(message, cert, dss, &self.algorithms), cert)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

fn is_verifiable(certificate: &CertificateDer<'_>) -> bool {
    ParsedCertificate::try_from(certificate).is_ok() && refused_bits(certificate).is_none()
}
