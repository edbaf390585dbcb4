//! A client: one pool of connections, and the requests that wait for them or run on them.
//!
//! This file is the API. The pool ([`crate::pool`]) decides, `dispatch` carries its decisions out, and
//! `timers` tells it that time has passed. `docs/design/request.md` shows the whole path of a request.

mod alarm;
mod byte_streams;
mod commands;
mod connection_task;
mod dispatch;
#[cfg(test)]
mod sizes;
mod stream_tasks;
mod streams;
mod time_limits;
mod timers;

use std::cell::Cell;
use std::net::IpAddr;
use std::path::PathBuf;
use std::rc::Rc;

use tokio::task::spawn_local;

use crate::conn::HttpVersions;
use crate::dial::{Dialer, SocketOptions, Sockets};
use crate::dns::policy::ConnectPolicy;
use crate::dns::{DnsSettings, Family, Resolve};
use crate::error::Error;
use crate::exchange::{Exchange, Interrupt, Reply, Start};
use crate::pool::{Limits, Stats};
use crate::route::RouteRef;
use crate::tls::TlsSettings;
use dispatch::Dispatcher;

/// The settings of a client.
#[derive(Clone, Debug, Default)]
pub struct ClientConfig {
    /// The limits of its pool.
    pub limits: Limits,
    /// The Unix socket to which all requests go, instead of to their host.
    pub uds: Option<PathBuf>,
    /// The options of its TCP sockets.
    pub socket_options: SocketOptions,
    /// The address of this machine that its TCP connections come from.
    pub local_address: Option<IpAddr>,
    /// The addresses that it may connect to; `None`: all.
    pub connect_policy: Option<ConnectPolicy>,
    /// Which addresses names have, and for how long.
    pub dns: DnsSettings,
    /// Which servers it trusts.
    pub tls: TlsSettings,
    /// The versions of HTTP that it speaks.
    pub versions: HttpVersions,
    /// Attempts to open a connection after the first.
    pub retries: u32,
    /// The most bytes that a decoded response body may have.
    pub max_response_bytes: Option<u64>,
    /// The same for a body that is delivered whole: the caller's memory may not hold a larger one.
    pub max_whole_bytes: Option<u64>,
}

impl ClientConfig {
    /// A dialer over the system's sockets, with these settings.
    pub fn dialer(&self) -> Dialer {
        self.dialer_over(self.dns_settings().over_system())
    }

    /// The same, with names from a source other than the system's resolver.
    pub fn dialer_with_source(&self, source: impl Resolve + 'static) -> Dialer {
        self.dialer_over(self.dns_settings().over(source))
    }

    fn dialer_over(&self, resolver: Box<dyn Resolve>) -> Dialer {
        let sockets = Sockets::over(resolver)
            .with_options(self.socket_options.clone())
            .from_address(self.local_address)
            .with_policy(self.connect_policy.clone());
        let tls = TlsSettings {
            alpn: self.versions.alpn(),
            ..self.tls.clone()
        };
        Dialer::over(sockets, tls)
    }

    /// A connection from an address reaches addresses of its family only.
    fn dns_settings(&self) -> DnsSettings {
        DnsSettings {
            family: self.dns.family.or(self.local_address.map(Family::of)),
            ..self.dns.clone()
        }
    }
}

/// A client. It lives on the I/O thread.
pub struct Client {
    uds: Option<PathBuf>,
    max_response_bytes: Option<u64>,
    max_whole_bytes: Option<u64>,
    dispatcher: Rc<Dispatcher>,
    closed: Cell<bool>,
}

impl Client {
    /// A client without connections. Call it on the I/O thread.
    pub fn new(config: ClientConfig) -> Rc<Self> {
        let dialer = config.dialer();
        Self::with_dialer(config, dialer)
    }

    /// [`Client::new`] with the caller's dialer, whose sockets and TLS settings, ALPN included, replace those of `config`.
    pub fn with_dialer(config: ClientConfig, dialer: Dialer) -> Rc<Self> {
        let dispatcher = Dispatcher::new(dialer, config.versions, config.retries, config.limits);
        let alarm = Rc::clone(&dispatcher.alarm);
        spawn_local(timers::run(Rc::downgrade(&dispatcher), alarm));
        Rc::new(Self {
            uds: config.uds,
            max_response_bytes: config.max_response_bytes,
            max_whole_bytes: config.max_whole_bytes,
            dispatcher,
            closed: Cell::new(false),
        })
    }

    /// Submits a request for a route, over the client's Unix socket if it has one. `start.replies` gets what follows.
    pub fn start(&self, route: RouteRef<'_>, mut start: Start) -> Rc<Exchange> {
        let is_for_proxy = match route.via {
            Some(via) => via.forwards,
            None => start.head.is_for_proxy(),
        };
        if !is_for_proxy {
            start.head.drop_proxy_credentials();
        }
        let exchange = Exchange::new(start, self.max_response_bytes, self.max_whole_bytes);
        let checked = exchange
            .check_framing()
            .and_then(|()| self.check_forwarded(route));
        if let Err(error) = checked {
            exchange.end(Reply::Failed(error));
            return exchange;
        }
        let uds = self.uds.as_deref();
        let route = RouteRef { uds, ..route };
        self.dispatcher.start(route.of_connection(), &exchange);
        exchange
    }

    /// Connections of requests that a proxy forwards lead to the proxy: who dials them does not know the target.
    fn check_forwarded(&self, route: RouteRef<'_>) -> Result<(), Error> {
        match route.via {
            Some(via) if via.forwards => self.dispatcher.dialer.check_target(route.host),
            _ => Ok(()),
        }
    }

    /// Stops a request wherever it is. It gets a terminal reply, unless it has had one.
    pub fn cancel(&self, exchange: &Rc<Exchange>) {
        if exchange.is_ended() {
            return;
        }
        if exchange.assigned.get() {
            exchange.interrupt(Interrupt::Cancelled);
        } else {
            self.dispatcher.give_up(exchange, Reply::Closed);
        }
    }

    /// Stops a request with an error of its caller's side.
    pub fn fail(&self, exchange: &Rc<Exchange>, error: Error) {
        if exchange.is_ended() {
            return;
        }
        if exchange.assigned.get() {
            exchange.end(Reply::Failed(error));
            exchange.interrupt(Interrupt::Cancelled);
        } else {
            self.dispatcher.give_up(exchange, Reply::Failed(error));
        }
    }

    /// What the pool is doing.
    pub fn stats(&self) -> Stats {
        self.dispatcher.stats()
    }

    /// Closes all connections, and returns when they are closed. Requests under way fail with a `CloseError`, those
    /// whose response has begun with a `ReadError`.
    pub async fn close(&self) {
        if !self.closed.replace(true) {
            self.dispatcher.shut_down();
        }
        self.dispatcher.without_connections().await;
    }
}
