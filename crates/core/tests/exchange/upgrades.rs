//! Connections that become byte streams, after a 101 or a 2xx to CONNECT.

use std::rc::Rc;

use std::io::ErrorKind;

use bytes::Bytes;
use httpxide_core::body::{Form, Read, RequestBody};
use httpxide_core::{Kind, Phase};

#[cfg(target_os = "linux")]
use tokio::io::AsyncReadExt;
use tokio::time::{Instant, sleep};

use crate::call::Call;
use crate::caller::Caller;
use crate::recorder::End;
use crate::request::Request;
#[cfg(target_os = "linux")]
use crate::run_over_sockets;
use crate::server::{Peer, Server};
use crate::{milliseconds, run, run_on_both, until_idle};

const SWITCHED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

fn upgrade() -> Request {
    Request::new(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n",
        RequestBody::Empty,
    )
}

fn connect() -> Request {
    Request::new("CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n", RequestBody::Empty)
}

/// A client whose connection has become a byte stream, and its peer.
async fn upgraded(server: &Server) -> (Caller, Call, Peer) {
    let caller = Caller::new();
    let call = caller.send(&server.origin, upgrade());
    let peer = server.answer(SWITCHED).await;
    assert_eq!(call.head().await.0, 101);
    (caller, call, peer)
}

async fn read_text(call: &Call, length: usize) -> String {
    let mut read = Vec::new();
    while read.len() < length {
        match call.read(Form::Raw).await {
            Read::Chunk(chunk, _) => read.extend_from_slice(&chunk),
            other => panic!("{other:?} after {} bytes", read.len()),
        }
    }
    String::from_utf8(read).unwrap()
}

