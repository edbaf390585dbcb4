//! A response's head is reported byte for byte, in any number of reads; interim responses are skipped.

use tokio::task::yield_now;

use crate::caller::Caller;
use crate::recorder::End;
use crate::request::Request;
use crate::run;
use crate::server::Server;
use crate::until_idle;
use httpxide_core::body::{Form, RequestBody};
use httpxide_core::{Kind, Phase, RequestSent};

const HEAD: &str = "HTTP/1.1 200 Very  OK\r\nX-b: 1\r\nx-A:2\r\nX-B:  3 \r\nset-COOKIE: a=b\r\n\
    Set-Cookie: c=d\r\ncontent-LENGTH: 3\r\n";

#[test]
fn a_head_is_reported_as_the_server_sent_it() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let response = format!("{HEAD}\r\nabc");
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(response.as_bytes()).await;
        let answer = call.answer().await;
        assert_eq!((answer.status, answer.head.as_str()), (200, HEAD));
        assert_eq!(answer.body, "abc");

        let call = caller.send(&server.origin, Request::get().streamed());
        peer.head().await;
        peer.write(response.as_bytes()).await;
        assert_eq!(call.head().await, (200, HEAD.to_owned()));
        assert_eq!(call.read_all(Form::Decoded).await.unwrap().0, b"abc");
    });
}

#[test]
fn a_head_may_come_split_at_every_byte() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let response = format!("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n{HEAD}\r\nabc");
        let mut peer = None;
        for at in 1..response.len() {
            let call = caller.send(&server.origin, Request::get());
            if peer.is_none() {
                peer = Some(server.accept().await);
            }
            let peer = peer.as_mut().unwrap();
            peer.head().await;
            let (first, second) = response.as_bytes().split_at(at);
            peer.write(first).await;
            // the client reads these bytes as soon as the test yields
            for _ in 0..3 {
                yield_now().await;
            }
            peer.write(second).await;
            let answer = call.answer().await;
            assert_eq!(
                (answer.head.as_str(), &answer.body[..]),
                (HEAD, &b"abc"[..]),
                "{at}"
            );
        }
        assert_eq!(caller.connections(), (0, 1, 0), "all on one connection");
    });
}

#[test]
fn a_head_may_come_byte_by_byte() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(b"").await;
        for byte in format!("\r\n{HEAD}\r\nabc").as_bytes() {
            peer.write(&[*byte]).await;
            until_idle().await;
        }
        assert_eq!(call.answer().await.head, HEAD);
    });
}

#[test]
fn interim_responses_are_skipped() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nA: b\r\n\r\n".repeat(20);
        for pause in [false, true] {
            let call = caller.send(&server.origin, Request::get());
            let mut peer = server.answer(interim.as_bytes()).await;
            if pause {
                until_idle().await;
            }
            peer.write(b"HTTP/1.1 204 No Content\r\nA: c\r\nConnection: close\r\n\r\n")
                .await;
            let answer = call.answer().await;
            assert_eq!(answer.status, 204);
            assert_eq!(
                answer.head,
                "HTTP/1.1 204 No Content\r\nA: c\r\nConnection: close\r\n"
            );
        }
    });
}

#[test]
fn a_response_to_head_has_no_body_for_any_length() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
        let call = caller.send(&server.origin, Request::new(head, RequestBody::Empty));
        let _peer = server
            .answer(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nContent-Encoding: gzip\r\n\r\n")
            .await;
        assert!(call.answer().await.body.is_empty());
        assert_eq!(caller.connections(), (0, 1, 0));
    });
}

#[test]
fn a_malformed_head_fails_and_closes_the_connection() {
    run(async {
        let caller = Caller::new();
        let too_many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: b\r\n".repeat(300));
        let too_long = format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "b".repeat(110 * 1024));
        for (response, code) in [
            ("SSH-2.0-OpenSSH_9.6\r\n\r\n", "ERR_INVALID_RESPONSE"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
                "ERR_INVALID_RESPONSE",
            ),
            ("HTTP/1.1 200 OK\r\nA B: c\r\n\r\n", "ERR_INVALID_RESPONSE"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 02, 2\r\n\r\nok",
                "ERR_INVALID_RESPONSE",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 02\r\n\r\nok",
                "ERR_INVALID_RESPONSE",
            ),
            (too_many.as_str(), "ERR_HEAD_TOO_LARGE"),
            (too_long.as_str(), "ERR_HEAD_TOO_LARGE"),
        ] {
            let server = Server::start();
            let call = caller.send(&server.origin, Request::get());
            let mut peer = server.answer(response.as_bytes()).await;
            let error = call.error().await;
            assert_eq!(
                (error.kind, error.phase, error.code, error.request_sent),
                (Kind::RemoteProtocolError, Phase::Headers, code, RequestSent::Yes)
            );
            peer.rest().await;
        }
        assert_eq!(caller.connections(), (0, 0, 0));
    });
}

