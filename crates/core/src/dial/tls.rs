//! TLS over an open stream.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;

use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::DialSteps;
use crate::error::tls::{explain_for_certificate, is_tls};
use crate::io::Stream;
use crate::tls::{Configured, IdentityRequest, noticing_requests};
use crate::trace::Step;
use crate::{Error, Kind, Phase};

/// Performs the handshake over any stream, TLS included. `server` is the name that is sent (SNI), for which the certificate
/// must be, and the port, if it is known. `step` is how the trace names it.
pub(super) async fn handshake(
    configured: &Configured,
    (server_name, port): (ServerName<'static>, u16),
    stream: Stream,
    step: Step,
    steps: &DialSteps<'_>,
) -> Result<Stream, Error> {
    steps.enter(Phase::Tls);
    steps.tls_started(step, &server_name);
    let config = configured.for_server(&server_name, port);
    let mut connecting = TlsConnector::from(config).connect(server_name.clone(), stream.reading_ahead());
    let mut identity_request = None;
    let tls = poll_fn(|context| {
        let (polled, request) = noticing_requests(|| Pin::new(&mut connecting).poll(context));
        identity_request = identity_request.or(request);
        polled
    })
    .await
    .map_err(|error| failure(&error, identity_request))?;
    steps.tls_complete(step, tls.get_ref().1, &server_name, identity_request);
    Ok(Stream::Tls(Box::new(tls)))
}

fn failure(error: &io::Error, identity_request: Option<IdentityRequest>) -> Error {
    let hint = identity_request.map(IdentityRequest::hint);
    if error.kind() == io::ErrorKind::UnexpectedEof {
        let reason = hint.unwrap_or("without giving a reason");
        let message = format!("the server closed the connection during the TLS handshake, {reason}");
        return Error::new(Kind::ConnectError, Phase::Tls, "ECONNRESET", message);
    }
    let mut failure = Error::io(Kind::ConnectError, Phase::Tls, error);
    if let Some(message) = hint.and_then(|hint| explain_for_certificate(error, hint)) {
        failure.message = message.into();
    }
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
            let error = failure(&kind.into(), None);
            assert_eq!(
                (error.kind, error.phase, error.code),
                (Kind::ConnectError, Phase::Tls, "ECONNRESET")
            );
            assert!(error.message.contains("TLS handshake"), "{error}");
        }
    }
}
