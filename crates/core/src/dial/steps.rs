//! The steps of one dial: the phase in which an interruption would end it, and the reports to a trace.

use std::cell::RefCell;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::rc::{Rc, Weak};
use std::task::Poll;
use std::time::Duration;

use rustls::ClientConnection;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::{AttemptLimit, Host, Room};
use crate::dns::{Answer, Lookup};
use crate::exchange::Exchange;
use crate::facts::{DialProgress, TlsFacts};
use crate::tls::IdentityRequest;
use crate::trace::{AttemptTrace, Step};
use crate::{Error, Phase};

/// Follows one dial from step to step.
pub struct DialSteps<'a> {
    pub(super) progress: Rc<DialProgress>,
    /// What TLS with the server agreed on.
    pub(super) tls: RefCell<Option<TlsFacts>>,
    trace: Option<&'a AttemptTrace>,
    asker: Weak<Exchange>,
    /// The room in the pool.
    room: Option<Rc<Room>>,
    /// The time limit, which stops while room is waited for.
    limit: Rc<AttemptLimit>,
}

impl<'a> DialSteps<'a> {
    /// The steps of a dial for this request.
    pub(crate) fn new(
        trace: Option<&'a AttemptTrace>,
        asker: Weak<Exchange>,
        room: Option<Rc<Room>>,
        limit: Rc<AttemptLimit>,
    ) -> Self {
        let progress = Rc::new(DialProgress::new());
        if let Some(exchange) = asker.upgrade() {
            exchange.timeline.dialing(&progress);
        }
        Self {
            progress,
            tls: RefCell::new(None),
            trace,
            asker,
            room,
            limit,
        }
    }

    /// Waits for a look-up, during which the dial has no room in the pool: one that hangs holds up no other request. What
    /// is known already is no reason to give room back.
    pub(super) async fn look_up(&self, mut lookup: Lookup<'_>) -> Result<Vec<Answer>, Error> {
        self.enter(Phase::Dns);
        let Some(room) = &self.room else {
            return lookup.await;
        };
        let known = poll_fn(|context| match lookup.as_mut().poll(context) {
            Poll::Ready(answers) => Poll::Ready(Some(answers)),
            Poll::Pending => Poll::Ready(None),
        });
        let answers = if let Some(known) = known.await {
            known?
        } else {
            room.give_back();
            lookup.await?
        };
        if !room.is_there() {
            self.progress.waits_for_room();
            self.limit.stop();
            room.comes().await;
            self.limit.go_on();
        }
        Ok(answers)
    }

    /// The time until the attempt, or its request, ends by a time limit.
    pub(super) fn time_left(&self) -> Option<Duration> {
        let total = self.asker.upgrade().and_then(|exchange| exchange.time_ends());
        let end = [self.limit.at(), total].into_iter().flatten().min()?;
        Some(end.saturating_duration_since(Instant::now()))
    }

    /// The key of the request, while it has no end.
    pub(super) fn asker(&self) -> Option<u32> {
        self.asker.upgrade()?.key_without_end()
    }

    /// The phase of the current step.
    pub fn phase(&self) -> Phase {
        self.progress.phase()
    }

    pub(super) fn enter(&self, phase: Phase) {
        self.progress.enter(phase);
    }

    /// Makes ready for this phase. Others come before it.
    pub(super) fn prepare(&self, phase: Phase) {
        self.progress.prepare(phase);
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

    pub(super) fn tls_complete(
        &self,
        step: Step,
        tls: &ClientConnection,
        server_name: &ServerName<'_>,
        identity_request: Option<IdentityRequest>,
    ) {
        let facts = TlsFacts::of(tls, server_name, identity_request);
        if let Some(trace) = self.trace {
            trace.complete(step, &[&facts.protocol, &facts.cipher, &facts.alpn]);
        }
        self.tls.replace(Some(facts));
    }
}

impl Default for DialSteps<'_> {
    /// The steps of a dial without a listener.
    fn default() -> Self {
        Self::new(None, Weak::new(), None, Rc::new(AttemptLimit::new(None)))
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
