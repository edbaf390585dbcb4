//! The answer of an HTTP proxy that opened no tunnel.

/// A response to `CONNECT` other than 2xx.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyAnswer {
    /// The status code.
    pub status: u16,
    /// Status line and header lines as received, each with its line end, without the final blank line.
    pub head: Vec<u8>,
    /// The first KiB of the body, without transfer coding, as far as it came soon.
    pub body: Vec<u8>,
}
