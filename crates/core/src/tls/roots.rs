//! The trusted certificates of a setting.

use std::fmt::Display;
use std::path::Path;
use std::{env, fs, io};

use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, TrustAnchor};
use rustls_native_certs::{CertificateResult, load_certs_from_paths};

use super::certificate::{Fields, Validity};
use super::pem;
use super::settings::{Roots, TlsSettings, TrustEnvironment};
use super::warning::Warning;
use crate::error::tls::Moment;
use crate::{Error, Kind, Phase};

/// The trusted certificates of one setting.
#[derive(Debug)]
pub(super) struct Trusted {
    pub(super) store: RootCertStore,
    /// When authorities of the store are valid, by their places in it. Those that are compiled in have no dates.
    validities: Vec<(usize, Validity)>,
    /// Certificates that the user gave: one of them may be the server's own.
    pub(super) given: Vec<CertificateDer<'static>>,
}

impl Trusted {
    /// What of the environment cannot be used is left out, with a warning.
    pub(super) fn gather(settings: &TlsSettings, warnings: &mut Vec<Warning>) -> Result<Self, Error> {
        let environment = &settings.environment;
        let mut trusted = Self {
            store: RootCertStore::empty(),
            validities: Vec::new(),
            given: Vec::new(),
        };
        match &settings.roots {
            Roots::Pem(texts) => {
                for text in texts {
                    trusted.add_pem(text)?;
                }
                return Ok(trusted);
            }
            Roots::BuiltIn => {
                trusted.add_openssl(environment, warnings);
                trusted
                    .store
                    .roots
                    .extend_from_slice(webpki_roots::TLS_SERVER_ROOTS);
            }
            Roots::System => trusted.add_system(environment, warnings)?,
        }
        if let Some(file) = &environment.extra {
            let loaded = load_file(Path::new(file));
            trusted.add_loaded(loaded, "NODE_EXTRA_CA_CERTS", Path::new(file), warnings);
        }
        Ok(trusted)
    }

    /// The authorities whose own certificates are not valid at this time. webpki, which keeps no dates of them, would trust
    /// them.
    pub(super) fn out_of_date(&self, now: Moment) -> Vec<(&TrustAnchor<'static>, Validity)> {
        self.validities
            .iter()
            .filter(|(_, validity)| !validity.includes(now))
            .map(|(place, validity)| (&self.store.roots[*place], *validity))
            .collect()
    }

    /// The authorities whose certificates are valid at this time.
    pub(super) fn in_date(&self, now: Moment) -> RootCertStore {
        let mut store = self.store.clone();
        for (place, validity) in self.validities.iter().rev() {
            if !validity.includes(now) {
                store.roots.swap_remove(*place);
            }
        }
        store
    }

    /// Adds what OpenSSL's two variables name.
    fn add_openssl(&mut self, environment: &TrustEnvironment, warnings: &mut Vec<Warning>) {
        if let Some(file) = &environment.file {
            let loaded = load_file(Path::new(file));
            self.add_loaded(loaded, "SSL_CERT_FILE", Path::new(file), warnings);
        }
        for directory in environment.directories.iter().flat_map(env::split_paths) {
            let mut loaded = Loaded::from(load_certs_from_paths(None, Some(&directory)));
            if !loaded.certificates.is_empty() {
                // a directory may hold other files besides certificates
                loaded.fault = None;
            }
            self.add_loaded(loaded, "SSL_CERT_DIR", &directory, warnings);
        }
    }

    /// Leaves out, with one warning, what cannot be read and certificates that webpki cannot parse.
    fn add_loaded(&mut self, loaded: Loaded, variable: &str, path: &Path, warnings: &mut Vec<Warning>) {
        let unusable = self.add_parsable(&loaded.certificates);
        let is_empty = loaded.certificates.is_empty();
        self.given.extend(loaded.certificates);
        let reason = match (loaded.fault, unusable) {
            (Some(reason), _) | (None, Some(reason)) => reason,
            (None, None) if is_empty => "it holds no certificate".to_owned(),
            (None, None) => return,
        };
        warnings.push(Warning {
            code: "HTTPXIDE_CA_IGNORED",
            message: format!(
                "ignoring certificates that {variable} names, in {}: {reason}",
                path.display()
            ),
        });
    }