#[test]
fn a_connection_that_ends_before_or_in_the_head_fails_with_a_message_about_it() {
    run(async {
        let caller = Caller::new();
        for (response, words) in [
            ("", "Server disconnected without sending a response."),
            (
                "HTTP/1.1 200 OK\r\nA:",
                "Server disconnected without sending a response. It closed the connection in the middle of the head.",
            ),
        ] {
            let server = Server::start();
            let call = caller.send(&server.origin, Request::get());
            drop(server.answer(response.as_bytes()).await);
            let error = call.error().await;
            assert_eq!(
                (error.kind, error.code),
                (Kind::RemoteProtocolError, "ERR_INCOMPLETE_RESPONSE")
            );
            assert_eq!(error.message, words);
        }
    });
}

#[test]
fn the_message_names_the_violation_in_a_head() {
    run(async {
        let caller = Caller::new();
        for (response, words) in [
            (
                "SSH-2.0-OpenSSH_9.6\r\n\r\n",
                "illegal status line: \"SSH-2.0-OpenSSH_9.6\"",
            ),
            (
                "HTTP/1.1 200 OK\r\nX : 1\r\n\r\n",
                "illegal header line: the name \"X \"",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
                "conflicting Content-Length headers",
            ),
        ] {
            let server = Server::start();
            let call = caller.send(&server.origin, Request::get());
            let _peer = server.answer(response.as_bytes()).await;
            let error = call.error().await;
            assert!(error.message.starts_with(words), "{error}");
        }
    });
}

#[test]
fn a_transfer_encoding_other_than_chunked_fails_and_closes_the_connection() {
    run(async {
        let caller = Caller::new();
        for (framing, words) in [
            (
                "Transfer-Encoding: gzip, chunked",
                "Only Transfer-Encoding: chunked is supported",
            ),
            (
                "Transfer-Encoding: chunked, identity",
                "Only Transfer-Encoding: chunked is supported",
            ),
            (
                "Transfer-Encoding: identity",
                "Only Transfer-Encoding: chunked is supported",
            ),
            (
                "Transfer-Encoding: foo",
                "Only Transfer-Encoding: chunked is supported",
            ),
            (
                "Transfer-Encoding:",
                "Only Transfer-Encoding: chunked is supported",
            ),
            (
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "multiple Transfer-Encoding headers",
            ),
        ] {
            for streamed in [false, true] {
                let server = Server::start();
                let request = Request::get();
                let request = if streamed { request.streamed() } else { request };
                let call = caller.send(&server.origin, request);
                let response = format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n2\r\nok\r\n0\r\n\r\n");
                let mut peer = server.answer(response.as_bytes()).await;
                let error = call.error().await;
                assert_eq!(
                    (error.kind, error.code, error.request_sent),
                    (
                        Kind::RemoteProtocolError,
                        "ERR_INVALID_RESPONSE",
                        RequestSent::Yes
                    ),
                    "{framing}"
                );
                assert_eq!(error.message, words);
                peer.rest().await;
            }
        }
        assert_eq!(caller.connections(), (0, 0, 0));
    });
}

#[test]
fn a_switch_of_protocols_without_a_request_for_it_fails() {
    run(async {
        for (upgrade, is_answer) in [("", false), ("Upgrade: echo\r\nConnection: upgrade\r\n", true)] {
            let (caller, server) = (Caller::new(), Server::start());
            let head = format!("GET / HTTP/1.1\r\nHost: a\r\n{upgrade}\r\n");
            let call = caller.send(&server.origin, Request::new(head, RequestBody::Empty));
            let _peer = server
                .answer(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\n")
                .await;
            if is_answer {
                // the connection is a byte stream from now on
                assert_eq!(call.head().await.0, 101);
            } else {
                assert_eq!(call.error().await.kind, Kind::RemoteProtocolError);
            }
        }
    });
}

#[test]
fn a_length_that_is_repeated_as_it_is_counts_once() {
    run(async {
        let caller = Caller::new();
        for lengths in [
            "Content-Length: 2, 2",
            "Content-Length: 2\r\nContent-Length: 2",
            "Content-Length: 02",
        ] {
            let server = Server::start();
            let call = caller.send(&server.origin, Request::get());
            let _peer = server
                .answer(format!("HTTP/1.1 200 OK\r\n{lengths}\r\n\r\nok").as_bytes())
                .await;
            assert_eq!(call.answer().await.body, "ok", "{lengths}");
        }
    });
}

#[test]
fn a_cr_without_lf_is_refused_anywhere_in_a_head() {
    run(async {
        let caller = Caller::new();
        let head = "HTTP/1.1 200 OK\r\nA: bc\r\n d e\r\nContent-Length:  2\r\nE:\r\n\r\n";
        for at in 0..head.len() {
            let (before, after) = head.split_at(at);
            // a CR before CRLF, too, is one without LF
            if after.starts_with('\n') {
                continue;
            }
            let server = Server::start();
            let call = caller.send(&server.origin, Request::get());
            let _peer = server.answer(format!("{before}\r{after}ok").as_bytes()).await;
            match call.end().await {
                End::Failed(error) => assert_eq!(error.code, "ERR_INVALID_RESPONSE", "{error}"),
                other => panic!("{before:?} CR {after:?}: {other:?}"),
            }
        }
    });
}
