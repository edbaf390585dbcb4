//! The way through a proxy: a connection to the proxy, and the handshake that makes it a tunnel to the server.
//!
//! The handshakes read no byte that belongs to the tunnel, or give it back. Their errors name the proxy without its
//! credentials. A failure to reach the proxy is a `ConnectError`; what fails after that is a `ProxyError`.

mod answer;
mod connect;
mod handshake;
mod refusal;
mod socks4;
mod socks5;

use super::{DialSteps, Dialer, Endpoint, Host, tls};
use crate::error::tls::blame_proxy;
use crate::error::{Error, Phase};
use crate::io::Stream;
use crate::route::{Proxy, ProxyScheme, Route, Via};
use crate::trace::Step;
use handshake::Handshake;

impl Dialer {
    /// A stream through the proxy to the route's host; to the proxy itself if that forwards requests.
    pub(super) async fn through(
        &self,
        via: &Via,
        route: &Route,
        steps: &DialSteps<'_>,
    ) -> Result<Stream, Error> {
        let proxy = &*via.proxy;
        if !via.forwards {
            self.check_target(&route.host)?;
        }
        let (host, port) = (&*route.host, route.port);
        // before there is a socket: a look-up takes no room in the pool
        let known = match proxy.scheme {
            ProxyScheme::Socks4 => {
                Some(socks4::address(&*self.network, Host::parse(host), port, steps).await?)
            }
            _ => None,
        };
        let stream = self
            .reach(proxy, route, steps)
            .await
            .map_err(|error| not_reached(proxy, error))?;
        if via.forwards {
            return Ok(stream);
        }
        let mut handshake = Handshake::new(proxy, stream);
        match proxy.scheme {
            ProxyScheme::Http | ProxyScheme::Https => {
                steps.enter(Phase::Proxy);
                return connect::open(handshake, host, port, steps).await;
            }
            ProxyScheme::Socks4 | ProxyScheme::Socks4a => {
                let target = known.unwrap_or_else(|| socks4::Target::of(Host::parse(host), port));
                set_up(steps, socks4::open(&mut handshake, target)).await?;
            }
            ProxyScheme::Socks5 => {
                set_up(steps, socks5::open(&mut handshake, Host::parse(host), port)).await?;
            }
        }
        Ok(handshake.into_stream())
    }

    /// Fails with a `ConnectError` if the client may not connect to the host of a request through a proxy. Only an address
    /// is judged: the proxy resolves names.
    pub(crate) fn check_target(&self, host: &str) -> Result<(), Error> {
        match Host::parse(host) {
            Host::Address(address) => self.network.check(address),
            Host::Name(_) => Ok(()),
        }
    }

    /// A stream to the proxy, over TLS if it is an HTTPS proxy.
    async fn reach(&self, proxy: &Proxy, route: &Route, steps: &DialSteps<'_>) -> Result<Stream, Error> {
        let endpoint = Endpoint::of(route);
        if proxy.scheme != ProxyScheme::Https {
            return self.network.open(&endpoint, steps).await;
        }
        steps.prepare(Phase::Tls);
        let server_name = Host::parse(&proxy.host).server_name()?;
        let config = self.configure(&proxy.tls).await?;
        let stream = self.network.open(&endpoint, steps).await?;
        let stream =
            tls::handshake(&config, (server_name, proxy.port), stream, Step::StartTls, steps).await?;
        // it is not the server's
        steps.tls.replace(None);
        Ok(stream)
    }
}

/// Runs the handshake of a SOCKS proxy.
async fn set_up(
    steps: &DialSteps<'_>,
    handshake: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    steps.enter(Phase::Proxy);
    steps.started(Step::SetUpSocks);
    handshake.await?;
    steps.complete(Step::SetUpSocks, &[]);
    Ok(())
}

fn not_reached(proxy: &Proxy, mut error: Error) -> Error {
    error.message = format!("no connection to the proxy {proxy}: {}", error.message).into();
    blame_proxy(proxy, &mut error);
    error
}
