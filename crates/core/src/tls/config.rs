//! Builds rustls configurations, and keeps one for each distinct setting.

use std::fmt::Display;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::Resumption;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::sign::SingleCertAndKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, SupportedProtocolVersion};
use tokio::task::spawn_blocking;

use super::chain::ChainVerifier;
use super::identity_request::{NoIdentity, OneIdentity};
use super::key_log::KeyLogFile;
use super::pins::Pins;
use super::roots::Trusted;
use super::sessions::Sessions;
use super::settings::{MinVersion, TlsSettings, Verify};
use super::unverified::AcceptAll;
use super::warning::Warning;
use crate::error::{system_code, system_words};
use crate::{Error, Kind, Phase};

/// Configurations kept. Programs have one to three; the limit is for programs that make a new CA for each client.
const KEPT: usize = 64;

/// The configurations, the one that was asked for last at the end. The lock is held for a look only, never while files are
/// read: an I/O thread waits for it.
static CONFIGURATIONS: Mutex<Vec<Configuration>> = Mutex::new(Vec::new());

/// Empty while a thread builds it, which holds its lock.
type Building = Arc<Mutex<Option<Configured>>>;

struct Configuration {
    settings: TlsSettings,
    building: Building,
}

/// A configuration of rustls, and what could not be done for it.
#[derive(Clone, Debug)]
pub struct Configured {
    /// The configuration, without resumption.
    pub config: Arc<ClientConfig>,
    /// `None` if sessions are not resumed.
    sessions: Option<Arc<Sessions>>,
    /// What the environment names and cannot be used.
    pub warnings: Arc<[Warning]>,
}

impl Configured {
    /// The configuration for one connection to this server, which resumes its sessions.
    pub(crate) fn for_server(&self, server_name: &ServerName<'static>, port: u16) -> Arc<ClientConfig> {
        let Some(sessions) = &self.sessions else {
            return Arc::clone(&self.config);
        };
        let mut config = ClientConfig::clone(&self.config);
        config.resumption = sessions.of(server_name, port);
        Arc::new(config)
    }
}

/// The configuration for these settings, by aws-lc-rs.
///
/// The first call with a setting reads the certificate files that the setting names, which blocks. Further calls in the
/// process return the same object. A given CA that is no certificate is a `ConnectError` in phase `tls`, and so is a file
/// for secrets that cannot be opened; what the environment names and cannot be used is a warning.
pub fn client_config(settings: &TlsSettings) -> Result<Configured, Error> {
    let building = kept(settings);
    // a panic while it was built has left it empty
    let mut configured = building.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(configured) = &*configured {
        return Ok(configured.clone());
    }
    let built = build(settings)?;
    *configured = Some(built.clone());
    Ok(built)
}

/// [`client_config`] for an I/O thread, which must not block: a new configuration is built on tokio's blocking pool.
pub(crate) async fn configure(settings: &TlsSettings) -> Result<Configured, Error> {
    if let Ok(configured) = kept(settings).try_lock()
        && let Some(configured) = &*configured
    {
        return Ok(configured.clone());
    }
    let settings = settings.clone();
    spawn_blocking(move || client_config(&settings))
        .await
        .unwrap_or_else(|failure| Err(unusable(&failure)))
}

/// The place of these settings among the configurations.
fn kept(settings: &TlsSettings) -> Building {
    // no panic can leave the list half changed
    let mut kept = CONFIGURATIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let found = kept.iter().position(|one| one.settings == *settings);
    let configuration = found.map_or_else(
        || Configuration {
            settings: settings.clone(),
            building: Building::default(),
        },
        |at| kept.remove(at),
    );
    if kept.len() == KEPT {
        kept.remove(0);
    }
    let building = Arc::clone(&configuration.building);
    kept.push(configuration);
    building
}

