//! A proxy, as a JavaScript object.

use httpxide_core::route::{Proxy, ProxyScheme};
use napi::{Error, Result};
use napi_derive::napi;

use super::options::NativeTrust;

/// A proxy. JavaScript has checked every part.
#[napi(object)]
pub struct NativeProxyOptions {
    /// `http`, `https`, `socks4`, `socks4a`, `socks5` or `socks5h`.
    pub scheme: String,
    /// The host, an IPv6 address in its brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The name of the user of a SOCKS proxy.
    #[napi(ts_type = "string | undefined")]
    pub username: Option<String>,
    /// The user's password.
    pub password: String,
    /// Header lines of every `CONNECT`, each with its line end, as latin1.
    pub header_lines: String,
    /// How an HTTPS proxy is verified.
    pub trust: NativeTrust,
}

impl NativeProxyOptions {
    pub(crate) fn into_proxy(self) -> Result<Proxy> {
        let unknown = || Error::from_reason(format!("unknown proxy scheme {}", self.scheme));
        let scheme = ProxyScheme::from_name(&self.scheme).ok_or_else(unknown)?;
        // a header's text is latin1: one byte a character
        let lines = self.header_lines.chars().map(|character| character as u8);
        Ok(Proxy {
            scheme,
            host: self.host.into(),
            port: self.port,
            credentials: self
                .username
                .map(|username| (username.into(), self.password.into())),
            header_lines: lines.collect(),
            tls: self.trust.settings(),
        })
    }
}
