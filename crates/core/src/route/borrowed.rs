//! A route that borrows its parts, so that a request finds its connections without an allocation.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::rc::Rc;

use hashbrown::Equivalent;

use super::{Route, Scheme, Via};

/// The parts of a [`Route`], borrowed. It hashes like the route that it equals.
#[derive(Clone, Copy, Debug)]
pub struct RouteRef<'a> {
    /// See [`Route::scheme`].
    pub scheme: Scheme,
    /// See [`Route::host`].
    pub host: &'a str,
    /// See [`Route::port`].
    pub port: u16,
    /// See [`Route::server_name`].
    pub server_name: Option<&'a str>,
    /// See [`Route::uds`].
    pub uds: Option<&'a Path>,
    /// See [`Route::via`].
    pub via: Option<&'a Via>,
    /// See [`Route::http1_only`].
    pub http1_only: bool,
}

impl<'a> RouteRef<'a> {
    /// The route to an origin (`scheme://host:port`) without anything particular; `None` if the text is no origin
    /// of a [`Scheme`].
    pub fn to_origin(origin: &'a str) -> Option<Self> {
        let (scheme, authority) = origin.split_once("://")?;
        let (host, port) = authority.rsplit_once(':')?;
        Some(Self {
            scheme: Scheme::from_name(scheme)?,
            host,
            port: port.parse().ok()?,
            server_name: None,
            uds: None,
            via: None,
            http1_only: false,
        })
    }

    /// The origin that it leads to; `None` for a connection to a proxy that forwards requests to any.
    pub fn origin(&self) -> Option<String> {
        let Self {
            scheme, host, port, ..
        } = self;
        let forwards = self.via.is_some_and(|via| via.forwards);
        (!forwards).then(|| format!("{scheme}://{host}:{port}"))
    }

    /// The route by which connections are shared. A connection to a proxy that forwards requests carries those for any
    /// server.
    pub(crate) fn of_connection(self) -> Self {
        match self.via {
            Some(via) if via.forwards => Self {
                host: &via.proxy.host,
                port: via.proxy.port,
                ..self
            },
            _ => self,
        }
    }
}

impl PartialEq for RouteRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        // bytes of paths are compared: `Path` would take them apart into components
        let uds = |route: &Self| route.uds.map(Path::as_os_str);
        self.port == other.port
            && self.scheme == other.scheme
            && self.host == other.host
            && self.server_name == other.server_name
            && uds(self) == uds(other)
            && self.via == other.via
            && self.http1_only == other.http1_only
    }
}

impl Eq for RouteRef<'_> {}

impl Hash for RouteRef<'_> {
    /// Hashes what tells most routes apart in two writes: this runs for every request.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u32(u32::from(self.port) << 1 | u32::from(self.scheme == Scheme::Https));
        hasher.write(self.host.as_bytes());
        if let Some(name) = self.server_name {
            hasher.write_u8(0xff);
            hasher.write(name.as_bytes());
        }
        if let Some(via) = self.via {
            hasher.write_u8(0xfe);
            hasher.write(via.proxy.host.as_bytes());
            // proxies that sell addresses tell them apart by the user's name
            if let Some((username, _)) = &via.proxy.credentials {
                hasher.write(username.as_bytes());
            }
            hasher.write(&via.proxy.header_lines);
        }
        // the Unix socket is left out, because all routes of a client have the same one
    }
}

impl Equivalent<Rc<Route>> for RouteRef<'_> {
    fn equivalent(&self, route: &Rc<Route>) -> bool {
        *self == route.borrowed()
    }
}

