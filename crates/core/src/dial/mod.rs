//! How the engine reaches a peer: names, TCP by happy eyeballs, Unix sockets, proxies, and TLS on top.
//!
//! A [`Dialer`] belongs to one client and holds what all its connections have in common. [`Network`] is where a stream
//! begins: the system's [`Sockets`], or one that the caller gives.

mod address_order;
mod attempt_limit;
mod endpoint;
mod happy_eyeballs;
#[cfg(windows)]
mod named_pipe;
mod network;
mod proxy;
mod retry;
mod room;
mod socket_options;
mod sockets;
mod steps;
mod tcp;
mod tls;
#[cfg(unix)]
mod unix;

use std::rc::Rc;

use tokio::sync::OnceCell;

use crate::facts::Connections;
use crate::io::Stream;
use crate::route::{Route, Scheme};
use crate::tls::{Configured, TlsSettings, Warning, configure};
use crate::trace::Step;
use crate::{Error, HttpVersions, Phase};
pub(crate) use attempt_limit::AttemptLimit;
pub use endpoint::{Endpoint, Host};
pub use network::{Network, Opening, Resolving};
pub(crate) use retry::{Attempts, CurrentAttempt, Dialed, connect_timeout};
pub(crate) use room::{Room, RoomChange};
pub use socket_options::SocketOptions;
pub use sockets::Sockets;
pub use steps::DialSteps;

/// Stands for the port of a stream that was not opened for TLS.
const UNKNOWN_PORT: u16 = 0;

/// Opens streams for one client. It lives on the I/O thread.
pub struct Dialer {
    network: Box<dyn Network>,
    tls: TlsSettings,
    /// Built for the first TLS connection. The process keeps only some configurations; this client keeps its own, and
    /// with it its TLS sessions.
    config: OnceCell<Configured>,
    /// The same for routes that speak HTTP/1.1 only.
    http1_config: OnceCell<Configured>,
    on_warning: Box<dyn Fn(&Warning)>,
    pub(crate) listener: Option<Rc<dyn Connections>>,
}

impl Dialer {
    /// A dialer over the system's sockets, with the system's resolver.
    pub fn new(tls: TlsSettings) -> Self {
        Self::over(Sockets::default(), tls)
    }

    /// A dialer over another network.
    pub fn over(network: impl Network + 'static, tls: TlsSettings) -> Self {
        Self {
            network: Box::new(network),
            tls,
            config: OnceCell::new(),
            http1_config: OnceCell::new(),
            on_warning: Box::new(|_| {}),
            listener: None,
        }
    }

    /// Reports warnings to this function. The process gives each warning once.
    #[must_use]
    pub fn on_warning(mut self, on_warning: impl Fn(&Warning) + 'static) -> Self {
        self.on_warning = Box::new(on_warning);
        self
    }

    /// Tells this listener of the connections of the client that uses the dialer.
    #[must_use]
    pub fn telling(mut self, listener: Rc<dyn Connections>) -> Self {
        self.listener = Some(listener);
        self
    }

    /// Opens a stream along `route`, with TLS if its scheme is `https`, through its proxy if it has one.
    ///
    /// No time limit applies. The caller limits the whole by dropping the future, which closes a stream that is half
    /// open; `steps` then tells which step was interrupted. Fails with a `ConnectError` in that step's phase, with the
    /// system's, the resolver's or Node's TLS code, or with a `ProxyError` if the proxy refuses or breaks off.
    ///
    /// ```
    /// # use httpxide_core::dial::{DialSteps, Dialer};
    /// # use httpxide_core::route::{Route, RouteRef};
    /// # use httpxide_core::tls::TlsSettings;
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let dialer = Dialer::new(TlsSettings::default());
    /// let route = RouteRef::to_origin("https://example.org:443").expect("an origin");
    /// let stream = dialer.dial(&Route::from(route), &DialSteps::default()).await?;
    /// assert_eq!(stream.alpn_protocol(), Some(&b"http/1.1"[..]));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn dial(&self, route: &Route, steps: &DialSteps<'_>) -> Result<Stream, Error> {
        if route.scheme == Scheme::Http {
            return self.transport(route, steps).await;
        }
        steps.prepare(Phase::Tls);
        let server_name = Host::parse(route.server_name.as_ref().unwrap_or(&route.host)).server_name()?;
        let config = self.config_for(route).await?;
        let stream = self.transport(route, steps).await?;
        let step = if route.via.is_some() {
            Step::StartTlsInTunnel
        } else {
            Step::StartTls
        };
        tls::handshake(config, (server_name, route.port), stream, step, steps).await
    }

    /// A stream to the server, or to the proxy that forwards requests to it, without the server's TLS.
    async fn transport(&self, route: &Route, steps: &DialSteps<'_>) -> Result<Stream, Error> {
        match &route.via {
            None => self.network.open(&Endpoint::of(route), steps).await,
            Some(via) => self.through(via, route, steps).await,
        }
    }

    async fn config_for(&self, route: &Route) -> Result<&Configured, Error> {
        if !route.http1_only {
            return self.config.get_or_try_init(|| self.configure(&self.tls)).await;
        }
        let configure = async || {
            let alpn = HttpVersions::Http1.alpn();
            self.configure(&TlsSettings {
                alpn,
                ..self.tls.clone()
            })
            .await
        };
        self.http1_config.get_or_try_init(configure).await
    }

    async fn configure(&self, settings: &TlsSettings) -> Result<Configured, Error> {
        let configured = configure(settings).await?;
        for warning in configured.warnings.iter().filter(|warning| warning.is_new()) {
            (self.on_warning)(warning);
        }
        Ok(configured)
    }
}

/// Starts TLS over a stream that is open already.
pub(crate) async fn secure(
    stream: Stream,
    settings: &TlsSettings,
    server_name: &str,
) -> Result<Stream, Error> {
    let server_name = Host::parse(server_name).server_name()?;
    let configured = configure(settings).await?;
    let steps = DialSteps::default();
    tls::handshake(
        &configured,
        (server_name, UNKNOWN_PORT),
        stream,
        Step::StartTls,
        &steps,
    )
    .await
}
