//! TLS over an open stream.

use std::io;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::DialSteps;
use crate::error::tls::is_tls;
use crate::io::Stream;
use crate::trace::Step;
use crate::{Error, Kind, Phase};

/// Performs the handshake over any stream, TLS included. `server_name` is sent (SNI), and the certificate must be for it.
/// `step` is how the trace names it.
pub(super) async fn handshake(
    config: Arc<ClientConfig>,
    server_name: ServerName<'static>,
    stream: Stream,
    step: Step,
    steps: &DialSteps<'_>,
) -> Result<Stream, Error> {
    steps.enter(Phase::Tls);
    steps.tls_started(step, &server_name);
    let tls = TlsConnector::from(config)
        .connect(server_name.clone(), stream)
        .await
        .map_err(|error| failure(&error))?;
    steps.tls_complete(step, tls.get_ref().1, &server_name);
    Ok(Stream::Tls(Box::new(tls)))
}

fn failure(error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        let message = "the server closed the connection during the TLS handshake, without giving a reason";
        return Error::new(Kind::ConnectError, Phase::Tls, "ECONNRESET", message);
    }
    let mut failure = Error::io(Kind::ConnectError, Phase::Tls, error);
    if !is_tls(error) {
        failure.message = format!("the TLS handshake failed: {}", failure.message).into();
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_stream_keep_the_codes_of_the_system() {
        for kind in [io::ErrorKind::ConnectionReset, io::ErrorKind::UnexpectedEof] {
            let error = failure(&kind.into());
            assert_eq!(
                (error.kind, error.phase, error.code),
                (Kind::ConnectError, Phase::Tls, "ECONNRESET")
            );
            assert!(error.message.contains("TLS handshake"), "{error}");
        }
    }
}
