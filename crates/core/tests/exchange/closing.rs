//! Closing a client ends every request and closes every connection, without waiting for a server.

use std::time::Duration;

use httpxide_core::body::Form;
use httpxide_core::pool::Limits;
use httpxide_core::{Kind, Phase, RequestSent};
use tokio::time::timeout;

use crate::caller::Caller;
use crate::recorder::End;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{run, until_idle};

async fn close(caller: &Caller) {
    timeout(Duration::from_secs(1), caller.client.close())
        .await
        .expect("closing hangs");
    let stats = caller.client.stats();
    assert_eq!(
        stats.connections,
        httpxide_core::pool::ConnectionCounts::default()
    );
    assert_eq!(stats.requests, httpxide_core::pool::RequestCounts::default());
}

#[test]
fn a_closed_client_fails_a_request_in_any_phase() {
    run(async {
        let caller = Caller::limited(Limits {
            max_connections: Some(4),
            ..Limits::default()
        });
        let server = Server::start();
        let send = |request| caller.send(&server.origin, request);
        let in_head = send(Request::get());
        let mut head_peer = server.accept().await;
        head_peer.head().await;
        let in_body = send(Request::get());
        let partial = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd";
        let mut body_peer = server.answer(partial).await;
        let in_stream = send(Request::get().streamed());
        let mut stream_peer = server.answer(partial).await;
        in_stream.head().await;
        until_idle().await;
        let connecting = send(Request::get());
        let waiting = send(Request::get());
        assert_eq!(caller.connections(), (3, 0, 1));

        close(&caller).await;
        for (call, kind, phase, sent) in [
            (&waiting, Kind::CloseError, Phase::Pool, RequestSent::No),
            (&connecting, Kind::CloseError, Phase::Pool, RequestSent::No),
            (&in_head, Kind::CloseError, Phase::Headers, RequestSent::Maybe),
            (&in_body, Kind::ReadError, Phase::Body, RequestSent::Yes),
        ] {
            let error = call.error().await;
            assert_eq!((error.kind, error.phase, error.request_sent), (kind, phase, sent));
            assert_eq!(error.code, "ERR_CLIENT_CLOSED");
        }
        assert!(matches!(in_stream.end().await, End::Closed));
        let error = in_stream.read_all(Form::Decoded).await.unwrap_err();
        assert_eq!((error.kind, error.code), (Kind::ReadError, "ERR_CLIENT_CLOSED"));
        for peer in [&mut head_peer, &mut body_peer, &mut stream_peer] {
            assert!(peer.rest().await.is_empty());
        }
    });
}

#[test]
fn a_request_that_has_a_connection_but_was_not_sent_fails_as_not_sent() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(OK).await;
        call.answer().await;
        let call = caller.send(&server.origin, Request::get());
        close(&caller).await;
        let error = call.error().await;
        assert_eq!(error.kind, Kind::CloseError);
        assert_eq!(error.request_sent, RequestSent::No);
        assert!(peer.rest().await.is_empty());
    });
}

#[test]
fn a_closed_client_fails_an_upload_and_a_waiting_reader() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let upload = caller.send(&server.origin, Request::upload("Transfer-Encoding: chunked\r\n"));
        let mut uploaded = server.accept().await;
        uploaded.head().await;
        let stream = caller.send(&server.origin, Request::get().streamed());
        let _peer = server
            .answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
            .await;
        let reading = stream.read_all(Form::Decoded);
        let closing = async {
            stream.head().await;
            until_idle().await;
            close(&caller).await;
        };
        let (read, ()) = tokio::join!(reading, closing);
        assert_eq!(read.unwrap_err().code, "ERR_CLIENT_CLOSED");
        assert_eq!(upload.error().await.kind, Kind::CloseError);
        assert!(uploaded.rest().await.is_empty());
    });
}

#[test]
fn a_closed_client_takes_no_requests_and_can_be_closed_again() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(OK).await;
        call.answer().await;
        tokio::join!(close(&caller), close(&caller));
        close(&caller).await;
        assert!(peer.rest().await.is_empty());
        let error = caller.send(&server.origin, Request::get()).error().await;
        assert_eq!((error.kind, error.phase), (Kind::CloseError, Phase::Pool));
        assert_eq!(caller.connections(), (0, 0, 0));
    });
}

#[test]
fn a_response_that_is_being_drained_does_not_delay_closing() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get().streamed());
        let _peer = server
            .answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd")
            .await;
        call.head().await;
        call.cancel();
        until_idle().await;
        close(&caller).await;
        assert!(matches!(call.end().await, End::Closed));
    });
}
