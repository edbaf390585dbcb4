//! Which versions of HTTP a client speaks, and which of them a new connection speaks.

use super::Http2Settings;
use crate::io::Stream;
use crate::route::Scheme;

/// The versions of HTTP that a client speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HttpVersions {
    /// HTTP/1.1.
    #[default]
    Http1,
    /// HTTP/2 where a server chooses it by ALPN, otherwise HTTP/1.1: over plain streams always.
    Both(Http2Settings),
    /// HTTP/2, with prior knowledge over plain streams and where ALPN chose nothing (RFC 9113 3.3).
    Http2(Http2Settings),
}

impl HttpVersions {
    /// The protocols that are offered by ALPN (RFC 7301), the preferred one first.
    pub fn alpn(&self) -> Vec<Vec<u8>> {
        let names: &[&[u8]] = match self {
            Self::Http1 => &[b"http/1.1"],
            Self::Both(_) => &[b"h2", b"http/1.1"],
            Self::Http2(_) => &[b"h2"],
        };
        names.iter().map(|name| name.to_vec()).collect()
    }

    /// Whether HTTP/1.1 is spoken.
    pub(crate) fn speaks_http1(&self) -> bool {
        !matches!(self, Self::Http2(_))
    }

    /// Whether connections of a route with this scheme can carry many requests.
    pub(crate) fn may_carry_many(&self, scheme: Scheme) -> bool {
        match self {
            Self::Http1 => false,
            Self::Both(_) => scheme == Scheme::Https,
            Self::Http2(_) => true,
        }
    }

    /// The settings of HTTP/2 if a connection over this stream speaks it.
    pub(super) fn http2_over(&self, stream: &Stream) -> Option<&Http2Settings> {
        match self {
            Self::Http1 => None,
            Self::Both(settings) => (stream.alpn_protocol() == Some(b"h2")).then_some(settings),
            Self::Http2(settings) => Some(settings),
        }
    }
}
