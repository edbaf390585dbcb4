//! A server may answer as soon as it has accepted a connection, and close it: its answer is delivered.
//!
//! Other systems drop what a socket has received when the connection is reset.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::spawn;
use std::time::Duration;

use bytes::Bytes;
use httpxide_core::dial::{DialSteps, Dialer, Endpoint, Network, Opening, Sockets};
use httpxide_core::io::Stream;
use httpxide_core::tls::TlsSettings;
use httpxide_core::{ClientConfig, RequestSent};
use socket2::SockRef;
use tokio::io::Interest;
use tokio::task::yield_now;

use crate::caller::Caller;
use crate::request::Request;
use crate::run_over_sockets;

const TIMES: usize = 70;
const ANSWER: [&[u8]; 2] = [
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\n",
    b"busy",
];

/// Sockets that are open once the server has closed its end.
struct Closed {
    sockets: Sockets,
    /// Told of each connection.
    opened: Sender<()>,
}

impl Network for Closed {
    fn open<'a>(&'a self, endpoint: &'a Endpoint, steps: &'a DialSteps<'_>) -> Opening<'a> {
        Box::pin(async move {
            let stream = self.sockets.open(endpoint, steps).await?;
            self.opened.send(()).unwrap();
            loop {
                let ready = match &stream {
                    Stream::Tcp(socket) => socket.ready(Interest::READABLE).await,
                    Stream::Unix(socket) => socket.ready(Interest::READABLE).await,
                    other => panic!("no socket: {other:?}"),
                };
                if ready.unwrap().is_read_closed() {
                    return Ok(stream);
                }
                yield_now().await;
            }
        })
    }
}

/// A caller, and what hears of its connections.
fn caller(config: ClientConfig) -> (Caller, Receiver<()>) {
    let (opened, connections) = channel();
    let sockets = Sockets::default();
    let network = Closed { sockets, opened };
    let dialer = Dialer::over(network, TlsSettings::default());
    (Caller::over(config, dialer), connections)
}

fn requests() -> [Request; 3] {
    [
        Request::get(),
        Request::post(vec![7; 1024 * 1024]),
        Request::upload("Transfer-Encoding: chunked\r\n"),
    ]
}

async fn are_answered(caller: &Caller, origin: &str) {
    for _ in 0..TIMES {
        for request in requests() {
            let call = caller.send(origin, request);
            if let httpxide_core::body::RequestBody::Upload(upload) = call.exchange.body() {
                upload.push(Bytes::from_static(b"some"));
            }
            let answer = call.answer().await;
            assert_eq!((answer.status, &answer.body[..]), (503, &b"busy"[..]));
        }
    }
    caller.settles_at((0, 0, 0)).await;
}

/// Answers, and returns when the client has the connection.
fn write_answer(mut socket: impl Write, connections: &Receiver<()>) {
    for part in ANSWER {
        socket.write_all(part).unwrap();
    }
    connections.recv().unwrap();
}

#[test]
fn an_answer_that_comes_before_its_request_is_delivered_although_the_connection_is_closed_or_reset() {
    for resets in [false, true] {
        run_over_sockets(async move {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let origin = format!("http://{}", listener.local_addr().unwrap());
            let (caller, connections) = caller(ClientConfig::default());
            let server = spawn(move || {
                for _ in 0..TIMES * requests().len() {
                    let (socket, _) = listener.accept().unwrap();
                    write_answer(&socket, &connections);
                    if resets {
                        SockRef::from(&socket).set_linger(Some(Duration::ZERO)).unwrap();
                    }
                }
            });
            are_answered(&caller, &origin).await;
            server.join().unwrap();
        });
    }
}

#[test]
fn an_answer_that_comes_before_its_request_over_a_unix_socket_is_delivered_although_nothing_can_be_sent() {
    run_over_sockets(async {
        let directory = std::env::temp_dir().join(format!("httpxide-early-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("socket");
        let listener = UnixListener::bind(&path).unwrap();
        let config = ClientConfig {
            uds: Some(path),
            ..ClientConfig::default()
        };
        let (caller, connections) = caller(config);
        let server = spawn(move || {
            for _ in 0..TIMES * requests().len() {
                write_answer(listener.accept().unwrap().0, &connections);
            }
        });
        are_answered(&caller, "http://a:80").await;
        server.join().unwrap();
        std::fs::remove_dir_all(&directory).unwrap();
    });
}

#[test]
fn nothing_is_sent_over_a_new_connection_that_the_server_has_closed_without_an_answer() {
    run_over_sockets(async {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (caller, connections) = caller(ClientConfig::default());
        let server = spawn(move || {
            let _connection = listener.accept().unwrap();
            connections.recv().unwrap();
        });
        let error = caller.send(&origin, Request::get()).error().await;
        assert_eq!(
            (error.code, error.request_sent),
            ("ERR_INCOMPLETE_RESPONSE", RequestSent::No)
        );
        server.join().unwrap();
    });
}
