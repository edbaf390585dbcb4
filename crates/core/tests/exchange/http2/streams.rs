//! Many requests share a connection, and none of them disturbs another.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use h2::server::Builder;
use http::Response;
use httpxide_core::body::{Form, Read};
use httpxide_core::{Kind, Phase, RequestSent, Timeouts};
use tokio::sync::Notify;
use tokio::time::sleep;

use super::server::{send, serve};
use super::{caller, with};
use crate::recorder::End;
use crate::request::Request;
use crate::server::Server;
use crate::{milliseconds, run, run_on_both, until_idle};

#[test]
fn a_burst_to_a_cold_origin_opens_one_connection() {
    run_on_both(|| async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(server, &Builder::new(), |mut received| async move {
            let path = received.head.uri.path().to_owned();
            received.answer(path).await;
        });
        let caller = caller();
        let calls: Vec<_> = (0..64).map(|_| caller.send(&origin, Request::get())).collect();
        for call in &calls {
            assert_eq!(call.answer().await.body, "/");
        }
        assert_eq!((seen.connections.get(), seen.requests.get()), (1, 64));
        assert_eq!(caller.connections(), (0, 1, 0));
        assert_eq!(caller.unsettled(), 0);
    });
}

#[test]
fn a_cancelled_request_resets_its_stream_and_no_other() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let resets = Rc::new(RefCell::new(Vec::new()));
        let (kept, go) = (Rc::clone(&resets), Rc::new(Notify::new()));
        let answering = Rc::clone(&go);
        let seen = serve(server, &Builder::new(), move |mut received| {
            let (resets, go) = (Rc::clone(&kept), Rc::clone(&answering));
            async move {
                tokio::select! {
                    reason = received.reset() => resets.borrow_mut().push(reason),
                    () = go.notified() => received.answer("answered").await,
                }
            }
        });
        let caller = caller();
        let (first, second) = (
            caller.send(&origin, Request::get()),
            caller.send(&origin, Request::get()),
        );
        until_idle().await;
        assert_eq!(seen.active.get(), 2);
        first.cancel();
        assert!(matches!(first.end().await, End::Closed));
        until_idle().await;
        assert_eq!(*resets.borrow(), [Reason::CANCEL]);
        go.notify_one();
        assert_eq!(second.answer().await.body, "answered");
        assert_eq!(seen.connections.get(), 1);
    });
}

#[test]
fn a_streamed_response_that_is_dropped_resets_its_stream_and_no_other() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let reset = Rc::new(Cell::new(None));
        let kept = Rc::clone(&reset);
        let seen = serve(server, &Builder::new(), move |mut received| {
            let reset = Rc::clone(&kept);
            async move {
                let mut stream = received.begin(Response::new(()));
                send(&mut stream, Bytes::from_static(b"begin"), false).await;
                let reason = std::future::poll_fn(|context| stream.poll_reset(context)).await;
                reset.set(reason.ok());
            }
        });
        let caller = caller();
        let call = caller.send(&origin, Request::get().streamed());
        assert!(matches!(call.read(Form::Decoded).await, Read::Chunk(..)));
        call.cancel();
        assert!(matches!(call.end().await, End::Closed));
        until_idle().await;
        assert_eq!(reset.get(), Some(Reason::CANCEL));
        assert_eq!(seen.active.get(), 0);
        assert_eq!(caller.connections(), (0, 1, 0));
    });
}

#[test]
fn stalled_readers_stop_their_own_streams_only() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        serve(server, &Builder::new(), |mut received| async move {
            let size = if received.head.method == "POST" {
                16 << 20
            } else {
                2 << 20
            };
            received.answer(vec![b'x'; size]).await;
        });
        let caller = caller();
        let stalled: Vec<_> = (0..8)
            .map(|_| caller.send(&origin, Request::post("").streamed()))
            .collect();
        for call in &stalled {
            call.head().await;
        }
        until_idle().await;
        for _ in 0..3 {
            let answer = caller.send(&origin, Request::get()).answer().await;
            assert_eq!(answer.body.len(), 2 << 20);
        }
        for call in &stalled {
            let (body, _, _) = call.read_all(Form::Decoded).await.unwrap();
            assert_eq!(body.len(), 16 << 20);
        }
    });
}

