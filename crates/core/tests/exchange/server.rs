//! A server that a test plays itself, one connection and one step at a time.

use std::net::SocketAddr;
use std::time::Duration;

use socket2::{Domain, SockRef, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, spawn_local};

/// The shortest answer that keeps the connection.
pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A listener on a port of its own.
pub(crate) struct Server {
    listener: TcpListener,
    /// As the pool knows it.
    pub(crate) origin: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// A server whose connections have small buffers, so that whoever writes is soon out of room.
    pub(crate) fn cramped() -> Self {
        Self::with(|socket| {
            socket.set_recv_buffer_size(4096).unwrap();
            socket.set_send_buffer_size(4096).unwrap();
        })
    }

    fn with(prepare: impl FnOnce(&Socket)) -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        prepare(&socket);
        socket
            .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
            .unwrap();
        socket.listen(1024).unwrap();
        socket.set_nonblocking(true).unwrap();
        let listener = TcpListener::from_std(socket.into()).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        Self { listener, origin }
    }

    pub(crate) async fn accept(&self) -> Peer {
        let (socket, _) = self.listener.accept().await.unwrap();
        socket.set_nodelay(true).unwrap();
        Peer {
            socket,
            read: Vec::new(),
        }
    }

    /// Accepts, reads one request without a body and gives this answer.
    pub(crate) async fn answer(&self, answer: &[u8]) -> Peer {
        let mut peer = self.accept().await;
        peer.head().await;
        peer.write(answer).await;
        peer
    }

    /// Plays every connection by a script from now on.
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
    pub(crate) socket: TcpStream,
    /// What was read and not yet asked for.
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

    /// So many bytes of a request.
    pub(crate) async fn bytes(&mut self, count: usize) -> Vec<u8> {
        while self.read.len() < count {
            assert!(self.more().await, "closed after {} bytes", self.read.len());
        }
        self.read.drain(..count).collect()
    }

    /// What came that was not asked for yet, and all that comes until the client closes.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        while self.more().await {}
        std::mem::take(&mut self.read)
    }

    async fn more(&mut self) -> bool {
        matches!(self.socket.read_buf(&mut self.read).await, Ok(1..))
    }

    /// Writes to a client that may be gone.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).await.ok();
    }

    /// Whether the client closes the connection within this time, without another byte.
    pub(crate) async fn is_closed_within(&mut self, limit: Duration) -> bool {
        match tokio::time::timeout(limit, self.more()).await {
            Ok(more) => !more && self.read.is_empty(),
            Err(_) => false,
        }
    }

    /// Breaks the connection off, as a process that dies does.
    pub(crate) fn reset(self) {
        SockRef::from(&self.socket)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
    }
}
