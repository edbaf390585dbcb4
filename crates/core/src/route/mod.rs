//! Where a connection leads and what it has in common with others: the key by which the pool shares connections.

mod borrowed;
mod proxy;
mod scheme;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::Path;

pub use borrowed::RouteRef;
pub use proxy::{Proxy, ProxyScheme, Via};
pub use scheme::Scheme;

/// What a connection is connected to. Requests whose routes are equal may share connections; everything that makes
/// one connection unfit for the request of another belongs in here.
#[derive(Clone, Debug)]
pub struct Route {
    /// The scheme, which says whether TLS is spoken.
    pub scheme: Scheme,
    /// The host as it stands in the URL: an IPv6 address in its brackets.
    pub host: Box<str>,
    /// The port's number.
    pub port: u16,
    /// The name for TLS, if it is not the host.
    pub server_name: Option<Box<str>>,
    /// The Unix socket to connect to instead of the host.
    pub uds: Option<Box<Path>>,
    /// The proxy in between, if there is one. The Unix socket then is the proxy's.
    pub via: Option<Via>,
    /// Whether its connections speak HTTP/1.1 although the client speaks HTTP/2 too.
    pub http1_only: bool,
}

impl Route {
    /// Its parts, borrowed.
    pub fn borrowed(&self) -> RouteRef<'_> {
        RouteRef {
            scheme: self.scheme,
            host: &self.host,
            port: self.port,
            server_name: self.server_name.as_deref(),
            uds: self.uds.as_deref(),
            via: self.via.as_ref(),
            http1_only: self.http1_only,
        }
    }
}

impl From<RouteRef<'_>> for Route {
    fn from(route: RouteRef<'_>) -> Self {
        Self {
            scheme: route.scheme,
            host: route.host.into(),
            port: route.port,
            server_name: route.server_name.map(Into::into),
            uds: route.uds.map(Into::into),
            via: route.via.cloned(),
            http1_only: route.http1_only,
        }
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.borrowed() == other.borrowed()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.borrowed().hash(hasher);
    }
}

impl fmt::Display for Route {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.borrowed().fmt(formatter)
    }
}
