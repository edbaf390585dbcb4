//! Builds rustls configurations, and keeps one for each distinct setting.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use tokio::task::spawn_blocking;

use super::chain::ChainVerifier;
use super::roots::Trusted;
use super::settings::{TlsSettings, Verify};
use super::unverified::AcceptAll;
use super::warning::Warning;
use crate::{Error, Kind, Phase};

/// Configurations kept. Programs have one to three; the limit is for programs that make a new CA for each client.
const KEPT: usize = 64;

/// The configurations, the one that was asked for last at the end.
static CONFIGURATIONS: Mutex<Vec<Configuration>> = Mutex::new(Vec::new());

struct Configuration {
    settings: TlsSettings,
    configured: Configured,
}

/// A configuration of rustls, and what could not be done for it.
#[derive(Clone, Debug)]
pub struct Configured {
    /// The configuration.
    pub config: Arc<ClientConfig>,
    /// What the environment names and cannot be used.
    pub warnings: Arc<[Warning]>,
}

/// The configuration for these settings: TLS 1.2 and 1.3 by aws-lc-rs, with session resumption.
///
/// The first call with a setting reads the certificate files that the setting names, which blocks. Further calls in the
/// process return the same object. A given CA that is no certificate is a `ConnectError` in phase `tls`; what the
/// environment names and cannot be used is a warning.
pub fn client_config(settings: &TlsSettings) -> Result<Configured, Error> {
    // no panic can leave the list half changed
    let mut kept = CONFIGURATIONS.lock().unwrap_or_else(PoisonError::into_inner);
    let found = kept.iter().position(|one| one.settings == *settings);
    let configuration = if let Some(at) = found {
        kept.remove(at)
    } else {
        Configuration {
            settings: settings.clone(),
            configured: build(settings)?,
        }
    };
    if kept.len() == KEPT {
        kept.remove(0);
    }
    let configured = configuration.configured.clone();
    kept.push(configuration);
    Ok(configured)
}

/// [`client_config`] for an I/O thread, which must not block: a new configuration is built on tokio's blocking pool.
pub(crate) async fn configure(settings: &TlsSettings) -> Result<Configured, Error> {
    let kept = {
        let kept = CONFIGURATIONS.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .find(|one| one.settings == *settings)
            .map(|one| one.configured.clone())
    };
    if let Some(configured) = kept {
        return Ok(configured);
    }
    let settings = settings.clone();
    spawn_blocking(move || client_config(&settings))
        .await
        .unwrap_or_else(|failure| {
            Err(Error::new(
                Kind::ConnectError,
                Phase::Tls,
                "EPROTO",
                failure.to_string(),
            ))
        })
}

fn build(settings: &TlsSettings) -> Result<Configured, Error> {
    let mut warnings = Vec::new();
    // named explicitly: other code in the process may set the process-wide default of rustls
    let provider = Arc::new(aws_lc_rs::default_provider());
    let algorithms = provider.signature_verification_algorithms;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(Kind::ConnectError, Phase::Tls, "EPROTO", error.to_string()))?
        .dangerous();
    let builder = match settings.verify {
        Verify::None => builder.with_custom_certificate_verifier(Arc::new(AcceptAll { algorithms })),
        Verify::Full { check_hostname } => {
            let trusted = Trusted::gather(settings, &mut warnings)?;
            builder.with_custom_certificate_verifier(Arc::new(ChainVerifier {
                trusted,
                check_hostname,
                algorithms,
            }))
        }
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols.clone_from(&settings.alpn);
    Ok(Configured {
        config: Arc::new(config),
        warnings: warnings.into(),
    })
}
