//! Connections that the server has closed meanwhile: a request that may be repeated, or of which no byte was sent, goes
//! once more over a new connection. Any other fails.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use httpxide_core::body::{Form, RequestBody};
use httpxide_core::pool::Limits;
use httpxide_core::{Kind, Phase, RequestSent, Timeouts};
use tokio::time::{Instant, sleep, timeout};

use crate::call::Call;
use crate::caller::Caller;
use crate::recorder::End;
use crate::request::Request;
use crate::server::{OK, Peer, Server};
use crate::{milliseconds, network, run, run_on_both, until_idle};

/// Opens `count` idle connections to one server.
pub(crate) async fn idle(caller: &Caller, server: &Server, count: usize) -> Vec<Peer> {
    idle_among(caller, server, count, count).await
}

/// Opens `count` idle connections to one server, after which the client has `total` idle ones.
async fn idle_among(caller: &Caller, server: &Server, count: usize, total: usize) -> Vec<Peer> {
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
    caller.settles_at((0, total, 0)).await;
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

/// A server that reads what follows the first request on each connection, and closes without an answer. On the connection
/// number `answers` it answers everything. Returns its origin and the heads that it has read.
fn forgetful(server: Server, answers: usize) -> (String, Rc<RefCell<Vec<String>>>) {
    let origin = server.origin.clone();
    let heads: Rc<RefCell<Vec<String>>> = Rc::default();
    let (seen, connections) = (Rc::clone(&heads), Cell::new(0));
    server.play(move |mut peer| {
        let seen = Rc::clone(&seen);
        connections.set(connections.get() + 1);
        let answers_all = connections.get() == answers;
        async move {
            for number in 0.. {
                let head = peer.head().await;
                if head.is_empty() {
                    return;
                }
                seen.borrow_mut().push(head);
                if number > 0 && !answers_all {
                    return;
                }
                peer.write(OK).await;
            }
        }
    });
    (origin, heads)
}

fn request(line_and_headers: &str) -> Request {
    Request::new(
        format!("{line_and_headers}\r\nHost: a\r\n\r\n"),
        RequestBody::Empty,
    )
}

#[test]
fn a_repeatable_request_without_an_answer_goes_once_more_over_a_new_connection() {
    run_on_both(|| async {
        for head in [
            "GET / HTTP/1.1",
            "HEAD / HTTP/1.1",
            "OPTIONS / HTTP/1.1",
            "TRACE / HTTP/1.1",
            "POST / HTTP/1.1\r\nidempotency-key: 1",
        ] {
            let caller = Caller::new();
            let (origin, heads) = forgetful(Server::start(), 2);
            caller.send(&origin, Request::get()).answer().await;
            let answer = caller.send(&origin, request(head)).answer().await;
            assert_eq!(answer.status, 200, "{head}");
            assert_eq!(heads.borrow().len(), 3, "{head}");
            assert_eq!(heads.borrow()[1], heads.borrow()[2]);
        }
    });
}

#[test]
fn a_request_that_may_not_be_repeated_is_never_sent_twice() {
    run_on_both(|| async {
        for request in [
            Request::post("body"),
            request("PUT / HTTP/1.1"),
            request("DELETE / HTTP/1.1"),
        ] {
            let caller = Caller::new();
            let (origin, heads) = forgetful(Server::start(), 2);
            caller.send(&origin, Request::get()).answer().await;
            let error = caller.send(&origin, request).error().await;
            assert_eq!(error.request_sent, RequestSent::Maybe);
            assert!(
                matches!(error.kind, Kind::RemoteProtocolError | Kind::ReadError),
                "{error}"
            );
            sleep(milliseconds(20)).await;
            assert_eq!(heads.borrow().len(), 2);
        }
    });
}

#[test]
fn a_part_of_an_answer_is_an_answer_and_the_request_is_not_sent_again() {
    run_on_both(|| async {
        for part in [&b"HTTP/1.1 2"[..], b"HTTP/1.1 100 Continue\r\n\r\n"] {
            let (caller, server) = (Caller::new(), Server::start());
            let mut peers = idle(&caller, &server, 1).await;
            let call = caller.send(&server.origin, Request::get());
            peers[0].head().await;
            peers[0].write(part).await;
            drop(peers);
            assert_eq!(call.error().await.request_sent, RequestSent::Yes);
        }
    });
}

#[test]
fn a_reset_while_the_request_is_on_its_way_counts_as_a_close() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let mut peer = idle(&caller, &server, 1).await.remove(0);
        let call = caller.send(&server.origin, Request::get());
        peer.head().await;
        peer.reset();
        let _peer = server.answer(OK).await;
        assert_eq!(call.answer().await.body, "ok");
    });
}

#[test]
fn the_other_idle_connections_of_the_route_are_closed_and_not_tried() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let elsewhere = Server::start();
        let mut spared = idle(&caller, &elsewhere, 1).await.remove(0);
        let mut peers = idle_among(&caller, &server, 3, 4).await;
        let call = caller.send(&server.origin, Request::get());
        let mut used = None;
        while used.is_none() {
            for (index, peer) in peers.iter_mut().enumerate() {
                if timeout(milliseconds(5), peer.head()).await.is_ok() {
                    used = Some(index);
                }
            }
        }
        drop(peers.remove(used.unwrap()));
        let mut peer = server.answer(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        for peer in &mut peers {
            assert!(peer.is_closed_within(milliseconds(500)).await);
        }
        assert_eq!(caller.connections(), (0, 2, 0));
        assert!(spared.is_silent_for(milliseconds(20)).await);
        assert!(peer.is_silent_for(milliseconds(20)).await);
    });
}