impl fmt::Display for RouteRef<'_> {
    /// The origin, behind a `#` the name for TLS if the route has one of its own, and the proxy. Connections to a proxy
    /// that forwards have only that.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.via, self.origin()) {
            (Some(via), None) => return write!(formatter, "via {}", via.proxy),
            (_, origin) => formatter.write_str(&origin.unwrap_or_default())?,
        }
        if let Some(name) = self.server_name {
            write!(formatter, "#{name}")?;
        }
        if self.http1_only {
            write!(formatter, " over HTTP/1.1")?;
        }
        match self.via {
            Some(via) => write!(formatter, " via {}", via.proxy),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use super::*;
    use crate::route::{Proxy, ProxyScheme};
    use crate::tls::TlsSettings;

    fn via(username: &str, forwards: bool) -> Via {
        let proxy = Proxy {
            scheme: ProxyScheme::Http,
            host: "proxy.example".into(),
            port: 3128,
            credentials: None,
            header_lines: username.as_bytes().into(),
            tls: TlsSettings::default(),
        };
        Via {
            proxy: Rc::new(proxy),
            forwards,
        }
    }

    fn routes(vias: &[Via; 3]) -> [RouteRef<'_>; 11] {
        let route = RouteRef {
            scheme: Scheme::Https,
            host: "example.org",
            port: 443,
            server_name: None,
            uds: None,
            via: None,
            http1_only: false,
        };
        [
            route,
            RouteRef {
                scheme: Scheme::Http,
                ..route
            },
            RouteRef {
                host: "example.com",
                ..route
            },
            RouteRef { port: 444, ..route },
            RouteRef {
                server_name: Some("example.org"),
                ..route
            },
            RouteRef {
                server_name: Some("other.example"),
                ..route
            },
            RouteRef {
                uds: Some(Path::new("/run/a.sock")),
                ..route
            },
            RouteRef {
                uds: Some(Path::new("/run/b.sock")),
                ..route
            },
            RouteRef {
                via: Some(&vias[0]),
                ..route
            },
            RouteRef {
                via: Some(&vias[1]),
                ..route
            },
            RouteRef {
                via: Some(&vias[2]),
                ..route
            },
        ]
    }

    #[test]
    fn routes_are_equal_if_all_their_parts_are() {
        let state = RandomState::new();
        let vias = || [via("a", false), via("b", false), via("a", true)];
        let (vias, equal) = (vias(), vias());
        for (at, borrowed) in routes(&vias).into_iter().enumerate() {
            let owned = Rc::new(Route::from(borrowed));
            for (other_at, other) in routes(&equal).into_iter().enumerate() {
                assert_eq!(other.equivalent(&owned), at == other_at, "{other:?} {owned:?}");
            }
            assert_eq!(state.hash_one(borrowed), state.hash_one(&owned));
        }
    }

    #[test]
    fn an_origin_is_read_as_it_is_written() {
        for origin in ["http://a.example:80", "https://[::1]:8443", "http://127.0.0.1:1"] {
            let route = RouteRef::to_origin(origin).expect(origin);
            assert_eq!(route.to_string(), origin);
        }
        for text in [
            "",
            "http://a",
            "a:80",
            "ftp://a:21",
            "http://a:b",
            "http://a:65536",
            "http://a:",
        ] {
            assert_eq!(RouteRef::to_origin(text), None, "{text}");
        }
    }

    #[test]
    fn a_route_shows_a_name_of_its_own_for_tls_and_its_proxy() {
        let vias = [via("a", false), via("b", false), via("a", true)];
        let shown = routes(&vias).map(|route| route.to_string());
        assert_eq!(shown[5], "https://example.org:443#other.example");
        assert_eq!(shown[8], "https://example.org:443 via http://proxy.example:3128");
        assert_eq!(shown[10], "via http://proxy.example:3128");
    }

    #[test]
    fn all_requests_that_a_proxy_forwards_have_one_route() {
        let forwarding = via("a", true);
        let to = |origin| {
            let route = RouteRef {
                via: Some(&forwarding),
                ..RouteRef::to_origin(origin).unwrap()
            };
            route.of_connection()
        };
        assert_eq!(to("http://a.example:80"), to("http://b.example:81"));
    }
}
