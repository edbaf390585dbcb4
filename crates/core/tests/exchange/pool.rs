//! Limits and order of arrival, seen from the server.

use std::cell::Cell;
use std::rc::Rc;

use httpxide_core::body::RequestBody;
use httpxide_core::pool::Limits;

use crate::caller::Caller;
use crate::recorder::End;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, run};

fn numbered(number: usize) -> Request {
    Request::new(
        format!("GET /{number} HTTP/1.1\r\nHost: a\r\n\r\n"),
        RequestBody::Empty,
    )
}

fn limits(max_connections: usize) -> Limits {
    Limits {
        max_connections: Some(max_connections),
        ..Limits::default()
    }
}

#[test]
fn there_are_never_more_connections_than_allowed() {
    run(async {
        for (limits, allowed) in [
            (limits(3), 3),
            (
                Limits {
                    max_connections_per_host: Some(2),
                    ..limits(5)
                },
                2,
            ),
        ] {
            let (caller, server) = (Caller::limited(limits), Server::start());
            let origin = server.origin.clone();
            let (open, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
            let counters = (Rc::clone(&open), Rc::clone(&most));
            let playing = server.play(move |mut peer| {
                let (open, most) = counters.clone();
                async move {
                    open.set(open.get() + 1);
                    most.set(most.get().max(open.get()));
                    while !peer.head().await.is_empty() {
                        tokio::time::sleep(milliseconds(1)).await;
                        peer.write(OK).await;
                    }
                    open.set(open.get() - 1);
                }
            });
            let calls: Vec<_> = (0..30)
                .map(|number| caller.send(&origin, numbered(number)))
                .collect();
            for call in calls {
                assert_eq!(call.answer().await.body, "ok");
            }
            assert_eq!(most.get(), allowed);
            assert_eq!(caller.connections(), (0, allowed, 0));
            playing.abort();
        }
    });
}

#[test]
fn requests_are_served_in_the_order_of_their_arrival() {
    run(async {
        let (caller, server) = (Caller::limited(limits(1)), Server::start());
        let calls: Vec<_> = (0..10)
            .map(|number| caller.send(&server.origin, numbered(number)))
            .collect();
        let mut peer = server.accept().await;
        for (number, call) in calls.iter().enumerate() {
            assert!(peer.head().await.starts_with(&format!("GET /{number} ")));
            peer.write(OK).await;
            call.answer().await;
        }
    });
}

#[test]
fn a_request_to_another_origin_replaces_an_idle_connection() {
    run(async {
        let caller = Caller::limited(limits(1));
        let (one, other) = (Server::start(), Server::start());
        let call = caller.send(&one.origin, Request::get());
        let mut idle = one.answer(OK).await;
        call.answer().await;
        let call = caller.send(&other.origin, Request::get());
        let _peer = other.answer(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        assert!(
            idle.rest().await.is_empty(),
            "the client closes the idle connection"
        );
    });
}

#[test]
fn a_request_cancelled_while_it_waits_is_never_sent() {
    run(async {
        let (caller, server) = (Caller::limited(limits(1)), Server::start());
        let calls: Vec<_> = (0..4)
            .map(|number| caller.send(&server.origin, numbered(number)))
            .collect();
        let mut peer = server.accept().await;
        let mut seen = Vec::new();
        for number in [0, 3] {
            seen.push(peer.head().await);
            calls[1].cancel();
            calls[2].cancel();
            peer.write(OK).await;
            calls[number].answer().await;
        }
        for call in &calls[1..3] {
            assert!(matches!(call.end().await, End::Closed));
        }
        assert!(seen[0].starts_with("GET /0 ") && seen[1].starts_with("GET /3 "));
        let requests = caller.client.stats().requests;
        assert_eq!(
            (requests.waiting, requests.connecting, requests.active),
            (0, 0, 0)
        );
    });
}

#[test]
fn a_request_cancelled_while_it_connects_leaves_nothing_behind() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        call.cancel();
        assert!(matches!(call.end().await, End::Closed));
        assert_eq!(caller.connections(), (0, 0, 0));
        let call = caller.send(&server.origin, Request::get());
        let peer = tokio::time::timeout(milliseconds(1000), async {
            loop {
                let mut peer = server.accept().await;
                if !peer.head().await.is_empty() {
                    return peer;
                }
            }
        });
        let mut peer = peer.await.unwrap();
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
    });
}

#[test]
fn an_idle_connection_is_closed_when_it_expires() {
    run(async {
        let expiring = Limits {
            keepalive_expiry: Some(milliseconds(200)),
            ..Limits::default()
        };
        let (caller, server) = (Caller::limited(expiring), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(OK).await;
        call.answer().await;
        assert!(peer.is_silent_for(milliseconds(50)).await);
        assert!(peer.is_closed_within(milliseconds(2000)).await);
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_refused_connection_fails_the_request_for_which_it_was_opened() {
    run(async {
        let caller = Caller::limited(limits(1));
        let origin = Server::start().origin.clone();
        for _ in 0..3 {
            let calls: Vec<_> = (0..3).map(|_| caller.send(&origin, Request::get())).collect();
            for call in calls {
                let error = call.error().await;
                assert_eq!(error.kind, httpxide_core::Kind::ConnectError);
                assert_eq!(error.code, "ECONNREFUSED");
            }
        }
        assert_eq!(caller.connections(), (0, 0, 0));
    });
}
