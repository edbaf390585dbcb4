//! Each time limit applies in its own phase and in no other.

use std::time::Duration;

use httpxide_core::body::Form;
use httpxide_core::pool::Limits;
use httpxide_core::{Error, Kind, Phase, RequestSent, Timeouts};
use tokio::time::{Instant, sleep};

use crate::caller::Caller;
use crate::network::silent_origin;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, run};

const LIMIT: Duration = milliseconds(60);
const NONE: Timeouts = Timeouts {
    connect: None,
    read: None,
    write: None,
    pool: None,
    total: None,
};
const CONNECT: Timeouts = Timeouts {
    connect: Some(LIMIT),
    ..NONE
};
const READ: Timeouts = Timeouts {
    read: Some(LIMIT),
    ..NONE
};
const WRITE: Timeouts = Timeouts {
    write: Some(LIMIT),
    ..NONE
};
const POOL: Timeouts = Timeouts {
    pool: Some(LIMIT),
    ..NONE
};
const TOTAL: Timeouts = Timeouts {
    total: Some(LIMIT),
    ..NONE
};
/// The clock of a test in memory moves by whole timer ticks.
const TICK: Duration = milliseconds(1);
/// More bytes than a connection takes without a reader.
const MUCH: usize = 4 * 1024 * 1024;

fn assert_timed_out(error: &Error, started: Instant, kind: Kind, phase: Phase, sent: RequestSent) {
    assert_eq!((error.kind, error.phase, error.request_sent), (kind, phase, sent));
    let elapsed = started.elapsed();
    assert!((LIMIT..=LIMIT + TICK).contains(&elapsed), "{elapsed:?}");
}

fn one_connection() -> Caller {
    Caller::limited(Limits {
        max_connections: Some(1),
        ..Limits::default()
    })
}

#[test]
fn connecting_takes_no_longer_than_its_limit_or_the_total_limit() {
    run(async {
        let (caller, origin) = (Caller::new(), silent_origin());
        for (timeouts, kind) in [(CONNECT, Kind::ConnectTimeout), (TOTAL, Kind::TotalTimeout)] {
            let started = Instant::now();
            let call = caller.send(&origin, Request::get().within(timeouts));
            let error = call.error().await;
            assert_timed_out(&error, started, kind, Phase::Connect, RequestSent::No);
            caller.settles_at((0, 0, 0)).await;
        }
    });
}

#[test]
fn a_head_that_does_not_come_is_a_read_timeout() {
    run(async {
        let caller = Caller::new();
        for (timeouts, kind) in [(READ, Kind::ReadTimeout), (TOTAL, Kind::TotalTimeout)] {
            for part in ["", "HTTP/1.1 200 OK\r\nA"] {
                let server = Server::start();
                let started = Instant::now();
                let call = caller.send(&server.origin, Request::post("body").within(timeouts));
                let mut peer = server.answer(part.as_bytes()).await;
                let error = call.error().await;
                assert_timed_out(&error, started, kind, Phase::Headers, RequestSent::Yes);
                assert_eq!(peer.rest().await, b"body", "and the connection is closed");
            }
        }
    });
}

#[test]
fn a_body_that_stops_is_a_read_timeout() {
    run(async {
        let caller = Caller::new();
        for (timeouts, kind) in [(READ, Kind::ReadTimeout), (TOTAL, Kind::TotalTimeout)] {
            for streamed in [false, true] {
                let server = Server::start();
                let request = Request::get().within(timeouts);
                let request = if streamed { request.streamed() } else { request };
                let started = Instant::now();
                let call = caller.send(&server.origin, request);
                let mut peer = server
                    .answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd")
                    .await;
                let error = if streamed {
                    call.read_all(Form::Decoded).await.unwrap_err()
                } else {
                    call.error().await
                };
                assert_timed_out(&error, started, kind, Phase::Body, RequestSent::Yes);
                assert!(peer.rest().await.is_empty());
            }
        }
    });
}

#[test]
fn a_server_that_takes_no_bytes_is_a_write_timeout() {
    run(async {
        let caller = Caller::new();
        for (timeouts, kind) in [(WRITE, Kind::WriteTimeout), (TOTAL, Kind::TotalTimeout)] {
            let server = Server::cramped();
            let started = Instant::now();
            let call = caller.send(&server.origin, Request::post(vec![7; MUCH]).within(timeouts));
            let mut peer = server.accept().await;
            let error = call.error().await;
            assert_timed_out(&error, started, kind, Phase::Write, RequestSent::Maybe);
            assert!(peer.rest().await.len() < MUCH);
        }
    });
}

#[test]
fn waiting_for_a_connection_takes_no_longer_than_its_limit_or_the_total_limit() {
    run(async {
        let (caller, server) = (one_connection(), Server::start());
        let first = caller.send(&server.origin, Request::get());
        let mut peer = server.accept().await;
        peer.head().await;
        for (timeouts, kind) in [(POOL, Kind::PoolTimeout), (TOTAL, Kind::TotalTimeout)] {
            let started = Instant::now();
            let patient = caller.send(&server.origin, Request::get());
            let call = caller.send(&server.origin, Request::get().within(timeouts));
            let error = call.error().await;
            assert_timed_out(&error, started, kind, Phase::Pool, RequestSent::No);
            assert!(!patient.is_over());
            patient.cancel();
            assert_eq!(caller.client.stats().requests.waiting, 0);
        }
        // the pool timeout ends when the request gets its connection
        peer.write(OK).await;
        assert_eq!(first.answer().await.body, "ok");
        let call = caller.send(&server.origin, Request::get().within(POOL));
        peer.head().await;
        sleep(LIMIT * 2).await;
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
    });
}

#[test]
fn a_request_whose_time_is_over_is_not_sent_and_the_connection_stays() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(OK).await;
        call.answer().await;
        let over = Timeouts {
            total: Some(Duration::ZERO),
            ..NONE
        };
        let error = caller
            .send(&server.origin, Request::post("late").within(over))
            .error()
            .await;
        assert_eq!(
            (error.kind, error.phase, error.request_sent),
            (Kind::TotalTimeout, Phase::Pool, RequestSent::No)
        );
        assert_eq!(caller.connections(), (0, 1, 0));
        let next = caller.send(&server.origin, Request::post("next"));
        peer.head().await;
        assert_eq!(peer.bytes(4).await, b"next");
        peer.write(OK).await;
        assert_eq!(next.answer().await.body, "ok");
    });
}
