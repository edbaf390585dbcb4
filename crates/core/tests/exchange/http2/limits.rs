//! A connection carries as many streams as its server and the settings allow at the moment.

use std::rc::Rc;
use std::time::Duration;

use h2::server::Builder;
use httpxide_core::pool::Limits;
use httpxide_core::{ClientConfig, Http2Settings, HttpVersions, Kind, RequestSent, Timeouts};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::frames::{Frames, HEADERS};
use super::server::serve;
use super::with;
use crate::call::Call;
use crate::caller::Caller;
use crate::network::silent_origin;
use crate::request::Request;
use crate::server::Server;
use crate::{milliseconds, run, until_idle};

fn on_one_connection(settings: Http2Settings) -> Caller {
    on_connections(1, settings)
}

/// With so many connections at most.
fn on_connections(count: usize, settings: Http2Settings) -> Caller {
    Caller::with(ClientConfig {
        versions: HttpVersions::Http2(settings),
        limits: Limits {
            max_connections: Some(count),
            ..Limits::default()
        },
        ..ClientConfig::default()
    })
}

#[test]
fn no_more_streams_are_open_than_the_server_allows() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(
            server,
            Builder::new().max_concurrent_streams(3),
            |mut received| async move {
                tokio::time::sleep(milliseconds(5)).await;
                received.answer("ok").await;
            },
        );
        let caller = on_one_connection(Http2Settings::default());
        caller.send(&origin, Request::get()).answer().await;
        let calls: Vec<_> = (0..20).map(|_| caller.send(&origin, Request::get())).collect();
        until_idle().await;
        let requests = caller.client.stats().requests;
        assert_eq!((requests.active, requests.waiting), (3, 17));
        for call in &calls {
            assert_eq!(call.answer().await.body, "ok");
        }
        assert_eq!((seen.most_active.get(), seen.connections.get()), (3, 1));
    });
}

#[test]
fn a_burst_beyond_a_limit_that_is_not_known_yet_is_answered_on_the_same_connection() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(
            server,
            Builder::new().max_concurrent_streams(3),
            |mut received| async move {
                tokio::time::sleep(milliseconds(5)).await;
                received.answer("ok").await;
            },
        );
        let caller = on_one_connection(Http2Settings::default());
        let calls: Vec<_> = (0..50).map(|_| caller.send(&origin, Request::get())).collect();
        for call in &calls {
            assert_eq!(call.answer().await.body, "ok");
        }
        assert_eq!((seen.most_active.get(), seen.connections.get()), (3, 1));
    });
}

#[test]
fn a_further_connection_begins_with_the_limit_of_the_others() {
    run(async {
        let limit = [0, 3, 0, 0, 0, 2];
        let (caller, server) = (on_connections(3, Http2Settings::default()), Server::start());
        let first = caller.send(&server.origin, Request::get());
        let mut peer = Frames::accept(&server, &limit).await;
        peer.until(HEADERS).await;
        peer.answer(1, &[]).await;
        first.answer().await;
        let calls: Vec<_> = (0..9)
            .map(|_| caller.send(&server.origin, Request::get()))
            .collect();
        until_idle().await;
        let requests = caller.client.stats().requests;
        assert_eq!(
            (requests.active, requests.waiting),
            (6, 3),
            "before their settings"
        );
        drop(calls);
    });
}

#[test]
fn no_burst_is_too_large_for_a_server_that_allows_few_streams() {
    for is_cold in [false, true] {
        for limit in [1, 3] {
            run(async move {
                let server = Server::start();
                let origin = server.origin.clone();
                let builder = Builder::new().max_concurrent_streams(limit).clone();
                serve(server, &builder, |mut received| async move {
                    let body = received.all().await.unwrap();
                    tokio::time::sleep(milliseconds(5)).await;
                    received.answer(body).await;
                });
                let caller = with(Http2Settings::default());
                if !is_cold {
                    caller.send(&origin, Request::get()).answer().await;
                }
                let calls: Vec<_> = (0..300)
                    .map(|_| caller.send(&origin, Request::post("x")))
                    .collect();
                for call in &calls {
                    assert_eq!(call.answer().await.body, "x");
                }
            });
        }
    }
}

