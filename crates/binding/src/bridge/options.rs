//! A client's options, as a JavaScript object.

use std::path::PathBuf;
use std::time::Duration;

use httpxide_core::dial::SocketOptions;
use httpxide_core::pool::Limits;
use httpxide_core::tls::{Roots, TlsSettings, TrustEnvironment, Verify};
use httpxide_core::{ClientConfig, Http2Settings, HttpVersions};
use napi::Result;
use napi_derive::napi;

use super::address_options::{NativeConnectPolicy, NativeDnsOptions, address};
use super::client_tls::NativeTls;

/// Options of a client; `undefined` is no limit, or the absence of what is named.
#[napi(object)]
pub struct NativeClientOptions {
    /// Connections in all.
    #[napi(ts_type = "number | undefined")]
    pub max_connections: Option<u32>,
    /// Idle connections.
    #[napi(ts_type = "number | undefined")]
    pub max_keepalive_connections: Option<u32>,
    /// Milliseconds for which an idle connection is kept.
    #[napi(ts_type = "number | undefined")]
    pub keepalive_expiry: Option<f64>,
    /// Connections to one origin.
    #[napi(ts_type = "number | undefined")]
    pub max_connections_per_host: Option<u32>,
    /// The path of a Unix socket.
    #[napi(ts_type = "string | undefined")]
    pub uds: Option<String>,
    /// Milliseconds of silence after which the system probes the peer.
    #[napi(ts_type = "number | undefined")]
    pub socket_keep_alive: Option<f64>,
    /// Bytes of the system's receive buffer.
    #[napi(ts_type = "number | undefined")]
    pub receive_buffer_size: Option<u32>,
    /// Bytes of the system's send buffer.
    #[napi(ts_type = "number | undefined")]
    pub send_buffer_size: Option<u32>,
    /// The network device of every socket.
    #[napi(ts_type = "string | undefined")]
    pub bind_to_device: Option<String>,
    /// Milliseconds for which sent bytes may stay unacknowledged.
    #[napi(ts_type = "number | undefined")]
    pub tcp_user_timeout: Option<f64>,
    /// The address of this machine that connections come from.
    #[napi(ts_type = "string | undefined")]
    pub local_address: Option<String>,
    /// How names become addresses.
    pub dns: NativeDnsOptions,
    /// Which addresses are connected to; absent if all are.
    #[napi(ts_type = "NativeConnectPolicy | undefined")]
    pub connect_policy: Option<NativeConnectPolicy>,
    /// Whether HTTP/1.1 is spoken. One of `http1` and `http2` is there.
    pub http1: bool,
    /// What HTTP/2 is spoken with; absent if it is not spoken.
    #[napi(ts_type = "NativeHttp2Options | undefined")]
    pub http2: Option<NativeHttp2Options>,
    /// How often opening a connection is tried again.
    pub retries: u32,
    /// The most bytes of a decoded response body.
    #[napi(ts_type = "number | undefined")]
    pub max_response_bytes: Option<i64>,
    /// The most bytes of one that arrives whole: those of the longest array of the runtime.
    pub max_whole_bytes: i64,
    /// How servers are verified.
    pub trust: NativeTrust,
    /// Further options of TLS.
    pub tls: NativeTls,
}

/// How a TLS server is verified.
#[napi(object)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a JavaScript object of independent switches"
)]
pub struct NativeTrust {
    /// Whether certificates are verified.
    pub verify: bool,
    /// Whether the certificate must be the host's.
    pub check_hostname: bool,
    /// PEM texts of the only authorities to trust.
    #[napi(ts_type = "string[] | undefined")]
    pub ca: Option<Vec<String>>,
    /// Whether the platform's authorities are trusted, instead of the built-in ones.
    pub system: bool,
    /// Whether environment variables name further authorities, and a file for secrets.
    pub trust_env: bool,
}

/// What HTTP/2 is spoken with.
#[napi(object)]
pub struct NativeHttp2Options {
    /// Requests on one connection at a time.
    #[napi(ts_type = "number | undefined")]
    pub max_concurrent_streams: Option<u32>,
    /// Bytes of a response that may be unread.
    pub window_size: u32,
    /// Milliseconds without a byte after which a PING is sent.
    #[napi(ts_type = "number | undefined")]
    pub keep_alive_interval: Option<f64>,
    /// Milliseconds that its answer may take.
    pub keep_alive_timeout: f64,
    /// Bytes of a response's header fields.
    pub max_header_list_size: u32,
}

impl NativeHttp2Options {
    fn settings(&self) -> Http2Settings {
        Http2Settings {
            max_concurrent_streams: self.max_concurrent_streams,
            window_size: self.window_size,
            keep_alive_interval: self.keep_alive_interval.map(milliseconds),
            keep_alive_timeout: milliseconds(self.keep_alive_timeout),
            max_header_list_size: self.max_header_list_size,
        }
    }
}

impl NativeClientOptions {
    pub(crate) fn into_config(self) -> Result<ClientConfig> {
        let count = |count: Option<u32>| count.map(|count| count as usize);
        let policy = self.connect_policy.as_ref();
        Ok(ClientConfig {
            limits: Limits {
                max_connections: count(self.max_connections),
                max_keepalive_connections: count(self.max_keepalive_connections),
                keepalive_expiry: self.keepalive_expiry.map(milliseconds),
                max_connections_per_host: count(self.max_connections_per_host),
            },
            versions: self.versions(),
            retries: self.retries,
            max_response_bytes: self.max_response_bytes.and_then(|bytes| bytes.try_into().ok()),
            max_whole_bytes: self.max_whole_bytes.try_into().ok(),
            tls: self.tls.added_to(self.trust.settings()),
            socket_options: SocketOptions {
                keep_alive: self.socket_keep_alive.map(milliseconds),
                receive_buffer_size: count(self.receive_buffer_size),
                send_buffer_size: count(self.send_buffer_size),
                bind_to_device: self.bind_to_device,
                tcp_user_timeout: self.tcp_user_timeout.map(milliseconds),
            },
            uds: self.uds.map(PathBuf::from),
            local_address: self.local_address.as_deref().map(address).transpose()?,
            connect_policy: policy.map(NativeConnectPolicy::policy).transpose()?,
            dns: self.dns.settings()?,
        })
    }

    fn versions(&self) -> HttpVersions {
        match (&self.http2, self.http1) {
            (None, _) => HttpVersions::Http1,
            (Some(http2), true) => HttpVersions::Both(http2.settings()),
            (Some(http2), false) => HttpVersions::Http2(http2.settings()),
        }
    }
}

impl NativeTrust {
    /// The settings, without the protocols of ALPN.
    pub(super) fn settings(&self) -> TlsSettings {
        let verify = if self.verify {
            Verify::Full {
                check_hostname: self.check_hostname,
            }
        } else {
            Verify::None
        };
        let roots = match &self.ca {
            Some(ca) => Roots::Pem(ca.clone()),
            None if self.system => Roots::System,
            None => Roots::BuiltIn,
        };
        TlsSettings {
            verify,
            roots,
            environment: if self.trust_env {
                TrustEnvironment::read()
            } else {
                TrustEnvironment::default()
            },
            ..TlsSettings::default()
        }
    }
}

/// A hundred years: every clock reaches it, which a longer time may not.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// A time that JavaScript gives in milliseconds. It may be infinite.
pub(super) fn milliseconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value / 1000.0).map_or(LONGEST, |time| time.min(LONGEST))
}
