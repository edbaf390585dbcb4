//! The facts of a connection, and who hears of them.

use std::cell::Cell;
use std::fmt;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::dial::PackedDialTimes;
use super::{DialTimes, TlsFacts};
use crate::route::{Proxy, Route};
use crate::tls::IdentityRequest;

/// What is known of an open connection.
#[derive(Clone, Debug)]
pub struct ConnectionFacts {
    /// A number that no other connection of the process has.
    pub id: u32,
    /// This end and the peer's, of TCP.
    pub addresses: Option<(SocketAddr, SocketAddr)>,
    /// Where it leads, and by which way.
    pub route: Route,
    /// TLS with the server itself; `None` over plain text, and for TLS with a proxy only.
    pub tls: Option<TlsFacts>,
    /// How long it took to open.
    pub dial: DialTimes,
}

/// Hears of a client's connections: one for each JavaScript environment.
pub trait Connections {
    /// A connection is open. `asker` is the key of the request that it was opened for, while that has no end. Returns the
    /// number by which replies name it until it is closed; never 0.
    fn opened(&self, facts: &ConnectionFacts, asker: Option<u32>) -> u32;
    /// No reply will name the connection of this number any more.
    fn closed(&self, number: u32);
}

/// A connection that was told. Everything that may still name it shares this. Of its facts it keeps only what its requests
/// need: it lives as long as the connection.
pub(crate) struct OpenConnection {
    dial: PackedDialTimes,
    identity_request: Option<IdentityRequest>,
    /// The proxy that it leads to, if that forwards requests.
    forwarder: Option<Rc<Proxy>>,
    /// 0 without a listener.
    pub(crate) number: u32,
    listener: Option<Rc<dyn Connections>>,
    has_carried: Cell<bool>,
}

impl OpenConnection {
    pub(crate) fn new(
        facts: &ConnectionFacts,
        listener: Option<Rc<dyn Connections>>,
        asker: Option<u32>,
    ) -> Rc<Self> {
        let number = listener
            .as_ref()
            .map_or(0, |listener| listener.opened(facts, asker));
        Rc::new(Self {
            dial: facts.dial.packed(),
            identity_request: facts.tls.as_ref().and_then(|tls| tls.identity_request),
            forwarder: facts
                .route
                .via
                .as_ref()
                .filter(|via| via.forwards)
                .map(|via| Rc::clone(&via.proxy)),
            number,
            listener,
            has_carried: Cell::new(false),
        })
    }

    pub(crate) fn dial(&self) -> DialTimes {
        self.dial.unpacked()
    }

    /// Whether its server asked for a client certificate.
    pub(crate) fn identity_request(&self) -> Option<IdentityRequest> {
        self.identity_request
    }

    /// The proxy that it leads to, if that forwards requests.
    pub(crate) fn forwarder(&self) -> Option<&Proxy> {
        self.forwarder.as_deref()
    }

    /// Whether a request has been on it. Notes that one is.
    pub(super) fn carries_another(&self) -> bool {
        self.has_carried.replace(true)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.closed(self.number);
        }
    }
}

impl fmt::Debug for OpenConnection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("OpenConnection")
            .field(&self.number)
            .finish()
    }
}

/// The number of a new connection.
pub(super) fn next_id() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
}

impl ConnectionFacts {
    /// Of a connection that is open now.
    pub(crate) fn new(
        addresses: Option<(SocketAddr, SocketAddr)>,
        route: Route,
        tls: Option<TlsFacts>,
        dial: DialTimes,
    ) -> Self {
        Self {
            id: next_id(),
            addresses,
            route,
            tls,
            dial,
        }
    }
}
