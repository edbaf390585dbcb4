//! What TLS agreed on.

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConnection, HandshakeKind};

use crate::tls::IdentityRequest;

/// What TLS agreed on.
#[derive(Clone, Debug)]
pub struct TlsFacts {
    /// As RFC 8446 writes it: `TLSv1.3`.
    pub protocol: String,
    /// The cipher suite as the IANA registry writes it: `TLS_AES_128_GCM_SHA256`.
    pub cipher: String,
    /// The protocol that the server chose by ALPN; empty if it chose none.
    pub alpn: String,
    /// The name that was sent (SNI); empty for an address, which is not sent (RFC 6066 3).
    pub server_name: String,
    /// Whether an earlier session was resumed.
    pub is_resumed: bool,
    /// Whether the server asked for a client certificate.
    pub identity_request: Option<IdentityRequest>,
    /// The server's chain as it was sent, in this session or the resumed one.
    pub peer_certificates: Vec<CertificateDer<'static>>,
}

impl TlsFacts {
    /// Of an established connection.
    pub(crate) fn of(
        tls: &ClientConnection,
        server_name: &ServerName<'_>,
        identity_request: Option<IdentityRequest>,
    ) -> Self {
        // rustls writes TLSv1_3 and TLS13_AES_128_GCM_SHA256
        let protocol = tls.protocol_version().and_then(|version| version.as_str());
        let suite = tls.negotiated_cipher_suite().map(|suite| suite.suite());
        let cipher = suite.and_then(|suite| suite.as_str()).unwrap_or_default();
        Self {
            protocol: protocol.unwrap_or_default().replace('_', "."),
            cipher: cipher.replacen("TLS13_", "TLS_", 1),
            alpn: String::from_utf8_lossy(tls.alpn_protocol().unwrap_or_default()).into_owned(),
            server_name: match server_name {
                ServerName::DnsName(name) => name.as_ref().to_owned(),
                _ => String::new(),
            },
            identity_request,
            is_resumed: tls.handshake_kind() == Some(HandshakeKind::Resumed),
            peer_certificates: tls.peer_certificates().unwrap_or_default().to_vec(),
        }
    }
}
