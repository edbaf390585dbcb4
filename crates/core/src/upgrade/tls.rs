//! TLS that starts in the middle of a stream, as protocols with a STARTTLS command have it.

use std::time::Duration;

use tokio::time::timeout;

use crate::dial;
use crate::error::{Error, Kind, Phase};
use crate::io::{ByteStream, Stream};
use crate::tls::TlsSettings;

/// How TLS starts.
#[derive(Clone, Debug)]
pub struct StartTls {
    /// Which servers are trusted, and what ALPN offers.
    pub settings: TlsSettings,
    /// The name that is sent and that the certificate must be for: a host name or an address.
    pub server_name: String,
    /// The most time that the handshake takes.
    pub limit: Option<Duration>,
}

impl StartTls {
    pub(super) async fn run(&self, stream: Box<dyn ByteStream>) -> Result<Stream, Error> {
        let handshake = dial::secure(Stream::Upgraded(stream), &self.settings, &self.server_name);
        let Some(limit) = self.limit else {
            return handshake.await;
        };
        timeout(limit, handshake).await.unwrap_or_else(|_| {
            let message = "the TLS handshake was not complete within the connect timeout";
            Err(Error::new(
                Kind::ConnectTimeout,
                Phase::Tls,
                "ERR_CONNECT_TIMEOUT",
                message,
            ))
        })
    }
}