    /// Names the first certificate that cannot be used, if there is one, by its place among all.
    fn add_parsable(&mut self, certificates: &[CertificateDer<'static>]) -> Option<String> {
        let mut unusable = None;
        for (index, certificate) in certificates.iter().enumerate() {
            if let Err(error) = self.add(certificate.clone()) {
                unusable.get_or_insert_with(|| numbered(index, certificates.len(), &error));
            }
        }
        unusable
    }

    fn add(&mut self, certificate: CertificateDer<'static>) -> Result<(), rustls::Error> {
        let validity = Fields::of(&certificate).and_then(|fields| fields.validity());
        let place = self.store.len();
        self.store.add(certificate)?;
        self.validities.extend(validity.map(|validity| (place, validity)));
        Ok(())
    }

    fn add_pem(&mut self, text: &str) -> Result<(), Error> {
        let certificates = pem::certificates(text.as_bytes())
            .map_err(|reason| unusable(&"the CA given to `verify`", &reason))?;
        if let Some(reason) = self.add_parsable(&certificates) {
            return Err(unusable(&"the CA given to `verify`", &reason));
        }
        self.given.extend(certificates);
        Ok(())
    }

    /// On Linux, what OpenSSL's variables name replaces the store, if it can be used.
    fn add_system(
        &mut self,
        environment: &TrustEnvironment,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), Error> {
        if cfg!(all(unix, not(target_os = "macos"))) {
            self.add_openssl(environment, warnings);
            if !self.store.is_empty() {
                return Ok(());
            }
        }
        let loaded = load_store();
        let added = loaded.certificates.into_iter().map(|one| self.add(one));
        let usable = added.flatten().count();
        match (usable, loaded.fault) {
            (0, Some(error)) => Err(unusable(&"the system's certificate store", &error)),
            (0, None) => Err(unusable(
                &"the system's certificate store",
                &"it holds no certificate",
            )),
            _ => Ok(()),
        }
    }
}

/// What a file or a store holds.
#[derive(Default)]
struct Loaded {
    certificates: Vec<CertificateDer<'static>>,
    /// Why there are no others.
    fault: Option<String>,
}

impl From<CertificateResult> for Loaded {
    fn from(result: CertificateResult) -> Self {
        Self {
            certificates: result.certs,
            fault: result.errors.first().map(ToString::to_string),
        }
    }
}

/// The certificates of a file.
fn load_file(path: &Path) -> Loaded {
    match read_file(path) {
        Ok(text) => {
            let (certificates, unusable) = pem::readable(&text);
            Loaded {
                certificates,
                fault: unusable.map(|reason| reason.to_string()),
            }
        }
        Err(error) => Loaded {
            fault: Some(error.to_string()),
            ..Loaded::default()
        },
    }
}

/// Only a regular file is read: a pipe or a device may never end, or wait for a writer forever.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    fs::read(path)
}

/// The platform's store.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn load_store() -> Loaded {
    rustls_native_certs::load_native_certs().into()
}

/// The platform's store: the bundle and the directories that distributions have.
#[cfg(all(unix, not(target_os = "macos")))]
fn load_store() -> Loaded {
    let found = openssl_probe::probe();
    let mut loaded = found.cert_file.as_deref().map(load_file).unwrap_or_default();
    for directory in found.cert_dir {
        let more = Loaded::from(load_certs_from_paths(None, Some(&directory)));
        loaded.certificates.extend(more.certificates);
        loaded.fault = loaded.fault.or(more.fault);
    }
    loaded
}

fn numbered(index: usize, count: usize, error: &dyn Display) -> String {
    format!("certificate {} of {count}: {error}", index + 1)
}

fn unusable(source: &dyn Display, reason: &dyn Display) -> Error {
    let message = format!("cannot load trusted certificates: {source}: {reason}");
    Error::new(Kind::ConnectError, Phase::Tls, "ERR_TLS_INVALID_CA", message)
}
