//! The system's sockets.

use std::net::{IpAddr, SocketAddr};

use tokio::time::Instant;

use super::address_order::AddressOrder;
use super::happy_eyeballs::ATTEMPT_DELAY;
use super::network::{Network, Opening, Resolving};
use super::tcp::TcpSettings;
use super::{DialSteps, Endpoint, Host, SocketOptions};
use crate::dns::policy::{ConnectPolicy, is_refusal};
use crate::dns::{Question, Resolve, SystemResolver};
use crate::io::Stream;
use crate::{Error, Phase};

/// TCP and Unix sockets of this machine, and a resolver for the names of hosts.
pub struct Sockets {
    resolver: Box<dyn Resolve>,
    tcp: TcpSettings,
    order: AddressOrder,
}

impl Sockets {
    /// Sockets whose addresses come from `resolver`. Literal addresses do not reach it.
    pub fn with_resolver(resolver: impl Resolve + 'static) -> Self {
        Self::over(Box::new(resolver))
    }

    pub(crate) fn over(resolver: Box<dyn Resolve>) -> Self {
        Self {
            resolver,
            tcp: TcpSettings::default(),
            order: AddressOrder::default(),
        }
    }

    /// The same, with other options for TCP sockets. A Unix socket has none of them.
    #[must_use]
    pub fn with_options(mut self, options: SocketOptions) -> Self {
        self.tcp.options = options;
        self
    }

    /// The same, with TCP connections that come from this address of the machine. They reach addresses of its family only.
    #[must_use]
    pub fn from_address(mut self, local_address: Option<IpAddr>) -> Self {
        self.tcp.local_address = local_address;
        self
    }

    /// The same, with TCP connections only to the addresses that a policy permits. Unix sockets are exempt.
    #[must_use]
    pub fn with_policy(mut self, policy: Option<ConnectPolicy>) -> Self {
        self.tcp.policy = policy;
        self
    }

    async fn open_tcp(&self, host: &Host, port: u16, steps: &DialSteps<'_>) -> Result<Stream, Error> {
        steps.tcp_started(host, port);
        let addresses = self.addresses(host, port, steps).await?;
        steps.enter(Phase::Connect);
        let attempt = Attempt {
            sockets: self,
            host: Some(host),
            began: Instant::now(),
        };
        let connected = self.tcp.connect(&addresses, &format_args!("{host}:{port}")).await;
        attempt.ended();
        let won = connected.inspect_err(|error| {
            if !is_refusal(error) {
                self.forget(host);
            }
        })?;
        if addresses.len() > 1 {
            self.order.learn(&won.tried_in_vain, Some(won.address));
        }
        steps.tcp_complete(&won.connected);
        Ok(Stream::Tcp(won.connected))
    }

    fn forget(&self, host: &Host) {
        if let Host::Name(name) = host {
            self.resolver.forget(name);
        }
    }

    /// The addresses of a host, in the order of their attempts.
    async fn addresses(
        &self,
        host: &Host,
        port: u16,
        steps: &DialSteps<'_>,
    ) -> Result<Vec<SocketAddr>, Error> {
        let name = match host {
            Host::Address(address) => return Ok(vec![(*address, port).into()]),
            Host::Name(name) => name,
        };
        let question = Question {
            name,
            port,
            asker: steps.asker(),
        };
        let answers = steps.look_up(self.resolver.resolve(question)).await?;
        let addresses: Vec<_> = answers
            .into_iter()
            .map(|mut answer| {
                if answer.address.port() == 0 {
                    answer.address.set_port(port);
                }
                answer.address
            })
            .collect();
        Ok(self.order.of(&addresses))
    }
}

/// An attempt to connect. If it is given up after a time without an answer, what is known of the name is forgotten: the
/// host may have moved.
struct Attempt<'a> {
    sockets: &'a Sockets,
    host: Option<&'a Host>,
    began: Instant,
}

impl Attempt<'_> {
    fn ended(mut self) {
        self.host = None;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if let Some(host) = self.host
            && self.began.elapsed() >= ATTEMPT_DELAY
        {
            self.sockets.forget(host);
        }
    }
}

impl Default for Sockets {
    fn default() -> Self {
        Self::with_resolver(SystemResolver::default())
    }
}

impl Network for Sockets {
    fn check(&self, address: IpAddr) -> Result<(), Error> {
        self.tcp.check(address)
    }

    fn forget(&self, endpoint: &Endpoint) {
        if let Endpoint::Tcp { host, .. } = endpoint {
            Self::forget(self, host);
        }
    }

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

    fn resolve<'a>(&'a self, host: &'a Host, port: u16, steps: &'a DialSteps<'_>) -> Resolving<'a> {
        Box::pin(self.addresses(host, port, steps))
    }
}

#[cfg(windows)]
use super::named_pipe::open as open_unix;
#[cfg(unix)]
use super::unix::open as open_unix;
