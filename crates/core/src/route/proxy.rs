//! Proxies, and how a route leads through one.

use std::fmt;
use std::rc::Rc;

use crate::tls::TlsSettings;

/// A proxy and what is needed to use it. Requests share connections only through equal proxies.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// The protocol that it speaks.
    pub scheme: ProxyScheme,
    /// Its host, an IPv6 address in its brackets.
    pub host: Box<str>,
    /// Its port.
    pub port: u16,
    /// For a SOCKS proxy: the user's name and password, the password empty if there is none.
    pub credentials: Option<(Box<str>, Box<str>)>,
    /// Header lines of every `CONNECT`, each with its line end: credentials of an HTTP proxy are among them.
    pub header_lines: Box<[u8]>,
    /// How an HTTPS proxy is verified.
    pub tls: TlsSettings,
}

/// The protocol of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProxyScheme {
    /// HTTP over plain text.
    Http,
    /// HTTP over TLS.
    Https,
    /// SOCKS 4: names are resolved here.
    Socks4,
    /// SOCKS 4a: names are resolved by the proxy.
    Socks4a,
    /// SOCKS 5 (RFC 1928): names are resolved by the proxy.
    Socks5,
}

/// A route's way through a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via {
    /// The proxy.
    pub proxy: Rc<Proxy>,
    /// Whether requests are written for the proxy itself, which forwards them (RFC 9112, 3.2.2). Their connections lead to
    /// no particular server. Otherwise the connection is a tunnel to the route's host.
    pub forwards: bool,
}

impl ProxyScheme {
    /// The scheme of this name; `None` for any other.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "http" => Some(Self::Http),
            "https" => Some(Self::Https),
            "socks4" => Some(Self::Socks4),
            "socks4a" => Some(Self::Socks4a),
            // as in HTTPX, which lets the proxy resolve names for both
            "socks5" | "socks5h" => Some(Self::Socks5),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks4 => "socks4",
            Self::Socks4a => "socks4a",
            Self::Socks5 => "socks5",
        }
    }
}

impl fmt::Display for Proxy {
    /// Its URL without credentials, for messages.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}:{}", self.scheme.name(), self.host, self.port)
    }
}

impl fmt::Debug for Proxy {
    /// Without credentials: they may be in the header lines too.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Proxy({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_form_of_a_proxy_as_text_has_its_credentials() {
        let proxy = Proxy {
            scheme: ProxyScheme::Socks5,
            host: "proxy.example".into(),
            port: 1080,
            credentials: Some(("user".into(), "secret".into())),
            header_lines: (*b"Proxy-Authorization: Basic c2VjcmV0\r\n").into(),
            tls: TlsSettings::default(),
        };
        assert_eq!(proxy.to_string(), "socks5://proxy.example:1080");
        assert_eq!(format!("{proxy:?}"), "Proxy(socks5://proxy.example:1080)");
    }

    #[test]
    fn every_scheme_is_found_by_its_name() {
        for name in ["http", "https", "socks4", "socks4a", "socks5"] {
            assert_eq!(ProxyScheme::from_name(name).map(ProxyScheme::name), Some(name));
        }
        assert_eq!(ProxyScheme::from_name("socks5h"), Some(ProxyScheme::Socks5));
        assert_eq!(ProxyScheme::from_name("SOCKS5"), None);
    }
}
