//! What a user can choose about TLS.

use std::env;
use std::ffi::OsString;

/// What the environment says about trust: file names, which are read when a configuration is first built.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TrustEnvironment {
    /// `NODE_EXTRA_CA_CERTS`: added to the roots.
    pub(super) extra: Option<OsString>,
    /// `SSL_CERT_FILE`: added to the built-in roots.
    pub(super) file: Option<OsString>,
    /// `SSL_CERT_DIR`: added to the built-in roots.
    pub(super) directories: Option<OsString>,
}

impl TrustEnvironment {
    /// The variables as they are; an empty one counts as not set.
    ///
    /// To be called on the thread that sets variables: a program in JavaScript may, at any moment, and the C library
    /// does not guard one thread's reading against another's writing.
    pub fn read() -> Self {
        let read = |name| env::var_os(name).filter(|value| !value.is_empty());
        Self {
            extra: read("NODE_EXTRA_CA_CERTS"),
            file: read("SSL_CERT_FILE"),
            directories: read("SSL_CERT_DIR"),
        }
    }
}

/// One TLS setting. Equal settings share one configuration; see [`client_config`](super::client_config).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TlsSettings {
    /// How much of the server's certificate is checked.
    pub verify: Verify,
    /// Whose certificates are trusted. Without meaning under [`Verify::None`].
    pub roots: Roots,
    /// What the environment adds to the roots.
    pub environment: TrustEnvironment,
    /// Protocols offered by ALPN (RFC 7301), the preferred one first. Empty: the extension is not sent.
    pub alpn: Vec<Vec<u8>>,
}

/// How much of the server's certificate is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verify {
    /// The chain up to a trusted root and the dates.
    Full {
        /// And that the certificate is for the host that was asked for.
        check_hostname: bool,
    },
    /// Nothing. Whoever answers can read and change everything.
    None,
}

/// Whose certificates are trusted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Roots {
    /// Mozilla's roots, compiled in; with what the environment names.
    BuiltIn,
    /// These PEM texts, each of one or more certificates, and nothing else: as with the `ca` option of
    /// Node, the environment adds nothing.
    Pem(Vec<String>),
    /// The platform's store. On Linux `SSL_CERT_FILE` and `SSL_CERT_DIR` are a part of what that means,
    /// and take the store's place; `NODE_EXTRA_CA_CERTS` is added.
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
        }
    }
}
