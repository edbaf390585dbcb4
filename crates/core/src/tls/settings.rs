//! The settings of TLS.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use super::identity::Identity;
use super::pins::Pin;

/// Files that the environment names. They are opened when a configuration is built.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TrustEnvironment {
    /// `NODE_EXTRA_CA_CERTS`: added to the roots.
    pub(super) extra: Option<OsString>,
    /// `SSL_CERT_FILE`: added to the built-in roots.
    pub(super) file: Option<OsString>,
    /// `SSL_CERT_DIR`: added to the built-in roots.
    pub(super) directories: Option<OsString>,
    /// `SSLKEYLOGFILE`: where secrets are written, unless the setting names a file.
    pub(super) key_log: Option<OsString>,
}

impl TrustEnvironment {
    /// Reads the variables. An empty variable counts as not set.
    ///
    /// Call it on the thread that sets variables. JavaScript may set one at any moment, and the C library does not
    /// protect a read on one thread from a write on another.
    pub fn read() -> Self {
        let read = |name| env::var_os(name).filter(|value| !value.is_empty());
        Self {
            extra: read("NODE_EXTRA_CA_CERTS"),
            file: read("SSL_CERT_FILE"),
            directories: read("SSL_CERT_DIR"),
            key_log: read("SSLKEYLOGFILE"),
        }
    }
}

/// One TLS setting. Equal settings share one configuration; see [`client_config`](super::client_config).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TlsSettings {
    /// How much of the server's certificate is checked.
    pub verify: Verify,
    /// Whose certificates are trusted. [`Verify::None`] ignores it.
    pub roots: Roots,
    /// What the environment adds to the roots.
    pub environment: TrustEnvironment,
    /// Protocols offered by ALPN (RFC 7301), the preferred one first. Empty: the extension is not sent.
    pub alpn: Vec<Vec<u8>>,
    /// The client's certificate and key, for servers that ask for them.
    pub identity: Option<Identity>,
    /// The oldest version that is spoken.
    pub min_version: MinVersion,
    /// Public keys of which one must be in the verified path, or with [`Verify::None`] in the chain as sent. Empty: any.
    pub pins: Vec<Pin>,
    /// A file to which the secrets of all connections are appended, so that tools can decrypt recorded traffic.
    pub key_log: Option<PathBuf>,
    /// Whether sessions are resumed, which saves a part of the handshake.
    pub session_resumption: bool,
}

/// The oldest version of TLS that is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum MinVersion {
    /// TLS 1.2 and 1.3.
    #[default]
    Tls12,
    /// TLS 1.3 only.
    Tls13,
}

/// How much of the server's certificate is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verify {
    /// The chain up to a trusted root and the dates.
    Full {
        /// Whether the certificate must be for the requested host, too.
        check_hostname: bool,
    },
    /// Nothing. Any server on the way can read and change everything.
    None,
}

/// Whose certificates are trusted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Roots {
    /// Mozilla's roots, compiled in, and the files that the environment names.
    BuiltIn,
    /// These PEM texts, each of one or more certificates. The environment adds nothing, as with Node's `ca` option.
    Pem(Vec<String>),
    /// The platform's store, and `NODE_EXTRA_CA_CERTS`. On Linux `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the
    /// store, if they name certificates.
    System,
}

impl Default for TlsSettings {
    /// Full verification against the built-in roots alone, HTTP/1.1 by ALPN.
    fn default() -> Self {
        Self {
            verify: Verify::Full { check_hostname: true },
            roots: Roots::BuiltIn,
            environment: TrustEnvironment::default(),
            alpn: vec![b"http/1.1".to_vec()],
            identity: None,
            min_version: MinVersion::default(),
            pins: Vec::new(),
            key_log: None,
            session_resumption: true,
        }
    }
}
