//! A server that a test controls, one connection and one step at a time.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use httpxide_core::io::Stream;
use socket2::{Domain, SockRef, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::timeout;

use crate::network::{self, Backlog};

/// A short response that keeps the connection.
pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Bytes that a direction of a connection in memory holds …
const CAPACITY: usize = 64 * 1024;
/// … and of one that is soon out of room. Sockets take this as a hint.
const CRAMPED: usize = 4096;

/// A listener on a port of its own, in memory or on a socket as the test runs.
pub(crate) struct Server {
    listener: Listener,
    /// The origin, as the pool knows it.
    pub(crate) origin: String,
}

enum Listener {
    Memory(Rc<Backlog>),
    Socket(TcpListener),
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(CAPACITY, |_| {})
    }

    /// A server whose connections have small buffers: a writer is soon out of room.
    pub(crate) fn cramped() -> Self {
        Self::with(CRAMPED, |socket| {
            socket.set_recv_buffer_size(CRAMPED).unwrap();
            socket.set_send_buffer_size(CRAMPED).unwrap();
        })
    }

    fn with(capacity: usize, prepare: impl FnOnce(&Socket)) -> Self {
        if network::uses_memory() {
            let (backlog, port) = Backlog::listen(capacity);
            return Self {
                listener: Listener::Memory(backlog),
                origin: format!("http://127.0.0.1:{port}"),
            };
        }
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        prepare(&socket);
        socket
            .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
            .unwrap();
        socket.listen(1024).unwrap();
        socket.set_nonblocking(true).unwrap();
        let listener = TcpListener::from_std(socket.into()).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        Self {
            listener: Listener::Socket(listener),
            origin,
        }
    }

    pub(crate) async fn accept(&self) -> Peer {
        let stream = match &self.listener {
            Listener::Memory(backlog) => Stream::Memory(backlog.accept().await),
            Listener::Socket(listener) => {
                let (socket, _) = listener.accept().await.unwrap();
                socket.set_nodelay(true).unwrap();
                Stream::Tcp(socket)
            }
        };
        Peer {
            stream,
            read: Vec::new(),
        }
    }

    /// Accepts a connection, reads one request without a body and sends this response.
    pub(crate) async fn answer(&self, answer: &[u8]) -> Peer {
        let mut peer = self.accept().await;
        peer.head().await;
        peer.write(answer).await;
        peer
    }

    /// Runs a script for every connection from now on.
    pub(crate) fn play<F>(self, script: impl Fn(Peer) -> F + 'static) -> JoinHandle<()>
    where
        F: Future<Output = ()> + 'static,
    {
        spawn_local(async move {
            loop {
                let peer = self.accept().await;
                spawn_local(script(peer));
            }
        })
    }
}

/// The server's end of a connection.
pub(crate) struct Peer {
    pub(crate) stream: Stream,
    /// Bytes that were read and that the test has not asked for.
    read: Vec<u8>,
}

impl Peer {
    /// The next request's head, with its blank line; empty if the client closed before all of it came.
    pub(crate) async fn head(&mut self) -> String {
        loop {
            if let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                return String::from_utf8(self.read.drain(..end + 4).collect()).unwrap();
            }
            if !self.more().await {
                return String::new();
            }
        }
    }

    /// The next `count` bytes of a request.
    pub(crate) async fn bytes(&mut self, count: usize) -> Vec<u8> {
        while self.read.len() < count {
            assert!(self.more().await, "closed after {} bytes", self.read.len());
        }
        self.read.drain(..count).collect()
    }

    /// The same; `None` if the client closes before.
    pub(crate) async fn try_bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        while self.read.len() < count {
            if !self.more().await {
                return None;
            }
        }
        Some(self.read.drain(..count).collect())
    }

    /// Whether the client closes within this time, whatever it sends before.
    pub(crate) async fn disconnects_within(&mut self, limit: Duration) -> bool {
        timeout(limit, async { while self.more().await {} }).await.is_ok()
    }

    /// All bytes that the test has not asked for, until the client closes.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        while self.more().await {}
        std::mem::take(&mut self.read)
    }

    async fn more(&mut self) -> bool {
        matches!(self.stream.read_buf(&mut self.read).await, Ok(1..))
    }

    /// The error with which the connection breaks off.
    pub(crate) async fn read_error(&mut self) -> ErrorKind {
        loop {
            match self.stream.read_buf(&mut self.read).await {
                Ok(0) => panic!("the client closed in good order"),
                Ok(_) => {}
                Err(error) => return error.kind(),
            }
        }
    }

    /// Writes to a client that may be gone.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.ok();
    }

    /// Whether the client closes the connection within this time, without another byte.
    pub(crate) async fn is_closed_within(&mut self, limit: Duration) -> bool {
        timeout(limit, self.more()).await == Ok(false) && self.read.is_empty()
    }

    /// Whether the client sends nothing for so long, and does not close either.
    pub(crate) async fn is_silent_for(&mut self, time: Duration) -> bool {
        timeout(time, self.more()).await.is_err() && self.read.is_empty()
    }

    /// Resets the connection, as the end of a process does.
    pub(crate) fn reset(self) {
        match self.stream {
            Stream::Memory(stream) => stream.reset(),
            Stream::Tcp(socket) => SockRef::from(&socket).set_linger(Some(Duration::ZERO)).unwrap(),
            other => panic!("no test resets {other:?}"),
        }
    }
}