#[test]
fn unread_responses_hold_at_most_64_mebibytes_of_a_connection_and_stop_no_other_request() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let held = Rc::new(Cell::new(0));
        let sent = Rc::clone(&held);
        let builder = Builder::new();
        let seen = serve(server, &builder, move |mut received| {
            let sent = Rc::clone(&sent);
            async move {
                if received.head.method == "GET" {
                    return received.answer(vec![b'x'; 1 << 20]).await;
                }
                let mut stream = received.begin(Response::new(()));
                // in pieces: what a piece was sent of counts when all of it was
                for _ in 0..256 {
                    send(&mut stream, Bytes::from_static(&[b'x'; 16 << 10]), false).await;
                    sent.set(sent.get() + (16 << 10));
                }
                let _ = stream.send_data(Bytes::new(), true);
            }
        });
        let caller = caller();
        let mut unread = Vec::new();
        for number in 1..=48 {
            let call = caller.send(&origin, Request::post("").streamed());
            call.head().await;
            unread.push(call);
            if number % 12 == 0 {
                until_idle().await;
                let answer = caller.send(&origin, Request::get()).answer().await;
                assert_eq!(answer.body.len(), 1 << 20, "beside {number} unread ones");
            }
        }
        // each response keeps 1 MiB itself, as in HTTP/1.1
        let held_by_windows = held.get() - (48 << 20);
        assert!(
            (32 << 20..64 << 20).contains(&held_by_windows),
            "{held_by_windows} bytes"
        );
        for call in unread.drain(..3) {
            let (body, _, _) = call.read_all(Form::Decoded).await.unwrap();
            assert_eq!(body.len(), 4 << 20);
        }
        for call in unread {
            call.cancel();
        }
        until_idle().await;
        // the windows grow again
        for _ in 0..5 {
            caller.send(&origin, Request::get()).answer().await;
        }
        let before = held.get();
        let again = caller.send(&origin, Request::post("").streamed());
        again.head().await;
        until_idle().await;
        assert_eq!(held.get() - before, 4 << 20);
        assert_eq!(seen.connections.get(), 1);
    });
}

#[test]
fn timeouts_end_one_stream_and_say_what_it_waited_for() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(server, &Builder::new(), |mut received| async move {
            if received.head.uri.path() == "/" {
                received.reset().await;
                return;
            }
            let mut stream = received.begin(Response::new(()));
            loop {
                send(&mut stream, Bytes::from_static(b"x"), false).await;
                sleep(milliseconds(5)).await;
            }
        });
        let caller = caller();
        // the connection is alive meanwhile
        let lively = caller.send(&origin, Request::get().at("/lively").streamed());
        lively.head().await;
        let limits = Timeouts {
            read: Some(milliseconds(50)),
            write: Some(milliseconds(50)),
            ..Timeouts::default()
        };
        let error = caller.send(&origin, Request::get().within(limits)).error().await;
        assert_eq!(
            (error.kind, error.phase, error.request_sent),
            (Kind::ReadTimeout, Phase::Headers, RequestSent::Yes)
        );
        // the server opens no window beyond the first
        let error = caller
            .send(&origin, Request::post(vec![0; 1 << 20]).within(limits))
            .error()
            .await;
        assert_eq!((error.kind, error.phase), (Kind::WriteTimeout, Phase::Write));
        assert_eq!(error.request_sent, RequestSent::Maybe);
        let total = Timeouts {
            total: Some(milliseconds(70)),
            ..Timeouts::default()
        };
        let error = caller.send(&origin, Request::get().within(total)).error().await;
        assert_eq!(error.kind, Kind::TotalTimeout);
        let over = Timeouts {
            total: Some(Duration::ZERO),
            ..Timeouts::default()
        };
        let error = caller.send(&origin, Request::get().within(over)).error().await;
        assert_eq!(
            (error.kind, error.phase, error.request_sent),
            (Kind::TotalTimeout, Phase::Pool, RequestSent::No)
        );
        assert_eq!(seen.connections.get(), 1);
    });
}

#[test]
fn a_closed_client_ends_its_streams_and_says_goodbye() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(server, &Builder::new(), |mut received| async move {
            received.reset().await;
        });
        let caller = caller();
        let calls: Vec<_> = (0..3).map(|_| caller.send(&origin, Request::get())).collect();
        until_idle().await;
        assert_eq!(seen.active.get(), 3);
        caller.client.close().await;
        for call in &calls {
            let error = call.error().await;
            assert_eq!((error.kind, error.phase), (Kind::CloseError, Phase::Headers));
        }
        until_idle().await;
        assert_eq!(seen.active.get(), 0);
        assert_eq!(caller.connections(), (0, 0, 0));
    });
}

#[test]
fn an_idle_connection_expires() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(server, &Builder::new(), |mut received| async move {
            received.answer("ok").await;
        });
        let caller = caller();
        caller.send(&origin, Request::get()).answer().await;
        assert_eq!(caller.connections(), (0, 1, 0));
        tokio::time::sleep(Duration::from_secs(6)).await;
        assert_eq!(caller.connections(), (0, 0, 0));
        caller.send(&origin, Request::get()).answer().await;
        assert_eq!(seen.connections.get(), 2);
    });
}

