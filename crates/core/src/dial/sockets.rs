//! The system's sockets.

use super::network::{Network, Opening};
use super::{DialSteps, Endpoint, Host, SocketOptions, tcp};
use crate::dns::{Resolve, SystemResolver};
use crate::io::Stream;
use crate::{Error, Phase};

/// TCP and Unix sockets of this machine, and a resolver for the names of hosts.
pub struct Sockets {
    resolver: Box<dyn Resolve>,
    options: SocketOptions,
}

impl Sockets {
    /// Sockets whose addresses come from `resolver`. Literal addresses do not reach it.
    pub fn with_resolver(resolver: impl Resolve + 'static) -> Self {
        Self {
            resolver: Box::new(resolver),
            options: SocketOptions::default(),
        }
    }

    /// The same, with other options for TCP sockets. A Unix socket has none of them.
    #[must_use]
    pub fn with_options(self, options: SocketOptions) -> Self {
        Self { options, ..self }
    }

    async fn open_tcp(&self, host: &Host, port: u16, steps: &DialSteps<'_>) -> Result<Stream, Error> {
        steps.tcp_started(host, port);
        let addresses = match host {
            Host::Address(address) => vec![(*address, port).into()],
            Host::Name(name) => {
                steps.enter(Phase::Dns);
                self.resolver.resolve(name, port).await?
            }
        };
        steps.enter(Phase::Connect);
        let socket = tcp::connect(&addresses, &format_args!("{host}:{port}"), &self.options).await?;
        steps.tcp_complete(&socket);
        Ok(Stream::Tcp(socket))
    }
}

impl Default for Sockets {
    fn default() -> Self {
        Self::with_resolver(SystemResolver)
    }
}

impl Network for Sockets {
    fn open<'a>(&'a self, endpoint: &'a Endpoint, steps: &'a DialSteps<'_>) -> Opening<'a> {
        Box::pin(async move {
            match endpoint {
                Endpoint::Tcp { host, port } => self.open_tcp(host, *port, steps).await,
                Endpoint::Unix(path) => {
                    steps.enter(Phase::Connect);
                    open_unix(path, steps).await
                }
            }
        })
    }
}

#[cfg(unix)]
use super::unix::open as open_unix;

#[cfg(not(unix))]
async fn open_unix(path: &std::path::Path, _steps: &DialSteps<'_>) -> Result<Stream, Error> {
    let message = format!(
        "cannot connect to {}: this platform has no Unix sockets",
        path.display()
    );
    Err(Error::new(
        crate::Kind::ConnectError,
        Phase::Connect,
        "ENOTSUP",
        message,
    ))
}
