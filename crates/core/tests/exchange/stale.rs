//! Connections that the server has closed meanwhile: a request of which no byte was sent goes to another connection, and
//! one that the server may have seen does not.

use std::cell::RefCell;
use std::rc::Rc;

use httpxide_core::body::Form;
use httpxide_core::{Kind, RequestSent};

use crate::call::Call;
use crate::caller::Caller;
use crate::recorder::End;
use crate::request::Request;
use crate::server::{OK, Peer, Server};
use crate::{run, run_on_both, until_idle};

/// Opens `count` idle connections to one server.
async fn idle(caller: &Caller, server: &Server, count: usize) -> Vec<Peer> {
    let calls: Vec<Call> = (0..count)
        .map(|_| caller.send(&server.origin, Request::get()))
        .collect();
    let mut peers = Vec::new();
    for _ in 0..count {
        let mut peer = server.accept().await;
        peer.head().await;
        peers.push(peer);
    }
    for peer in &mut peers {
        peer.write(OK).await;
    }
    for call in calls {
        call.answer().await;
    }
    caller.settles_at((0, count, 0)).await;
    peers
}

#[test]
fn a_connection_closed_while_idle_leaves_the_pool() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let peers = idle(&caller, &server, 3).await;
        drop(peers);
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_request_on_a_connection_that_was_just_closed_goes_to_a_new_one() {
    run_on_both(|| async {
        for request in [Request::get(), Request::post("body"), Request::get().streamed()] {
            let (caller, server) = (Caller::new(), Server::start());
            let peers = idle(&caller, &server, 1).await;
            // the client did not run in between, so it learns of the close just before it writes
            drop(peers);
            let call = caller.send(&server.origin, request);
            let mut peer = server.accept().await;
            peer.head().await;
            peer.write(OK).await;
            let body = match call.end().await {
                End::Whole(answer) => answer.body.to_vec(),
                End::Closed => call.read_all(Form::Decoded).await.unwrap().0,
                End::Failed(error) => panic!("{error}"),
            };
            assert_eq!(body, b"ok");
            caller.settles_at((0, 1, 0)).await;
        }
    });
}

#[test]
fn several_stale_connections_in_a_row_are_skipped() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let mut peers = idle(&caller, &server, 5).await;
        // one closes, one breaks off, one says why it closes; the others do as the first
        peers.remove(1).reset();
        let farewell = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n";
        peers[1].write(farewell).await;
        drop(peers);
        let call = caller.send(&server.origin, Request::post("body"));
        let mut peer = server.accept().await;
        peer.head().await;
        assert_eq!(peer.bytes(4).await, b"body");
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn requests_to_a_server_that_closes_after_every_response_without_notice_succeed() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let origin = server.origin.clone();
        let playing = server.play(|mut peer| async move {
            peer.head().await;
            peer.write(OK).await;
        });
        for _ in 0..30 {
            assert_eq!(caller.send(&origin, Request::get()).answer().await.body, "ok");
        }
        playing.abort();
    });
}

#[test]
fn a_connection_with_unsolicited_bytes_is_not_used() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let mut peers = idle(&caller, &server, 1).await;
        // an unsolicited response must not become the response to the next request
        peers[0]
            .write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong")
            .await;
        let call = caller.send(&server.origin, Request::get());
        let _peer = server.answer(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        assert!(peers[0].rest().await.is_empty());
    });
}

#[test]
fn an_upload_of_which_no_byte_was_taken_goes_to_another_connection() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        drop(idle(&caller, &server, 2).await);
        let call = caller.send(&server.origin, Request::upload("Content-Length: 4\r\n"));
        call.upload().push("body".into());
        call.upload().end();
        let mut peer = server.accept().await;
        peer.head().await;
        assert_eq!(peer.bytes(4).await, b"body");
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        assert_eq!(call.credit(), 4);
    });
}

#[test]
fn a_request_that_was_read_is_never_sent_again() {
    run(async {
        for request in [Request::get(), Request::post("body")] {
            let (caller, server) = (Caller::new(), Server::start());
            let origin = server.origin.clone();
            let seen = Rc::new(RefCell::new(0));
            let counter = Rc::clone(&seen);
            let playing = server.play(move |mut peer| {
                let counter = Rc::clone(&counter);
                async move {
                    // responds to the first request of every connection, reads the second and closes
                    for answer in [OK, b""] {
                        if peer.head().await.is_empty() {
                            return;
                        }
                        *counter.borrow_mut() += 1;
                        peer.write(answer).await;
                    }
                }
            });
            assert_eq!(caller.send(&origin, Request::get()).answer().await.body, "ok");
            let error = caller.send(&origin, request).error().await;
            assert_eq!(error.request_sent, RequestSent::Maybe);
            assert!(
                matches!(error.kind, Kind::RemoteProtocolError | Kind::ReadError),
                "{error}"
            );
            until_idle().await;
            assert_eq!(*seen.borrow(), 2);
            playing.abort();
        }
    });
}

#[test]
fn a_request_on_a_new_connection_that_closes_at_once_is_not_sent_again() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let origin = server.origin.clone();
        let accepted = Rc::new(RefCell::new(0));
        let counter = Rc::clone(&accepted);
        let playing = server.play(move |peer| {
            *counter.borrow_mut() += 1;
            async move { peer.reset() }
        });
        let call = caller.send(&origin, Request::get());
        call.error().await;
        until_idle().await;
        assert_eq!(*accepted.borrow(), 1);
        playing.abort();
    });
}
