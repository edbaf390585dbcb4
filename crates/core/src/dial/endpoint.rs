//! Addresses of peers: a TCP port of a host, or a Unix socket.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use rustls::pki_types::ServerName;

use crate::route::Route;
use crate::{Error, Kind, Phase};

/// The address of a peer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// A TCP port of a host.
    Tcp {
        /// A name or an address.
        host: Host,
        /// The port's number.
        port: u16,
    },
    /// A Unix domain socket; on Windows a named pipe.
    Unix(PathBuf),
}

/// The host of a URL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// An IP address, written out in the URL.
    Address(IpAddr),
    /// A name for the resolver. Not checked here: only the resolver knows which names exist.
    Name(String),
}

impl Endpoint {
    /// The endpoint that a route begins at: its Unix socket, its proxy, or else the port of its host.
    pub(super) fn of(route: &Route) -> Self {
        let (host, port) = match &route.via {
            Some(via) => (&via.proxy.host, via.proxy.port),
            None => (&route.host, route.port),
        };
        match &route.uds {
            Some(path) => Self::Unix(path.to_path_buf()),
            None => Self::Tcp {
                host: Host::parse(host),
                port,
            },
        }
    }
}

impl Host {
    /// Parses the host of a URL: an IPv6 address in brackets (RFC 3986, 3.2.2), an IPv4 address, or else a name.
    pub fn parse(host: &str) -> Self {
        let bare = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(host);
        match bare.parse() {
            Ok(address) => Self::Address(address),
            Err(_) => Self::Name(host.to_owned()),
        }
    }

    /// The host as the resolver and the system write it: an IPv6 address has no brackets.
    pub(super) fn bare(&self) -> String {
        match self {
            Self::Address(address) => address.to_string(),
            Self::Name(name) => name.clone(),
        }
    }

    /// The name for TLS, without the final dot of an absolute domain name: certificates never have it.
    ///
    /// Fails with a `ConnectError` in phase `tls` if TLS allows no such name.
    pub(super) fn server_name(&self) -> Result<ServerName<'static>, Error> {
        match self {
            Self::Address(address) => Ok(ServerName::from(*address)),
            Self::Name(name) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                ServerName::try_from(name.to_owned()).map_err(|_| {
                    let message = format!("{name} cannot be the name of a TLS server");
                    Error::new(
                        Kind::ConnectError,
                        Phase::Tls,
                        "ERR_TLS_INVALID_SERVER_NAME",
                        message,
                    )
                })
            }
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Address(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_are_written_as_in_a_url() {
        for (host, address) in [
            ("127.0.0.1", true),
            ("[::1]", true),
            ("localhost", false),
            ("1.2.3", false),
            ("[::1", false),
            ("[x]", false),
        ] {
            let parsed = Host::parse(host);
            assert_eq!(matches!(parsed, Host::Address(_)), address, "{host}");
            assert_eq!(parsed.to_string(), host);
        }
    }

    #[test]
    fn the_name_for_tls_has_no_final_dot() {
        let name = |host| Host::parse(host).server_name();
        assert_eq!(name("example.com.").unwrap(), name("example.com").unwrap());
        assert!(matches!(name("[::1]").unwrap(), ServerName::IpAddress(_)));
        assert_eq!(
            name("not a name").unwrap_err().code,
            "ERR_TLS_INVALID_SERVER_NAME"
        );
    }
}