fn build(settings: &TlsSettings) -> Result<Configured, Error> {
    let mut warnings = Vec::new();
    // named explicitly: other code in the process may set the process-wide default of rustls
    let provider = Arc::new(aws_lc_rs::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions(settings.min_version))
        .map_err(|error| unusable(&error))?
        .dangerous();
    let pins = Pins(settings.pins.clone());
    let builder = match settings.verify {
        Verify::None => builder.with_custom_certificate_verifier(Arc::new(AcceptAll { pins, algorithms })),
        Verify::Full { check_hostname } => {
            let trusted = Trusted::gather(settings, &mut warnings)?;
            builder.with_custom_certificate_verifier(Arc::new(ChainVerifier {
                trusted,
                check_hostname,
                pins,
                algorithms,
            }))
        }
    };
    let mut config = match &settings.identity {
        None => builder.with_client_cert_resolver(Arc::new(NoIdentity)),
        Some(identity) => {
            warnings.extend(identity.warning(UnixTime::now()));
            builder.with_client_cert_resolver(Arc::new(OneIdentity(SingleCertAndKey::from(
                identity.certified(),
            ))))
        }
    };
    config.alpn_protocols.clone_from(&settings.alpn);
    config.resumption = Resumption::disabled();
    if let Some(file) = key_log(settings, &mut warnings)? {
        config.key_log = Arc::new(file);
    }
    Ok(Configured {
        config: Arc::new(config),
        sessions: settings.session_resumption.then(Arc::default),
        warnings: warnings.into(),
    })
}

fn versions(min: MinVersion) -> &'static [&'static SupportedProtocolVersion] {
    static BOTH: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
    match min {
        MinVersion::Tls12 => &BOTH,
        MinVersion::Tls13 => &BOTH[..1],
    }
}

/// The file for secrets. One that the environment names and that cannot be opened costs a warning.
fn key_log(settings: &TlsSettings, warnings: &mut Vec<Warning>) -> Result<Option<KeyLogFile>, Error> {
    let failure = |source: &str, path: &Path, error: &io::Error| {
        let words = system_words(error);
        format!("cannot open {}, which {source} names: {words}", path.display())
    };
    if let Some(path) = &settings.key_log {
        return KeyLogFile::open(path).map(Some).map_err(|error| {
            let message = failure("`tls.keyLog`", path, &error);
            Error::new(Kind::ConnectError, Phase::Tls, system_code(&error), message)
        });
    }
    let Some(path) = settings.environment.key_log.as_ref().map(Path::new) else {
        return Ok(None);
    };
    match KeyLogFile::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) => {
            warnings.push(Warning {
                code: "HTTPXIDE_KEY_LOG_IGNORED",
                message: failure("SSLKEYLOGFILE", path, &error),
            });
            Ok(None)
        }
    }
}

fn unusable(reason: &dyn Display) -> Error {
    Error::new(Kind::ConnectError, Phase::Tls, "EPROTO", reason.to_string())
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn a_configuration_that_is_being_built_holds_up_no_other() {
        let slow = TlsSettings {
            alpn: vec![b"slow".to_vec()],
            ..TlsSettings::default()
        };
        let building = kept(&slow);
        let (built, until_built) = channel();
        let (held, until_held) = channel();
        let builder = thread::spawn(move || {
            let _building = building.lock().unwrap();
            held.send(()).unwrap();
            until_built.recv().unwrap();
        });
        until_held.recv().unwrap();
        let (mut first, mut second) = (pin!(configure(&slow)), pin!(configure(&slow)));
        for waiting in [&mut first, &mut second] {
            timeout(Duration::from_millis(20), waiting).await.unwrap_err();
        }
        let quick = TlsSettings {
            alpn: vec![b"quick".to_vec()],
            ..TlsSettings::default()
        };
        configure(&quick).await.unwrap();
        built.send(()).unwrap();
        builder.join().unwrap();
        let (first, second) = (first.await.unwrap(), second.await.unwrap());
        assert!(Arc::ptr_eq(&first.config, &second.config));
    }
}
