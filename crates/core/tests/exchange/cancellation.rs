//! A cancelled request ends at once, and keeps its connection if that is cheap.

use httpxide_core::body::{Form, Read};

use crate::caller::Caller;
use crate::recorder::End;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, run, until_idle};

#[test]
fn a_request_cancelled_before_its_response_closes_its_connection() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(b"HTTP/1.1 200 OK\r\nA").await;
        call.cancel();
        call.cancel();
        assert!(matches!(call.end().await, End::Closed));
        assert!(peer.rest().await.is_empty());
        assert_eq!(caller.connections(), (0, 0, 0));
    });
}

#[test]
fn a_request_cancelled_before_it_is_sent_keeps_the_idle_connection() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(OK).await;
        call.answer().await;
        let call = caller.send(&server.origin, Request::get());
        call.cancel();
        assert!(matches!(call.end().await, End::Closed));
        assert!(peer.is_silent_for(milliseconds(20)).await);
        assert_eq!(caller.connections(), (0, 1, 0));
    });
}

#[test]
fn a_request_cancelled_in_its_whole_body_closes_its_connection() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server
            .answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd")
            .await;
        until_idle().await;
        call.cancel();
        assert!(matches!(call.end().await, End::Closed));
        assert!(peer.rest().await.is_empty());
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_short_rest_of_a_streamed_body_is_read_to_keep_the_connection() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let rest = vec![b'x'; 40_000];
        let mut peer = None;
        for (headers, tail) in [
            ("Content-Length: 40004", rest.clone()),
            (
                "Transfer-Encoding: chunked",
                [b"9c40\r\n", rest.as_slice(), b"\r\n0\r\nA: b\r\n\r\n"].concat(),
            ),
        ] {
            let call = caller.send(&server.origin, Request::get().streamed());
            if peer.is_none() {
                peer = Some(server.accept().await);
            }
            let peer = peer.as_mut().unwrap();
            peer.head().await;
            let start = if headers.starts_with('C') {
                "abcd"
            } else {
                "4\r\nabcd\r\n"
            };
            peer.write(format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{start}").as_bytes())
                .await;
            assert!(matches!(call.read(Form::Decoded).await, Read::Chunk(..)));
            call.cancel();
            until_idle().await;
            assert!(!call.is_over(), "the request waits for the rest");
            peer.write(&tail).await;
            assert!(matches!(call.end().await, End::Closed));
            caller.settles_at((0, 1, 0)).await;
        }
        let call = caller.send(&server.origin, Request::get());
        let peer = peer.as_mut().unwrap();
        peer.head().await;
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
    });
}

#[test]
fn a_long_rest_of_a_streamed_body_closes_the_connection() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let much = [b"100000\r\n", vec![b'x'; 1 << 20].as_slice(), b"\r\n0\r\n\r\n"].concat();
        for (headers, body) in [
            ("Content-Length: 100004", &b"abcd"[..]),
            ("Transfer-Encoding: chunked", b"4\r\nabcd\r\n"),
        ] {
            let call = caller.send(&server.origin, Request::get().streamed());
            let mut peer = server
                .answer(format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n").as_bytes())
                .await;
            peer.write(body).await;
            assert!(matches!(call.read(Form::Decoded).await, Read::Chunk(..)));
            call.cancel();
            if headers.starts_with('T') {
                peer.write(&much).await;
            }
            assert!(matches!(call.end().await, End::Closed));
            assert!(peer.rest().await.is_empty());
            caller.settles_at((0, 0, 0)).await;
        }
    });
}

#[test]
fn a_rest_that_does_not_come_closes_the_connection() {
    run(async {
        for (body, longest) in [
            ("Content-Length: 10\r\n\r\nabcd", 101),
            // an event stream, for example, has no end
            ("Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n", 11),
            ("Connection: close\r\n\r\nabcd", 11),
        ] {
            let (caller, server) = (Caller::new(), Server::start());
            let call = caller.send(&server.origin, Request::get().streamed());
            let mut peer = server
                .answer(format!("HTTP/1.1 200 OK\r\n{body}").as_bytes())
                .await;
            call.head().await;
            call.cancel();
            assert!(peer.is_closed_within(milliseconds(longest)).await, "{body}");
            assert!(matches!(call.end().await, End::Closed));
            caller.settles_at((0, 0, 0)).await;
        }
    });
}

#[test]
fn a_body_that_is_never_read_can_be_cancelled() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        for headers in ["", "Content-Encoding: gzip\r\n"] {
            let call = caller.send(&server.origin, Request::get().streamed());
            let head = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: 33554432\r\n\r\n");
            let mut peer = server.answer(head.as_bytes()).await;
            let writing = tokio::task::spawn_local(async move {
                peer.write(&vec![7; 33_554_432]).await;
                peer.rest().await;
            });
            call.head().await;
            until_idle().await;
            call.cancel();
            assert!(matches!(call.end().await, End::Closed));
            writing.await.unwrap();
            caller.settles_at((0, 0, 0)).await;
        }
    });
}

#[test]
fn a_cancelled_upload_closes_its_connection() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let request = Request::upload("Transfer-Encoding: chunked\r\n");
        let call = caller.send(&server.origin, request);
        let mut peer = server.accept().await;
        peer.head().await;
        call.cancel();
        assert!(matches!(call.end().await, End::Closed));
        assert!(peer.rest().await.is_empty());
        caller.settles_at((0, 0, 0)).await;
    });
}
