//! The steps of one dial: the phase that an interruption falls into, and the reports to a trace.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Weak;

use rustls::ClientConnection;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;

use super::Host;
use crate::Phase;
use crate::exchange::Exchange;
use crate::trace::{AttemptTrace, Step};

/// Follows one dial from step to step.
pub struct DialSteps<'a> {
    phase: Cell<Phase>,
    trace: Option<&'a AttemptTrace>,
    asker: Weak<Exchange>,
}

impl<'a> DialSteps<'a> {
    /// The steps of a dial for this request.
    pub(crate) fn new(trace: Option<&'a AttemptTrace>, asker: Weak<Exchange>) -> Self {
        Self {
            phase: Cell::new(Phase::Connect),
            trace,
            asker,
        }
    }

    /// The key of the request, while it has no end.
    pub(super) fn asker(&self) -> Option<u32> {
        let exchange = self.asker.upgrade()?;
        (!exchange.is_ended()).then(|| exchange.key())
    }

    /// The phase of the current step.
    pub fn phase(&self) -> Phase {
        self.phase.get()
    }

    pub(super) fn enter(&self, phase: Phase) {
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

    pub(super) fn unix_started(&self, path: &std::path::Path) {
        if let Some(trace) = self.trace {
            trace.started(Step::ConnectUnixSocket, &[&path.to_string_lossy()]);
        }
    }

    pub(super) fn unix_complete(&self) {
        if let Some(trace) = self.trace {
            trace.complete(Step::ConnectUnixSocket, &[]);
        }
    }

    pub(super) fn started(&self, step: Step) {
        if let Some(trace) = self.trace {
            trace.started(step, &[]);
        }
    }

    pub(super) fn complete(&self, step: Step, fields: &[&str]) {
        if let Some(trace) = self.trace {
            trace.complete(step, fields);
        }
    }

    pub(super) fn tls_started(&self, step: Step, server_name: &ServerName<'_>) {
        if let Some(trace) = self.trace {
            trace.started(step, &[&server_name.to_str()]);
        }
    }

    pub(super) fn tls_complete(&self, step: Step, tls: &ClientConnection) {
        if let Some(trace) = self.trace {
            // rustls writes TLSv1_3 and TLS13_AES_128_GCM_SHA256; RFC 8446 and the IANA registry write TLSv1.3 and
            // TLS_AES_128_GCM_SHA256
            let version = tls.protocol_version().and_then(|version| version.as_str());
            let version = version.unwrap_or_default().replace('_', ".");
            let suite = tls.negotiated_cipher_suite().map(|suite| suite.suite());
            let suite = suite.and_then(|suite| suite.as_str()).unwrap_or_default();
            let suite = suite.replacen("TLS13_", "TLS_", 1);
            let protocol = String::from_utf8_lossy(tls.alpn_protocol().unwrap_or_default());
            trace.complete(step, &[&version, &suite, &protocol]);
        }
    }
}

impl Default for DialSteps<'_> {
    /// The steps of a dial without a listener.
    fn default() -> Self {
        Self::new(None, Weak::new())
    }
}

/// The system knows no address of a socket that is broken already: both parts are then empty.
fn host_and_port(address: Option<SocketAddr>) -> (String, String) {
    let part = |part: &dyn Fn(SocketAddr) -> String| address.map_or_else(String::new, part);
    (
        part(&|address| address.ip().to_string()),
        part(&|address| address.port().to_string()),
    )
}
