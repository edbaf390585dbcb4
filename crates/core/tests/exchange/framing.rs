//! A request's body is what its head announces, or nothing is sent.

use bytes::Bytes;
use httpxide_core::body::{RequestBody, Upload};
use httpxide_core::{Kind, Phase, RequestSent};

use crate::caller::Caller;
use crate::request::Request;
use crate::run;
use crate::server::{OK, Server};

fn head(framing: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: a\r\n{framing}\r\n")
}

#[test]
fn a_body_of_another_length_than_announced_is_refused_before_a_byte_is_sent() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let whole = || RequestBody::Whole(Bytes::from_static(b"body"));
        for (framing, body) in [
            ("", whole()),
            ("", RequestBody::Upload(Upload::new())),
            ("Content-Length: 3\r\n", whole()),
            ("Content-Length: 5\r\n", whole()),
            ("Content-Length: 1\r\n", RequestBody::Empty),
        ] {
            let call = caller.send(&server.origin, Request::new(head(framing), body));
            let error = call.error().await;
            assert_eq!(
                (error.kind, error.phase, error.request_sent),
                (Kind::LocalProtocolError, Phase::Write, RequestSent::No),
                "{framing:?}"
            );
        }
        assert_eq!(caller.connections(), (0, 0, 0));
    });
}

#[test]
fn a_request_without_a_host_is_refused_and_the_next_one_has_its_connection() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        let without = Request::new("GET / HTTP/1.1\r\nX-Host: a\r\n\r\n", RequestBody::Empty);
        let error = caller.send(&server.origin, without).error().await;
        assert_eq!(
            (error.kind, error.phase, error.request_sent),
            (Kind::LocalProtocolError, Phase::Write, RequestSent::No)
        );
        assert!(
            error.message.ends_with("Missing mandatory Host: header"),
            "{error}"
        );
        let next = caller.send(&server.origin, Request::get());
        peer.head().await;
        peer.write(OK).await;
        assert_eq!(next.answer().await.body, "ok");
        assert_eq!(caller.connections(), (0, 1, 0));
    });
}

#[test]
fn a_chunked_request_without_bytes_ends_with_its_last_chunk() {
    run(async {
        let ended = || {
            let upload = Upload::new();
            upload.end();
            RequestBody::Upload(upload)
        };
        for body in [RequestBody::Empty, RequestBody::Whole(Bytes::new()), ended()] {
            let (caller, server) = (Caller::new(), Server::start());
            let head = head("Transfer-Encoding: chunked\r\n");
            let call = caller.send(&server.origin, Request::new(head.clone(), body));
            let mut peer = server.answer(OK).await;
            assert_eq!(peer.bytes(5).await, b"0\r\n\r\n");
            assert_eq!(call.answer().await.body, "ok");
            caller.settles_at((0, 1, 0)).await;
        }
    });
}

#[test]
fn a_whole_body_may_be_chunked() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let body = RequestBody::Whole(Bytes::from_static(b"body"));
        let call = caller.send(
            &server.origin,
            Request::new(head("Transfer-Encoding: CHUNKED\r\n"), body),
        );
        let mut peer = server.accept().await;
        peer.head().await;
        assert_eq!(peer.bytes(14).await, b"4\r\nbody\r\n0\r\n\r\n");
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
    });
}

#[test]
fn an_empty_body_may_have_a_length() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        for body in [RequestBody::Empty, RequestBody::Whole(Bytes::new())] {
            let call = caller.send(&server.origin, Request::new(head("Content-Length: 0\r\n"), body));
            let mut peer = server
                .answer(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                .await;
            assert_eq!(call.answer().await.status, 204);
            assert!(peer.rest().await.is_empty());
        }
    });
}
