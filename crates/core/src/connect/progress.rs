//! How far an attempt to connect has come, for whoever may interrupt it and whoever listens to it.

use std::cell::Cell;
use std::net::SocketAddr;

use rustls::ClientConnection;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;

use super::Host;
use crate::Phase;
use crate::trace::{AttemptTrace, Step};

/// The step that is being taken.
pub struct Progress<'a> {
    phase: Cell<Phase>,
    trace: Option<&'a AttemptTrace>,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(phase: Phase, trace: Option<&'a AttemptTrace>) -> Self {
        Self {
            phase: Cell::new(phase),
            trace,
        }
    }

    /// The phase of an error that happens now.
    pub fn get(&self) -> Phase {
        self.phase.get()
    }

    pub(crate) fn set(&self, phase: Phase) {
        self.phase.set(phase);
    }

    pub(super) fn tcp_started(&self, host: &Host, port: u16) {
        if let Some(trace) = self.trace {
            trace.started(Step::ConnectTcp, &[&host.bare(), &port.to_string()]);
        }
    }

    pub(super) fn tcp_complete(&self, tcp: &TcpStream) {
        if let Some(trace) = self.trace {
            let (local_host, local_port) = host_and_port(tcp.local_addr().ok());
            let (peer_host, peer_port) = host_and_port(tcp.peer_addr().ok());
            trace.complete(
                Step::ConnectTcp,
                &[&local_host, &local_port, &peer_host, &peer_port],
            );
        }
    }

    #[cfg(unix)]
    pub(super) fn unix_started(&self, path: &std::path::Path) {
        if let Some(trace) = self.trace {
            trace.started(Step::ConnectUnixSocket, &[&path.to_string_lossy()]);
        }
    }

    #[cfg(unix)]
    pub(super) fn unix_complete(&self) {
        if let Some(trace) = self.trace {
            trace.complete(Step::ConnectUnixSocket, &[]);
        }
    }

    pub(super) fn tls_started(&self, server_name: &ServerName<'_>) {
        if let Some(trace) = self.trace {
            trace.started(Step::StartTls, &[&server_name.to_str()]);
        }
    }

    pub(super) fn tls_complete(&self, tls: &ClientConnection) {
        if let Some(trace) = self.trace {
            // rustls has names of its own, to which those of RFC 8446 and of the IANA registry are close
            let version = tls.protocol_version().and_then(|version| version.as_str());
            let version = version.unwrap_or_default().replace('_', ".");
            let suite = tls.negotiated_cipher_suite().map(|suite| suite.suite());
            let suite = suite.and_then(|suite| suite.as_str()).unwrap_or_default();
            let suite = suite.replacen("TLS13_", "TLS_", 1);
            let protocol = String::from_utf8_lossy(tls.alpn_protocol().unwrap_or_default());
            trace.complete(Step::StartTls, &[&version, &suite, &protocol]);
        }
    }
}

impl Default for Progress<'_> {
    /// Of an attempt to which nobody listens.
    fn default() -> Self {
        Self::new(Phase::Connect, None)
    }
}

/// Of a socket that is broken already, nothing is known.
fn host_and_port(address: Option<SocketAddr>) -> (String, String) {
    let part = |part: &dyn Fn(SocketAddr) -> String| address.map_or_else(String::new, part);
    (
        part(&|address| address.ip().to_string()),
        part(&|address| address.port().to_string()),
    )
}
