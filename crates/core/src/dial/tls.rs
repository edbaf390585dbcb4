//! TLS over an open stream.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::DialSteps;
use crate::io::Stream;
use crate::tls::handshake_error;
use crate::{Error, Phase};

/// Performs the handshake over any stream, TLS included. `server_name` is sent (SNI), and the certificate must be for it.
pub(super) async fn handshake(
    config: Arc<ClientConfig>,
    server_name: ServerName<'static>,
    stream: Stream,
    steps: &DialSteps<'_>,
) -> Result<Stream, Error> {
    steps.enter(Phase::Tls);
    steps.tls_started(&server_name);
    let tls = TlsConnector::from(config)
        .connect(server_name, stream)
        .await
        .map_err(|error| handshake_error(&error))?;
    steps.tls_complete(tls.get_ref().1);
    Ok(Stream::Tls(Box::new(tls)))
}
