//! What a server did not process goes to another connection, whatever its method. Nothing else does.

use std::cell::Cell;
use std::rc::Rc;

use bytes::Bytes;
use h2::Reason;
use h2::server::Builder;
use httpxide_core::{Kind, Phase, RequestSent};
use tokio::task::spawn_local;

use super::caller;
use super::frames::{Frames, HEADERS, go_away};
use super::server::serve;
use crate::request::Request;
use crate::server::Server;
use crate::{milliseconds, run, until_idle};

#[test]
fn a_refused_request_goes_again() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let refusals = Rc::new(Cell::new(2));
        let seen = serve(server, &Builder::new(), move |mut received| {
            let refusals = Rc::clone(&refusals);
            async move {
                if refusals.replace(refusals.get().max(1) - 1) > 0 {
                    received.refuse();
                } else {
                    let body = received.all().await.unwrap();
                    received.answer(body).await;
                }
            }
        });
        let caller = caller();
        let answer = caller.send(&origin, Request::post("once")).answer().await;
        assert_eq!(answer.body, "once");
        // the first refusal may mean that the server's limit was not known; the second takes the connection out of use
        assert_eq!((seen.requests.get(), seen.connections.get()), (3, 2));
    });
}

#[test]
fn a_server_that_refuses_everything_is_not_asked_forever() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(server, &Builder::new(), |mut received| async move {
            received.refuse();
        });
        let caller = caller();
        let error = caller.send(&origin, Request::get()).error().await;
        assert_eq!(
            (error.kind, error.code, error.request_sent),
            (
                Kind::RemoteProtocolError,
                "ERR_HTTP2_STREAM_ERROR",
                RequestSent::No
            )
        );
        assert_eq!(seen.requests.get(), 7);
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn a_long_upload_that_was_begun_goes_again_if_it_can_be_pushed_again() {
    run(async {
        for replayable in [true, false] {
            let server = Server::start();
            let origin = server.origin.clone();
            let refused = Rc::new(Cell::new(false));
            let seen = serve(server, &Builder::new(), move |mut received| {
                let refused = Rc::clone(&refused);
                async move {
                    if refused.replace(true) {
                        let body = received.all().await.unwrap();
                        return received.answer(body).await;
                    }
                    while let Some(Ok(data)) = received.body.data().await {
                        let _ = received.body.flow_control().release_capacity(data.len());
                        if received.body.flow_control().used_capacity() == 0 {
                            break;
                        }
                    }
                    received.refuse();
                }
            });
            let caller = caller();
            let framing = "Transfer-Encoding: chunked\r\n";
            let call = if replayable {
                caller.send(&origin, Request::replayable_upload(framing))
            } else {
                caller.send(&origin, Request::upload(framing))
            };
            // more than is kept, and less than the server's window
            call.upload().push(Bytes::from(vec![b'a'; 65_000]));
            call.upload().push(Bytes::from(vec![b'b'; 535]));
            call.upload().push(Bytes::from(vec![b'c'; 5]));
            if !replayable {
                let error = call.error().await;
                assert_eq!(
                    (error.code, error.request_sent),
                    ("ERR_HTTP2_STREAM_ERROR", RequestSent::No)
                );
                assert!(error.message.contains("not sent again"), "{error}");
                assert_eq!(seen.requests.get(), 1);
                continue;
            }
            call.restart().await;
            call.upload().push(Bytes::from_static(b"of the first reading"));
            call.upload().restarted();
            call.upload().push(Bytes::from_static(b"again"));
            call.upload().end();
            assert_eq!(call.answer().await.body, "again");
            assert_eq!(seen.requests.get(), 2);
        }
    });
}

#[test]
fn a_short_upload_that_was_begun_goes_again() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let refused = Rc::new(Cell::new(false));
        serve(server, &Builder::new(), move |mut received| {
            let refused = Rc::clone(&refused);
            async move {
                if !refused.replace(true) {
                    received.body.data().await;
                    return received.refuse();
                }
                let body = received.all().await.unwrap();
                received.answer(body).await;
            }
        });
        let caller = caller();
        let call = caller.send(&origin, Request::upload("Transfer-Encoding: chunked\r\n"));
        call.upload().push(Bytes::from_static(b"begun"));
        until_idle().await;
        call.upload().push(Bytes::from_static(b" and ended"));
        call.upload().end();
        assert_eq!(call.answer().await.body, "begun and ended");
        assert_eq!(call.credit(), 15, "each byte counts once");
    });
}

