//! A route that borrows its parts, so that a request finds its connections without an allocation.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::rc::Rc;

use hashbrown::Equivalent;

use super::{Route, Scheme};

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
        })
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
        // the Unix socket is left out, because all routes of a client have the same one
    }
}

impl Equivalent<Rc<Route>> for RouteRef<'_> {
    fn equivalent(&self, route: &Rc<Route>) -> bool {
        *self == route.borrowed()
    }
}

impl fmt::Display for RouteRef<'_> {
    /// The origin, and behind a `#` the name for TLS if the route has one of its own.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scheme, host, port, ..
        } = self;
        write!(formatter, "{scheme}://{host}:{port}")?;
        match self.server_name {
            Some(name) => write!(formatter, "#{name}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use super::*;

    fn routes() -> [RouteRef<'static>; 8] {
        let route = RouteRef {
            scheme: Scheme::Https,
            host: "example.org",
            port: 443,
            server_name: None,
            uds: None,
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
        ]
    }

    #[test]
    fn routes_are_equal_if_all_their_parts_are() {
        let state = RandomState::new();
        for (at, borrowed) in routes().into_iter().enumerate() {
            let owned = Rc::new(Route::from(borrowed));
            for (other_at, other) in routes().into_iter().enumerate() {
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
    fn a_route_with_a_name_of_its_own_for_tls_shows_it() {
        assert_eq!(routes()[5].to_string(), "https://example.org:443#other.example");
    }
}