#[test]
fn a_server_that_answers_no_ping_is_given_up() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let caller = with(httpxide_core::Http2Settings {
            keep_alive_interval: Some(Duration::from_secs(1)),
            keep_alive_timeout: Duration::from_secs(2),
            ..httpxide_core::Http2Settings::default()
        });
        let start = tokio::time::Instant::now();
        let (one, other) = (
            caller.send(&origin, Request::get()),
            caller.send(&origin, Request::get()),
        );
        // accepts, and never reads
        let _peer = server.accept().await;
        for call in [one, other] {
            let error = call.error().await;
            assert_eq!(
                (error.kind, error.code, error.request_sent),
                (Kind::ReadError, "ERR_HTTP2_PING_TIMEOUT", RequestSent::Maybe)
            );
        }
        assert_eq!(start.elapsed().as_secs(), 3);
    });
}

#[test]
fn pings_keep_a_silent_stream() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        serve(server, &Builder::new(), |mut received| async move {
            tokio::time::sleep(Duration::from_secs(20)).await;
            received.answer("late").await;
        });
        let caller = with(httpxide_core::Http2Settings {
            keep_alive_interval: Some(Duration::from_secs(1)),
            keep_alive_timeout: Duration::from_secs(2),
            ..httpxide_core::Http2Settings::default()
        });
        assert_eq!(caller.send(&origin, Request::get()).answer().await.body, "late");
    });
}

#[test]
fn cancels_at_random_moments_leave_nothing_open_and_disturb_no_other_stream() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(
            server,
            Builder::new().max_concurrent_streams(40),
            |mut received| async move {
                let uri = received.head.uri.clone();
                if uri.path() == "/kept" {
                    let body = received.all().await.unwrap();
                    tokio::time::sleep(milliseconds(3)).await;
                    return received.answer(body).await;
                }
                if received.head.method == "POST" {
                    let _ = received.body.data().await;
                }
                let answering = async {
                    tokio::time::sleep(milliseconds(2)).await;
                    let mut stream = received.respond.send_response(Response::new(()), false).ok()?;
                    send(&mut stream, vec![0; 200_000].into(), true).await;
                    Some(())
                };
                answering.await;
            },
        );
        let caller = caller();
        // a linear congruential generator: the same moments in every run
        let mut random: u32 = 1;
        let mut next = move |below: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) % below
        };
        let mut kept = Vec::new();
        let mut cancelled = Vec::new();
        for round in 0..2000_u32 {
            let call = match next(4) {
                0 => caller.send(&origin, Request::get()),
                1 => caller.send(&origin, Request::get().streamed()),
                2 => caller.send(&origin, Request::post(vec![1; 100_000])),
                _ => {
                    let call = caller.send(&origin, Request::upload("Transfer-Encoding: chunked\r\n"));
                    call.upload().push(Bytes::from_static(&[2; 5000]));
                    call
                }
            };
            cancelled.push(call);
            if round % 20 == 0 {
                let body = Bytes::from(vec![round.to_le_bytes()[0]; 1000]);
                let mut request = Request::post(body.clone());
                request.head = request.head.replace("POST /", "POST /kept");
                kept.push((caller.send(&origin, request), body));
            }
            if next(3) == 0 {
                tokio::time::sleep(milliseconds(u64::from(next(4)))).await;
            }
            if cancelled.len() > 30 {
                let at = next(30) as usize;
                cancelled.swap_remove(at).cancel();
            }
        }
        for call in &cancelled {
            call.cancel();
        }
        for (call, body) in &kept {
            assert_eq!(call.answer().await.body, *body);
        }
        until_idle().await;
        assert_eq!(caller.unsettled(), 0);
        let stats = caller.client.stats();
        assert_eq!(
            (
                stats.requests.active,
                stats.requests.waiting,
                stats.connections.active
            ),
            (0, 0, 0)
        );
        caller.client.close().await;
        until_idle().await;
        assert_eq!(seen.active.get(), 0);
    });
}

#[test]
fn a_connection_whose_server_does_not_answer_for_the_origin_takes_no_further_request() {
    run_on_both(|| async {
        let server = Server::start();
        let origin = server.origin.clone();
        let go = Rc::new(Notify::new());
        let held = Rc::clone(&go);
        let seen = serve(server, &Builder::new(), move |mut received| {
            let go = Rc::clone(&held);
            async move {
                if received.head.uri.path() == "/held" {
                    go.notified().await;
                    return received.answer("held").await;
                }
                let misdirected = Response::builder().status(421).body(()).unwrap();
                let mut stream = received.begin(misdirected);
                send(&mut stream, Bytes::new(), true).await;
            }
        });
        let caller = caller();
        let other = caller.send(&origin, Request::get().at("/held"));
        caller.send(&origin, Request::get()).answer().await;
        assert_eq!(seen.connections.get(), 1);
        caller.send(&origin, Request::get()).answer().await;
        assert_eq!(seen.connections.get(), 2);
        // what is on its way there ends there
        go.notify_waiters();
        assert_eq!(other.answer().await.body, "held");
        assert_eq!(caller.unsettled(), 0);
    });
}
