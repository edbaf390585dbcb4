//! A server may respond before it has the whole request: the response arrives, and the connection is not used again
//! unless the request is complete.

use bytes::Bytes;
use httpxide_core::body::Form;
use httpxide_core::io::Stream;
use httpxide_core::{Kind, Phase, RequestSent};

use crate::caller::Caller;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, run, run_over_sockets};

const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";
const TOO_LARGE: &[u8] = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig";
/// More bytes than the system takes without a reader.
const MUCH: usize = 32 * 1024 * 1024;

#[test]
fn a_response_may_come_while_the_upload_goes_on() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::upload(CHUNKED).streamed());
        let mut peer = server
            .answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
            .await;
        assert_eq!(call.head().await.0, 200);
        call.upload().push(Bytes::from_static(b"more"));
        assert_eq!(peer.bytes(9).await, b"4\r\nmore\r\n");
        call.upload().end();
        assert_eq!(peer.bytes(5).await, b"0\r\n\r\n");
        peer.write(b"1\r\nb\r\n0\r\n\r\n").await;
        assert_eq!(call.read_all(Form::Decoded).await.unwrap().0, b"ab");
        call.end().await;
        assert_eq!(call.credit(), 4);
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn a_response_that_is_complete_before_its_upload_closes_the_connection() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::upload(CHUNKED));
        call.upload().push(Bytes::from_static(b"abc"));
        let mut peer = server.answer(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        assert_eq!(peer.rest().await, b"3\r\nabc\r\n");
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_response_arrives_although_the_server_then_resets_the_connection() {
    run_over_sockets(async {
        let caller = Caller::new();
        for upload in [false, true] {
            let server = Server::cramped();
            let request = if upload {
                Request::upload(CHUNKED)
            } else {
                Request::post(vec![7; MUCH])
            };
            let call = caller.send(&server.origin, request);
            if upload {
                for _ in 0..MUCH / 65536 {
                    call.upload().push(Bytes::from(vec![7; 65536]));
                }
            }
            let peer = server.answer(TOO_LARGE).await;
            // unread bytes make the server's system reset the connection
            let Stream::Tcp(socket) = &peer.stream else {
                panic!("a test over sockets")
            };
            socket.readable().await.unwrap();
            drop(peer);
            let answer = call.answer().await;
            assert_eq!((answer.status, &answer.body[..]), (413, &b"big"[..]));
            caller.settles_at((0, 0, 0)).await;
        }
    });
}

#[test]
fn an_upload_to_a_server_that_resets_without_a_response_is_a_write_error() {
    run(async {
        let (caller, server) = (Caller::new(), Server::cramped());
        let call = caller.send(&server.origin, Request::post(vec![7; MUCH]));
        let mut peer = server.accept().await;
        peer.head().await;
        peer.reset();
        let error = call.error().await;
        assert_eq!((error.kind, error.phase), (Kind::WriteError, Phase::Write));
        assert!(["ECONNRESET", "EPIPE"].contains(&error.code), "{error}");
        assert_eq!(error.request_sent, RequestSent::Maybe);
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_server_that_responds_and_never_reads_the_rest_loses_its_connection() {
    run(async {
        let (caller, server) = (Caller::new(), Server::cramped());
        let call = caller.send(&server.origin, Request::post(vec![7; MUCH]));
        let mut peer = server.answer(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        caller.settles_at((0, 0, 0)).await;
        assert!(peer.rest().await.len() < MUCH);
        caller.client.close().await;
    });
}

#[test]
fn a_client_can_be_closed_while_a_request_with_a_response_is_still_written() {
    run(async {
        let (caller, server) = (Caller::new(), Server::cramped());
        let call = caller.send(&server.origin, Request::post(vec![7; MUCH]));
        let _peer = server.answer(OK).await;
        call.answer().await;
        tokio::time::timeout(milliseconds(1000), caller.client.close())
            .await
            .expect("closing hangs");
    });
}

#[test]
fn no_request_follows_a_head_whose_response_came_before_it_was_written() {
    run(async {
        let (caller, server) = (Caller::new(), Server::cramped());
        let head = format!(
            "GET /first HTTP/1.1\r\nHost: a\r\nX-Much: {}\r\n\r\n",
            "x".repeat(MUCH)
        );
        let request = Request::new(head.clone(), httpxide_core::body::RequestBody::Empty);
        let call = caller.send(&server.origin, request);
        let mut peer = server.accept().await;
        peer.bytes(5).await;
        peer.write(b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n\r\n")
            .await;
        assert_eq!(call.answer().await.status, 431);
        let second = caller.send(&server.origin, Request::get());
        let _other = server.answer(OK).await;
        assert_eq!(second.answer().await.body, "ok", "on a connection of its own");
        assert!(peer.rest().await.len() < MUCH);
    });
}
