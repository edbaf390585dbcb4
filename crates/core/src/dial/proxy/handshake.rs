//! A handshake with a proxy, and how it fails.

use std::fmt::Display;
use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::error::tls::blame_proxy;
use crate::error::{Error, Kind, Phase};
use crate::io::Stream;
use crate::route::Proxy;

/// A stream to a proxy that is not a tunnel yet.
pub(super) struct Handshake<'a> {
    pub(super) proxy: &'a Proxy,
    pub(super) stream: Stream,
}

impl<'a> Handshake<'a> {
    pub(super) fn new(proxy: &'a Proxy, stream: Stream) -> Self {
        Self { proxy, stream }
    }

    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let sending = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        sending.await.map_err(|error| self.broken(&error))
    }

    /// Exactly the next bytes.
    pub(super) async fn receive<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], Error> {
        let mut bytes = [0; LENGTH];
        match self.stream.read_exact(&mut bytes).await {
            Ok(_) => Ok(bytes),
            Err(error) => Err(self.broken(&error)),
        }
    }

    /// The connection broke or was closed.
    pub(super) fn broken(&self, error: &io::Error) -> Error {
        let mut failure = Error::io(Kind::ProxyError, Phase::Proxy, error);
        if error.kind() == io::ErrorKind::UnexpectedEof {
            failure.code = "ECONNRESET";
            failure.message = "it closed the connection".into();
        }
        failure.message = format!(
            "the handshake with the proxy {} failed: {}",
            self.proxy, failure.message
        )
        .into();
        blame_proxy(self.proxy, &mut failure);
        failure
    }

    /// The proxy does not speak its protocol.
    pub(super) fn violation(&self, what: &dyn Display) -> Error {
        let message = format!("the handshake with the proxy {} failed: {what}", self.proxy);
        error("ERR_PROXY_PROTOCOL", message)
    }

    /// The proxy opens no tunnel.
    pub(super) fn refusal(&self, what: &dyn Display) -> Error {
        let message = format!("the proxy {} refused: {what}", self.proxy);
        error("ERR_PROXY_REFUSED", message)
    }

    /// The proxy wants credentials, or others.
    pub(super) fn unauthenticated(&self, what: &dyn Display) -> Error {
        let message = format!("the proxy {} refused: {what}", self.proxy);
        error("ERR_PROXY_AUTHENTICATION", message)
    }
}

fn error(code: &'static str, message: String) -> Error {
    Error::new(Kind::ProxyError, Phase::Proxy, code, message)
}
