//! What a user can choose about TLS.

/// One TLS setting. Equal settings share one configuration; see [`client_config`](super::client_config).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TlsSettings {
    /// How much of the server's certificate is checked.
    pub verify: Verify,
    /// Whose certificates are trusted. Without meaning under [`Verify::None`].
    pub roots: Roots,
    /// Whether `NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE` and `SSL_CERT_DIR` add to the roots.
    pub trust_env: bool,
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
    /// Mozilla's roots, compiled in; with `trust_env` also what the environment names.
    BuiltIn,
    /// These PEM texts, each of one or more certificates, and nothing else: as with the `ca` option of
    /// Node, the environment adds nothing.
    Pem(Vec<String>),
    /// The platform's store. On Linux `SSL_CERT_FILE` and `SSL_CERT_DIR` are a part of what that means,
    /// and take the store's place; with `trust_env`, `NODE_EXTRA_CA_CERTS` is added.
    System,
}

impl Default for TlsSettings {
    /// Full verification against the built-in roots and the environment's, HTTP/1.1 by ALPN.
    fn default() -> Self {
        Self {
            verify: Verify::Full { check_hostname: true },
            roots: Roots::BuiltIn,
            trust_env: true,
            alpn: vec![b"http/1.1".to_vec()],
        }
    }
}