#[test]
fn a_reset_of_another_kind_fails_one_request() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(server, &Builder::new(), |mut received| async move {
            if received.head.method == "POST" {
                received.respond.send_reset(Reason::INTERNAL_ERROR);
            } else {
                received.answer("ok").await;
            }
        });
        let caller = caller();
        let (failing, other) = (
            caller.send(&origin, Request::post("x")),
            caller.send(&origin, Request::get()),
        );
        let error = failing.error().await;
        assert_eq!(
            (error.kind, error.phase, error.code, error.request_sent),
            (
                Kind::RemoteProtocolError,
                Phase::Headers,
                "ERR_HTTP2_STREAM_ERROR",
                RequestSent::Yes
            )
        );
        assert!(error.message.contains("INTERNAL_ERROR"), "{error}");
        assert_eq!(other.answer().await.body, "ok");
        assert_eq!(seen.connections.get(), 1);
    });
}

#[test]
fn a_graceful_goaway_lets_streams_finish_and_later_requests_take_another_connection() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let caller = caller();
        let first = caller.send(&origin, Request::post("1"));
        let stream = server.accept().await.stream;
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let (_, mut respond) = connection.accept().await.unwrap().unwrap();
        connection.graceful_shutdown();
        let serving = spawn_local(async move { while let Some(Ok(_)) = connection.accept().await {} });
        until_idle().await;
        let seen = serve(server, &Builder::new(), |mut received| async move {
            received.answer("second").await;
        });
        let later = caller.send(&origin, Request::post("2"));
        assert_eq!(later.answer().await.body, "second");
        assert!(!first.is_over());
        respond.send_response(http::Response::new(()), true).unwrap();
        assert_eq!(first.answer().await.status, 200);
        serving.await.unwrap();
        assert_eq!(seen.connections.get(), 1);
        assert_eq!(caller.connections(), (0, 1, 0));
    });
}

#[test]
fn requests_go_again_as_often_as_a_connection_that_closes_has_served_others() {
    run(async {
        let (caller, server) = (caller(), Server::start());
        let calls: Vec<_> = (0..20)
            .map(|_| caller.send(&server.origin, Request::post("x")))
            .collect();
        for _ in 0..20 {
            let mut peer = Frames::accept(&server, &[]).await;
            peer.until(HEADERS).await;
            // before it has answered anything
            peer.0.write(&go_away(1, 0)).await;
            until_idle().await;
            peer.answer(1, &[]).await;
            assert!(peer.closes_within(milliseconds(1000)).await);
        }
        for call in &calls {
            assert_eq!(call.answer().await.status, 200);
        }
    });
}

#[test]
fn a_cut_connection_fails_what_may_have_been_processed() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let caller = caller();
        let calls: Vec<_> = (0..2).map(|_| caller.send(&origin, Request::post("x"))).collect();
        let mut peer = server.accept().await;
        peer.bytes(24).await;
        until_idle().await;
        drop(peer);
        for call in &calls {
            let error = call.error().await;
            assert_eq!(
                (error.kind, error.phase, error.code, error.request_sent),
                (
                    Kind::RemoteProtocolError,
                    Phase::Headers,
                    "ERR_INCOMPLETE_RESPONSE",
                    RequestSent::Maybe
                )
            );
        }
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_request_on_an_idle_connection_that_the_server_closed_goes_to_another() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let caller = caller();
        let first = caller.send(&origin, Request::post("1"));
        let stream = server.accept().await.stream;
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let (_, mut respond) = connection.accept().await.unwrap().unwrap();
        respond.send_response(http::Response::new(()), true).unwrap();
        tokio::select! {
            _ = connection.accept() => {}
            answer = first.answer() => assert_eq!(answer.status, 200),
        }
        // the next request is assigned before the client has seen the end
        drop(connection);
        let next = caller.send(&origin, Request::post("2"));
        let seen = serve(server, &Builder::new(), |mut received| async move {
            received.answer("second").await;
        });
        assert_eq!(next.answer().await.body, "second");
        assert_eq!(seen.connections.get(), 1);
    });
}
