//! The network of a test: servers in memory, or the system's sockets.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::rc::{Rc, Weak};

use httpxide_core::dial::{DialSteps, Dialer, Endpoint, Network, Opening, Sockets};
use httpxide_core::io::{MemoryStream, Stream};
use httpxide_core::tls::TlsSettings;
use httpxide_core::{Error, Kind, Phase};
use tokio::sync::Notify;

thread_local! {
    /// Servers in memory, by their ports; `None` if the test that runs on this thread uses sockets.
    static SERVERS: RefCell<Option<HashMap<u16, Address>>> = const { RefCell::new(None) };
}

/// What answers at a port in memory.
#[derive(Clone)]
enum Address {
    Server(Weak<Backlog>),
    /// Attempts to connect get no answer.
    Silent,
}

/// Uses servers in memory from now on, or sockets.
pub(crate) fn use_memory(memory: bool) {
    SERVERS.set(memory.then(HashMap::new));
}

pub(crate) fn uses_memory() -> bool {
    SERVERS.with_borrow(Option::is_some)
}

/// A dialer that reaches the servers of this test.
pub(crate) fn dialer() -> Dialer {
    let settings = TlsSettings::default();
    if uses_memory() {
        Dialer::over(Memory, settings)
    } else {
        Dialer::over(Sockets::default(), settings)
    }
}

/// Connections in memory that were opened and not accepted yet.
pub(crate) struct Backlog {
    /// Bytes that each direction of a connection holds.
    capacity: usize,
    connections: RefCell<VecDeque<MemoryStream>>,
    opened: Notify,
}

impl Backlog {
    /// A backlog at a port of its own.
    pub(crate) fn listen(capacity: usize) -> (Rc<Self>, u16) {
        let backlog = Rc::new(Self {
            capacity,
            connections: RefCell::default(),
            opened: Notify::new(),
        });
        let port = add(Address::Server(Rc::downgrade(&backlog)));
        (backlog, port)
    }

    pub(crate) async fn accept(&self) -> MemoryStream {
        loop {
            if let Some(connection) = self.connections.borrow_mut().pop_front() {
                return connection;
            }
            self.opened.notified().await;
        }
    }

    fn open(&self) -> MemoryStream {
        let (client, server) = MemoryStream::pair(self.capacity);
        self.connections.borrow_mut().push_back(server);
        self.opened.notify_one();
        client
    }
}

/// The origin of a server in memory that does not answer attempts to connect.
pub(crate) fn silent_origin() -> String {
    format!("http://127.0.0.1:{}", add(Address::Silent))
}

/// Lets attempts to connect to a server in memory get no answer from now on.
pub(crate) fn silence(origin: &str) {
    let port = origin.rsplit(':').next().and_then(|port| port.parse().ok());
    SERVERS.with_borrow_mut(|servers| {
        let servers = servers.as_mut().expect("a test in memory");
        servers.insert(port.expect("an origin with a port"), Address::Silent);
    });
}

fn add(address: Address) -> u16 {
    SERVERS.with_borrow_mut(|servers| {
        let servers = servers.as_mut().expect("a test in memory");
        let port = u16::try_from(servers.len() + 1).unwrap();
        servers.insert(port, address);
        port
    })
}

/// The servers in memory of the test on this thread.
struct Memory;

impl Network for Memory {
    fn open<'a>(&'a self, endpoint: &'a Endpoint, _steps: &'a DialSteps<'_>) -> Opening<'a> {
        let Endpoint::Tcp { port, .. } = endpoint else {
            panic!("no Unix sockets in memory")
        };
        let address = SERVERS.with_borrow(|servers| servers.as_ref()?.get(port).cloned());
        Box::pin(async move {
            let server = match address {
                Some(Address::Silent) => pending().await,
                Some(Address::Server(server)) => server.upgrade(),
                None => None,
            };
            let refused = || {
                let message = format!("no server in memory at port {port}");
                Error::new(Kind::ConnectError, Phase::Connect, "ECONNREFUSED", message)
            };
            server
                .map(|server| Stream::Memory(server.open()))
                .ok_or_else(refused)
        })
    }
}
