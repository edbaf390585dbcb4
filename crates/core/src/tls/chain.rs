//! Checks the server's certificate.

use std::borrow::Cow;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::diagnosis;
use super::pins::{PathRules, Pins};
use super::roots::Trusted;
use super::signature;

/// Checks chain and dates by webpki, the name if `check_hostname` is set, and the pins.
#[derive(Debug)]
pub(super) struct ChainVerifier {
    pub(super) trusted: Trusted,
    pub(super) check_hostname: bool,
    pub(super) pins: Pins,
    pub(super) algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for ChainVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificate = ParsedCertificate::try_from(end_entity)?;
        let algorithms = self.algorithms.all;
        let verify = |store: &_| {
            verify_server_cert_signed_by_trust_anchor(&certificate, store, intermediates, now, algorithms)
        };
        let out_of_date = self.trusted.out_of_date(now.into());
        let store = if out_of_date.is_empty() {
            Cow::Borrowed(&self.trusted.store)
        } else {
            Cow::Owned(self.trusted.in_date(now.into()))
        };
        match verify(&store) {
            Ok(()) => {
                let rules = PathRules {
                    algorithms,
                    anchors: &store.roots,
                    now,
                };
                self.pins.check_path(end_entity, intermediates, &rules)?;
            }
            Err(Error::InvalidCertificate(reason)) => {
                if !(is_ca(&reason) && self.is_given(end_entity)) {
                    if !out_of_date.is_empty() && verify(&self.trusted.store).is_ok() {
                        return Err(diagnosis::of_root(
                            end_entity,
                            intermediates,
                            &out_of_date,
                            now.into(),
                        ));
                    }
                    return Err(diagnosis::of(reason, end_entity, intermediates, &store.roots));
                }
                self.pins.check_sent([end_entity])?;
            }
            Err(error) => return Err(error),
        }
        if self.check_hostname {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        signature::explained(verify_tls12_signature(message, cert, dss, &self.algorithms), cert)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        signature::explained(verify_tls13_signature(message, cert, dss, &self.algorithms), cert)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl ChainVerifier {
    fn is_given(&self, end_entity: &CertificateDer<'_>) -> bool {
        self.trusted
            .given
            .iter()
            .any(|given| given.as_ref() == end_entity.as_ref())
    }
}

/// Whether the certificate is refused because it is a CA as well, as `openssl req -x509` makes a server's. webpki refuses
/// that; OpenSSL, and so Node.js, accept it if the user trusts this very certificate. The dates are good: an expired
/// certificate has another error.
fn is_ca(reason: &CertificateError) -> bool {
    let CertificateError::Other(other) = reason else {
        return false;
    };
    matches!(other.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
}