#[test]
fn bytes_behind_the_head_come_first_and_bytes_go_both_ways() {
    run_on_both(|| async {
        let server = Server::start();
        let caller = Caller::new();
        let call = caller.send(&server.origin, upgrade());
        let mut peer = server.answer(&[SWITCHED, b"early"].concat()).await;
        let (status, head) = call.head().await;
        assert_eq!(status, 101);
        assert!(head.contains("Upgrade: echo"));
        call.write(b"ping").await;
        assert_eq!(peer.bytes(4).await, b"ping");
        peer.write(b" late").await;
        assert_eq!(read_text(&call, 10).await, "early late");
        assert_eq!(call.credit(), 4);
        assert_eq!(caller.connections(), (1, 0, 0));
        call.cancel();
        assert!(matches!(call.end().await, End::Closed));
        assert!(peer.is_closed_within(milliseconds(1000)).await);
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn each_direction_ends_alone() {
    run_on_both(|| async {
        let server = Server::start();
        let (_caller, call, mut peer) = upgraded(&server).await;
        call.write(b"all").await;
        call.close_write();
        assert_eq!(peer.rest().await, b"all");
        peer.write(b"answer").await;
        assert_eq!(read_text(&call, 6).await, "answer");
        assert!(!call.is_over());
        drop(peer);
        assert!(matches!(call.read(Form::Raw).await, Read::End(..)));
        assert!(matches!(call.end().await, End::Closed));
    });
}

#[test]
fn a_connect_opens_a_tunnel_for_any_2xx() {
    run(async {
        let server = Server::start();
        let caller = Caller::new();
        for status in ["200 Connection established", "204 No Content", "299 Fine"] {
            let call = caller.send(&server.origin, connect());
            // neither length nor coding counts (RFC 9110 9.3.6)
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: 100\r\n\r\nearly");
            let mut peer = server.answer(head.as_bytes()).await;
            assert_eq!(read_text(&call, 5).await, "early");
            call.write(b"x").await;
            assert_eq!(peer.bytes(1).await, b"x");
            call.cancel();
            assert!(matches!(call.end().await, End::Closed));
        }
    });
}

#[test]
fn a_refused_connect_is_an_ordinary_response() {
    run(async {
        let server = Server::start();
        let caller = Caller::new();
        let call = caller.send(&server.origin, connect());
        let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno";
        let _peer = server.answer(refusal).await;
        let answer = call.answer().await;
        assert_eq!((answer.status, &answer.body[..]), (407, &b"no"[..]));
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn a_peer_that_does_not_read_gives_no_credit() {
    run(async {
        let server = Server::cramped();
        let (_caller, call, mut peer) = upgraded(&server).await;
        let outgoing = Rc::clone(&call.exchange.upgraded().unwrap().outgoing);
        for _ in 0..10 {
            outgoing.push(Bytes::from(vec![7; 2048]));
        }
        until_idle().await;
        assert_eq!(call.credit(), 4096);
        assert_eq!(peer.bytes(10 * 2048).await, vec![7; 10 * 2048]);
        until_idle().await;
        assert_eq!(call.credit(), 10 * 2048);
    });
}

/// The close of a stream waits for a peer that is seen to read: a third of a send buffer, after which the system says so, is
/// more than a slow one reads in five seconds.
#[cfg(target_os = "linux")]
#[test]
fn a_peer_that_reads_less_than_a_third_of_the_send_buffer_gives_credit() {
    run_over_sockets(async {
        let server = Server::start();
        let (_caller, call, mut peer) = upgraded(&server).await;
        let outgoing = Rc::clone(&call.exchange.upgraded().unwrap().outgoing);
        outgoing.push(Bytes::from(vec![7; 32 * 1024 * 1024]));
        for _ in 0..8 {
            let mut held = usize::MAX;
            while held != call.credit() {
                held = call.credit();
                sleep(milliseconds(100)).await;
            }
            let mut read = 0;
            while call.credit() == held {
                read += peer.stream.read(&mut [0; 16 * 1024]).await.unwrap();
                sleep(milliseconds(10)).await;
            }
            assert!(read <= 512 * 1024, "{read} bytes");
        }
    });
}

#[test]
fn a_peer_that_floods_is_held_back() {
    run(async {
        let server = Server::start();
        let (_caller, call, mut peer) = upgraded(&server).await;
        let flood = tokio::task::spawn_local(async move {
            let mut written = 0;
            let piece = vec![7; 64 * 1024];
            while tokio::time::timeout(milliseconds(1000), peer.write(&piece))
                .await
                .is_ok()
            {
                written += piece.len();
            }
            (written, peer)
        });
        assert!(matches!(call.read(Form::Raw).await, Read::Chunk(..)));
        let (written, _peer) = flood.await.unwrap();
        assert!((1024 * 1024..2 * 1024 * 1024).contains(&written), "{written}");
    });
}

#[test]
fn what_was_written_before_a_close_reaches_a_peer_that_reads() {
    run(async {
        let server = Server::cramped();
        let (_caller, call, mut peer) = upgraded(&server).await;
        let outgoing = Rc::clone(&call.exchange.upgraded().unwrap().outgoing);
        for _ in 0..10 {
            outgoing.push(Bytes::from(vec![7; 2048]));
        }
        call.close();
        until_idle().await;
        assert!(!call.is_over(), "the peer has not taken all");
        assert_eq!(peer.rest().await, vec![7; 10 * 2048]);
        assert!(matches!(call.end().await, End::Closed));
    });
}

/// A closed stream of which the peer has not taken all.
async fn closing(server: &Server) -> (Caller, Call, Peer) {
    let (caller, call, peer) = upgraded(server).await;
    let outgoing = Rc::clone(&call.exchange.upgraded().unwrap().outgoing);
    outgoing.push(Bytes::from(vec![7; 64 * 1024]));
    call.close();
    until_idle().await;
    assert!(!call.is_over());
    (caller, call, peer)
}

#[test]
fn a_closed_stream_is_reset_when_its_peer_takes_nothing_for_five_seconds() {
    run(async {
        let server = Server::cramped();
        let (caller, call, mut peer) = closing(&server).await;
        let closed = Instant::now();
        let error = call.error().await;
        assert_eq!((error.kind, error.phase), (Kind::WriteTimeout, Phase::Write));
        assert!((4990..5010).contains(&closed.elapsed().as_millis()));
        assert_eq!(peer.read_error().await, ErrorKind::ConnectionReset);
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_closed_stream_waits_for_a_peer_that_reads_slowly() {
    run(async {
        let server = Server::cramped();
        let (caller, call, mut peer) = closing(&server).await;
        let closed = Instant::now();
        for _ in 0..4 {
            sleep(milliseconds(4000)).await;
            assert_eq!(peer.bytes(16 * 1024).await, vec![7; 16 * 1024]);
        }
        assert_eq!(peer.rest().await, b"");
        assert!(matches!(call.end().await, End::Closed));
        assert!(closed.elapsed() >= milliseconds(16_000));
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_closed_stream_drops_what_its_peer_sends_so_that_the_peer_reads() {
    run(async {
        let server = Server::cramped();
        let (_caller, call, mut peer) = closing(&server).await;
        for _ in 0..16 {
            peer.write(&[8; 4096]).await;
            assert_eq!(peer.bytes(4096).await, vec![7; 4096]);
        }
        assert!(matches!(call.end().await, End::Closed));
    });
}

#[test]
fn a_cancel_and_the_close_of_the_client_reset_a_closed_stream_at_once() {
    run(async {
        let server = Server::cramped();
        let (_caller, call, mut peer) = closing(&server).await;
        let closed = Instant::now();
        call.cancel();
        assert!(matches!(call.end().await, End::Closed));
        assert_eq!(peer.read_error().await, ErrorKind::ConnectionReset);

        let (caller, call, mut peer) = closing(&server).await;
        caller.client.close().await;
        assert_eq!(call.error().await.code, "ERR_CLIENT_CLOSED");
        assert_eq!(peer.read_error().await, ErrorKind::ConnectionReset);
        assert!(closed.elapsed() < milliseconds(1000));
    });
}

#[test]
fn a_reset_fails_the_stream_after_the_bytes_that_came() {
    run_on_both(|| async {
        let server = Server::start();
        let (_caller, call, mut peer) = upgraded(&server).await;
        peer.write(b"last").await;
        assert_eq!(read_text(&call, 4).await, "last");
        peer.reset();
        let error = call.error().await;
        assert_eq!((error.kind, error.code), (Kind::ReadError, "ECONNRESET"));
        assert!(matches!(call.read(Form::Raw).await, Read::Failed(error, _) if error.code == "ECONNRESET"));
    });
}

#[test]
fn a_closed_client_ends_its_streams() {
    run(async {
        let server = Server::start();
        let (caller, call, mut peer) = upgraded(&server).await;
        caller.client.close().await;
        assert_eq!(call.error().await.code, "ERR_CLIENT_CLOSED");
        assert!(
            matches!(call.read(Form::Raw).await, Read::Failed(error, _) if error.code == "ERR_CLIENT_CLOSED")
        );
        assert!(peer.is_closed_within(milliseconds(1000)).await);
    });
}

#[test]
fn a_stream_that_nobody_reads_is_not_read() {
    run(async {
        let server = Server::start();
        let (_caller, call, mut peer) = upgraded(&server).await;
        let piece = vec![7; 200 * 1024];
        assert!(
            tokio::time::timeout(milliseconds(1000), peer.write(&piece))
                .await
                .is_err()
        );
        assert!(!call.is_over());
    });
}
