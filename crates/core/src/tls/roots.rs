//! The trusted certificates of a setting.

use std::env;
use std::fmt::Display;
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_native_certs::{load_certs_from_paths, load_native_certs};

use super::settings::{Roots, TlsSettings};
use crate::{Error, Kind, Phase};

/// The trusted certificates of one setting.
#[derive(Debug)]
pub(super) struct Trusted {
    pub(super) store: RootCertStore,
    /// Certificates that the user gave: one of them may be the server's own.
    pub(super) given: Vec<CertificateDer<'static>>,
}

impl Trusted {
    pub(super) fn gather(settings: &TlsSettings) -> Result<Self, Error> {
        let environment = &settings.environment;
        let mut trusted = Self {
            store: RootCertStore::empty(),
            given: Vec::new(),
        };
        match &settings.roots {
            Roots::Pem(texts) => {
                for text in texts {
                    trusted.add_pem(text)?;
                }
                return Ok(trusted);
            }
            Roots::BuiltIn => trusted
                .store
                .roots
                .extend_from_slice(webpki_roots::TLS_SERVER_ROOTS),
            Roots::System => trusted.add_system()?,
        }
        if let Some(file) = &environment.extra {
            trusted.add_file("NODE_EXTRA_CA_CERTS", Path::new(file))?;
        }
        if settings.roots == Roots::BuiltIn {
            if let Some(file) = &environment.file {
                trusted.add_file("SSL_CERT_FILE", Path::new(file))?;
            }
            for directory in environment.directories.iter().flat_map(env::split_paths) {
                trusted.add_directory(&directory)?;
            }
        }
        Ok(trusted)
    }

    fn add_pem(&mut self, text: &str) -> Result<(), Error> {
        let certificates = CertificateDer::pem_slice_iter(text.as_bytes()).collect::<Result<Vec<_>, _>>();
        let certificates =
            certificates.map_err(|error| unusable(&"the CA given to `verify` is not PEM", &error))?;
        if certificates.is_empty() {
            return Err(unusable(&"the CA given to `verify`", &"it holds no certificate"));
        }
        for certificate in &certificates {
            let added = self.store.add(certificate.clone());
            added.map_err(|error| unusable(&"the CA given to `verify`", &error))?;
        }
        self.given.extend(certificates);
        Ok(())
    }

    /// Leaves out certificates that webpki cannot parse: bundles hold a few ancient ones.
    fn add_file(&mut self, variable: &str, path: &Path) -> Result<(), Error> {
        let source = format!("{variable} names {}", path.display());
        let mut loaded = load_certs_from_paths(Some(path), None);
        if let Some(error) = loaded.errors.pop() {
            return Err(unusable(&source, &error));
        }
        let (usable, _) = self.store.add_parsable_certificates(loaded.certs.iter().cloned());
        if usable == 0 {
            return Err(unusable(&source, &"the file holds no certificate"));
        }
        self.given.extend(loaded.certs);
        Ok(())
    }

    /// The directory must exist. It may be empty, and may hold other files besides certificates.
    fn add_directory(&mut self, path: &Path) -> Result<(), Error> {
        let mut loaded = load_certs_from_paths(None, Some(path));
        if let (true, Some(error)) = (loaded.certs.is_empty(), loaded.errors.pop()) {
            return Err(unusable(
                &format_args!("SSL_CERT_DIR names {}", path.display()),
                &error,
            ));
        }
        self.store.add_parsable_certificates(loaded.certs);
        Ok(())
    }

    fn add_system(&mut self) -> Result<(), Error> {
        let mut loaded = load_native_certs();
        let (usable, _) = self.store.add_parsable_certificates(loaded.certs);
        match (usable, loaded.errors.pop()) {
            (0, Some(error)) => Err(unusable(&"the system's certificate store", &error)),
            (0, None) => Err(unusable(
                &"the system's certificate store",
                &"it holds no certificate",
            )),
            _ => Ok(()),
        }
    }
}

fn unusable(source: &dyn Display, reason: &dyn Display) -> Error {
    let message = format!("cannot load trusted certificates: {source}: {reason}");
    Error::new(Kind::ConnectError, Phase::Tls, "ERR_TLS_INVALID_CA", message)
}
