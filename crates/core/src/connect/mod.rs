//! Opens connections: name resolution, TCP by happy eyeballs, Unix sockets, and TLS on top.
//!
//! No timeout lives here. The caller bounds the whole by dropping the future, which closes whatever is
//! half open, and learns from `progress` which step it interrupted.

mod endpoint;
mod happy_eyeballs;
mod progress;
mod resolve;
mod stale;
mod stream;

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::tls::{TlsSettings, client_config, handshake_error};
use crate::{Error, Kind, Phase};
pub use endpoint::{Endpoint, Host};
pub use progress::Progress;
pub use resolve::{Resolve, SystemResolver};
pub use stream::Stream;

/// How to speak TLS with one server.
#[derive(Clone, Debug)]
pub struct TlsSetup {
    /// From [`client_config`].
    pub config: Arc<ClientConfig>,
    /// The name that is sent (SNI) and that the certificate must be for.
    pub server_name: ServerName<'static>,
}

impl TlsSetup {
    /// The set-up for a server called `host`, as in a URL: a name or an address. Blocks where
    /// [`client_config`] does.
    pub fn new(settings: &TlsSettings, host: &str) -> Result<Self, Error> {
        Ok(Self {
            config: client_config(settings)?,
            server_name: Host::parse(host).server_name()?,
        })
    }
}

/// Opens a connection to `endpoint`, with TLS if set up, by the system's resolver.
///
/// `progress` holds the step that is being taken: `Dns`, `Connect` or `Tls`. Fails with a `ConnectError`
/// in that phase, with the system's, the resolver's or Node's TLS code.
pub async fn connect(
    endpoint: &Endpoint,
    tls: Option<&TlsSetup>,
    progress: &Progress<'_>,
) -> Result<Stream, Error> {
    connect_with(&SystemResolver, endpoint, tls, progress).await
}

/// [`connect`] with addresses from elsewhere. Literal addresses do not ask the resolver.
pub async fn connect_with(
    resolver: &impl Resolve,
    endpoint: &Endpoint,
    tls: Option<&TlsSetup>,
    progress: &Progress<'_>,
) -> Result<Stream, Error> {
    match endpoint {
        Endpoint::Tcp { host, port } => {
            progress.tcp_started(host, *port);
            let addresses = match host {
                Host::Address(address) => vec![(*address, *port).into()],
                Host::Name(name) => {
                    progress.set(Phase::Dns);
                    resolver.resolve(name, *port).await?
                }
            };
            progress.set(Phase::Connect);
            let tcp = happy_eyeballs::connect(&addresses, &format_args!("{host}:{port}")).await?;
            progress.tcp_complete(&tcp);
            match tls {
                None => Ok(Stream::Tcp(tcp)),
                Some(setup) => Ok(Stream::TlsTcp(Box::new(handshake(setup, tcp, progress).await?))),
            }
        }
        Endpoint::Unix(path) => {
            progress.set(Phase::Connect);
            connect_unix(path, tls, progress).await
        }
    }
}

#[cfg(unix)]
async fn connect_unix(path: &Path, tls: Option<&TlsSetup>, progress: &Progress<'_>) -> Result<Stream, Error> {
    use crate::error::{system_code, system_words};
    use std::io::ErrorKind;
    use std::time::Duration;
    use tokio::net::UnixStream;

    /// Pause before asking again, when the server's backlog is full.
    const BACKLOG_PAUSE: Duration = Duration::from_millis(5);

    progress.unix_started(path);
    let unix = loop {
        match UnixStream::connect(path).await {
            Ok(unix) => break unix,
            // Where TCP waits for room in the backlog, a non-blocking Unix socket is told EAGAIN.
            Err(error) if error.kind() == ErrorKind::WouldBlock => tokio::time::sleep(BACKLOG_PAUSE).await,
            Err(error) => {
                let message = format!(
                    "cannot connect to the Unix socket {}: {}",
                    path.display(),
                    system_words(&error)
                );
                return Err(Error::new(
                    Kind::ConnectError,
                    Phase::Connect,
                    system_code(&error),
                    message,
                ));
            }
        }
    };
    progress.unix_complete();
    match tls {
        None => Ok(Stream::Unix(unix)),
        Some(setup) => Ok(Stream::TlsUnix(Box::new(handshake(setup, unix, progress).await?))),
    }
}

#[cfg(not(unix))]
async fn connect_unix(
    path: &Path,
    _tls: Option<&TlsSetup>,
    _progress: &Progress<'_>,
) -> Result<Stream, Error> {
    let message = format!(
        "cannot connect to {}: this platform has no Unix sockets",
        path.display()
    );
    Err(Error::new(Kind::ConnectError, Phase::Connect, "ENOTSUP", message))
}

async fn handshake<IO>(setup: &TlsSetup, io: IO, progress: &Progress<'_>) -> Result<TlsStream<IO>, Error>
where
    IO: AsyncRead + AsyncWrite + Unpin,
{
    progress.set(Phase::Tls);
    progress.tls_started(&setup.server_name);
    let connector = TlsConnector::from(Arc::clone(&setup.config));
    let stream = connector
        .connect(setup.server_name.clone(), io)
        .await
        .map_err(|error| handshake_error(&error))?;
    progress.tls_complete(stream.get_ref().1);
    Ok(stream)
}