#[test]
fn a_request_on_a_stale_connection_keeps_its_place_and_its_time_limits() {
    run(async {
        // the pool has room for one connection, and another request waits for it
        let caller = Caller::limited(Limits {
            max_connections: Some(1),
            ..Limits::default()
        });
        let server = Server::start();
        let mut peers = idle(&caller, &server, 1).await;
        let first = caller.send(&server.origin, Request::get());
        let second = caller.send(&server.origin, Request::post("body"));
        peers[0].head().await;
        peers.clear();
        let mut peer = server.accept().await;
        assert!(
            peer.head().await.starts_with("GET"),
            "the first request is still the first"
        );
        assert_eq!(caller.connections(), (1, 0, 0));
        peer.write(OK).await;
        first.answer().await;
        assert!(peer.head().await.starts_with("POST"));
        peer.bytes(4).await;
        peer.write(OK).await;
        second.answer().await;
    });
}

#[test]
fn a_failure_to_connect_again_reports_that_the_server_may_have_seen_the_request() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let mut peers = idle(&caller, &server, 1).await;
        let call = caller.send(&server.origin, Request::get());
        peers[0].head().await;
        drop(server);
        drop(peers);
        let error = call.error().await;
        assert_eq!((error.kind, error.phase), (Kind::ConnectError, Phase::Connect));
        assert_eq!(error.request_sent, RequestSent::Maybe);
        caller.settles_at((0, 0, 0)).await;

        // here the connection was found closed before a byte was written
        let server = Server::start();
        let peers = idle(&caller, &server, 1).await;
        let call = caller.send(&server.origin, Request::get());
        drop(server);
        drop(peers);
        assert_eq!(call.error().await.request_sent, RequestSent::No);
    });
}

/// A request whose connection turned out stale after it was written, while the new connection gets no answer.
async fn connecting_again(caller: &Caller, timeouts: Timeouts) -> Call {
    let server = Server::start();
    let mut peers = idle(caller, &server, 1).await;
    let call = caller.send(&server.origin, Request::get().within(timeouts));
    peers[0].head().await;
    network::silence(&server.origin);
    drop(peers);
    call
}

#[test]
fn connecting_again_ends_by_its_deadlines_a_cancellation_and_the_end_of_the_client() {
    run(async {
        let caller = Caller::new();
        let started = Instant::now();
        let timeouts = Timeouts {
            total: Some(milliseconds(300)),
            connect: Some(milliseconds(900)),
            ..Timeouts::default()
        };
        let error = connecting_again(&caller, timeouts).await.error().await;
        assert_eq!((error.kind, error.phase), (Kind::TotalTimeout, Phase::Connect));
        assert_eq!(error.request_sent, RequestSent::Maybe);
        assert_eq!(started.elapsed(), milliseconds(300));

        let started = Instant::now();
        let timeouts = Timeouts {
            connect: Some(milliseconds(200)),
            ..Timeouts::default()
        };
        let error = connecting_again(&caller, timeouts).await.error().await;
        assert_eq!(error.kind, Kind::ConnectTimeout);
        assert_eq!(error.request_sent, RequestSent::Maybe);
        assert_eq!(started.elapsed(), milliseconds(200));

        let call = connecting_again(&caller, Timeouts::default()).await;
        until_idle().await;
        call.cancel();
        assert!(matches!(call.end().await, End::Closed));
        caller.settles_at((0, 0, 0)).await;

        let call = connecting_again(&caller, Timeouts::default()).await;
        until_idle().await;
        caller.client.close().await;
        let error = call.error().await;
        assert_eq!(
            (error.kind, error.request_sent),
            (Kind::CloseError, RequestSent::Maybe)
        );
    });
}

#[test]
fn of_thousands_of_requests_none_fails_and_no_post_runs_twice() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let origin = server.origin.clone();
        let counts: Rc<RefCell<HashMap<String, u32>>> = Rc::default();
        let seen = Rc::clone(&counts);
        let turn = Cell::new(0_u32);
        server.play(move |mut peer| {
            let seen = Rc::clone(&seen);
            turn.set(turn.get() + 1);
            let turn = turn.get();
            async move {
                // closes without notice after one to three answers: by itself, by a reset, or when the next request is here
                for _ in 0..=turn % 3 {
                    let head = peer.head().await;
                    if head.is_empty() {
                        return;
                    }
                    *seen.borrow_mut().entry(head).or_default() += 1;
                    peer.write(OK).await;
                }
                match turn % 4 {
                    0 => {}
                    1 => {
                        // the answer must arrive before the reset, which would overtake it
                        sleep(milliseconds(1)).await;
                        peer.reset();
                    }
                    2 => sleep(milliseconds(2)).await,
                    _ => {
                        if let Ok(head) = timeout(milliseconds(1), peer.head()).await
                            && !head.is_empty()
                        {
                            *seen.borrow_mut().entry(head).or_default() += 1;
                        }
                    }
                }
            }
        });
        for round in 0..100 {
            let calls: Vec<(bool, Call)> = (0..20)
                .map(|number| {
                    let is_post = number % 4 == 0;
                    let method = if is_post { "POST" } else { "GET" };
                    let head = format!("{method} /{round}/{number} HTTP/1.1");
                    (is_post, caller.send(&origin, request(&head)))
                })
                .collect();
            for (is_post, call) in calls {
                match call.end().await {
                    End::Whole(answer) => assert_eq!(answer.body, "ok"),
                    End::Failed(error) if is_post => assert_eq!(error.request_sent, RequestSent::Maybe),
                    other => panic!("{other:?}"),
                }
            }
        }
        for (head, count) in &*counts.borrow() {
            assert!(
                *count == 1 || *count == 2 && head.starts_with("GET"),
                "{count} times {head}"
            );
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