#[test]
fn the_settings_limit_streams_further_and_other_connections_take_the_rest() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let go = Rc::new(Notify::new());
        let waiting = Rc::clone(&go);
        let seen = serve(server, &Builder::new(), move |mut received| {
            let go = Rc::clone(&waiting);
            async move {
                go.notified().await;
                received.answer("ok").await;
            }
        });
        let caller = with(Http2Settings {
            max_concurrent_streams: Some(2),
            ..Http2Settings::default()
        });
        let calls: Vec<_> = (0..5).map(|_| caller.send(&origin, Request::get())).collect();
        until_idle().await;
        assert_eq!((seen.connections.get(), seen.active.get()), (3, 5));
        go.notify_waiters();
        for call in &calls {
            assert_eq!(call.answer().await.body, "ok");
        }
    });
}

#[test]
fn a_request_that_waits_for_a_stream_waits_in_the_pool() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(server, &Builder::new(), |mut received| async move {
            received.reset().await;
        });
        let caller = on_one_connection(Http2Settings {
            max_concurrent_streams: Some(2),
            ..Http2Settings::default()
        });
        let running: Vec<_> = (0..2).map(|_| caller.send(&origin, Request::get())).collect();
        until_idle().await;
        let waiting = Request::get().within(Timeouts {
            pool: Some(milliseconds(30)),
            ..Timeouts::default()
        });
        let error = caller.send(&origin, waiting).error().await;
        assert_eq!(error.kind, Kind::PoolTimeout);
        let next = caller.send(&origin, Request::get());
        until_idle().await;
        assert_eq!(seen.requests.get(), 2);
        running[0].cancel();
        until_idle().await;
        assert_eq!((seen.requests.get(), seen.active.get()), (3, 2));
        next.cancel();
    });
}

/// The time after which a request to a server that does not answer attempts to connect fails, and how.
async fn failed_after(call: &Call, start: Instant) -> (Duration, Kind, RequestSent) {
    let error = call.error().await;
    (start.elapsed(), error.kind, error.request_sent)
}

#[test]
fn each_request_waits_for_a_shared_attempt_as_long_as_its_own_timeout_says() {
    run(async {
        let caller = with(Http2Settings::default());
        let origin = silent_origin();
        let within = |connect| {
            Request::get().within(Timeouts {
                connect: Some(milliseconds(connect)),
                ..Timeouts::default()
            })
        };
        let start = Instant::now();
        let opener = caller.send(&origin, within(1000));
        let patient = caller.send(&origin, within(3000));
        let hasty = caller.send(&origin, within(100));
        tokio::time::sleep(milliseconds(500)).await;
        let late = caller.send(&origin, within(1000));
        assert_eq!(caller.connections(), (0, 0, 1));
        let timeout = |after| (milliseconds(after), Kind::ConnectTimeout, RequestSent::No);
        for (call, after) in [(&hasty, 500), (&opener, 1000), (&late, 1500), (&patient, 3000)] {
            let (elapsed, kind, sent) = failed_after(call, start).await;
            // the hasty one failed while the test slept
            assert_eq!((milliseconds(after), kind, sent), timeout(after));
            assert!(
                elapsed.abs_diff(milliseconds(after)) <= milliseconds(2),
                "{elapsed:?}"
            );
        }
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_request_without_a_limit_waits_on_when_the_others_have_given_up() {
    run(async {
        let caller = with(Http2Settings::default());
        let origin = silent_origin();
        let limited = caller.send(
            &origin,
            Request::get().within(Timeouts {
                connect: Some(milliseconds(100)),
                ..Timeouts::default()
            }),
        );
        let unlimited = caller.send(&origin, Request::get());
        assert_eq!(limited.error().await.kind, Kind::ConnectTimeout);
        tokio::time::sleep(Duration::from_secs(10)).await;
        assert!(!unlimited.is_over());
        unlimited.cancel();
        caller.settles_at((0, 0, 0)).await;
    });
}
