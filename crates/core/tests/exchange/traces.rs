//! Traces: the steps of HTTPX in its order, each ended, and nothing after the terminal reply.

use std::time::Instant;

use bytes::Bytes;
use httpxide_core::body::{Form, Read, RequestBody};
use httpxide_core::io::Stream;
use httpxide_core::{ClientConfig, Error, Kind, RequestSent, Step, Timeouts};

use crate::call::Call;
use crate::caller::Caller;
use crate::recorder::{End, RecordedEvent};
use crate::request::Request;
use crate::server::{OK, Peer, Server};
use crate::{milliseconds, run_over_sockets};

const CONNECT: &[&str] = &["+ConnectTcp", "-ConnectTcp"];
const SEND: &[&str] = &[
    "+SendRequestHeaders",
    "-SendRequestHeaders",
    "+SendRequestBody",
    "-SendRequestBody",
];
const HEAD: &[&str] = &["+ReceiveResponseHeaders", "-ReceiveResponseHeaders"];
const BODY: &[&str] = &["+ReceiveResponseBody", "-ReceiveResponseBody"];
const KEPT: &[&str] = &["+ResponseClosed", "-ResponseClosed"];
const CLOSED: &[&str] = &["+ResponseClosed", "+Close", "-Close", "-ResponseClosed"];
const ALL: &[&[&str]] = &[CONNECT, SEND, HEAD, BODY, KEPT];

/// The steps: `+` started, `-` complete, `!` failed, `?` given up.
fn written(events: &[RecordedEvent]) -> Vec<String> {
    let sign = |moment| match moment {
        "started" => '+',
        "complete" => '-',
        "failed" => '!',
        _ => '?',
    };
    events
        .iter()
        .map(|one| format!("{}{:?}", sign(one.moment), one.step))
        .collect()
}

#[track_caller]
fn assert_traced(call: &Call, expected: &[&[&str]]) {
    assert_eq!(written(&call.trace()), expected.concat());
}

/// The error of the step that failed.
fn failure(call: &Call, step: Step) -> Error {
    let events = call.trace();
    let failed = events
        .iter()
        .find(|one| one.step == step && one.moment == "failed");
    failed.and_then(|one| one.error.clone()).expect("a failure")
}

fn fields(call: &Call, step: Step, moment: &str) -> Vec<String> {
    let events = call.trace();
    let found = events.iter().find(|one| one.step == step && one.moment == moment);
    found.expect("an event").fields.clone()
}

async fn server_and(answer: &[u8], request: Request) -> (Caller, Call, Peer) {
    let (caller, server) = (Caller::new(), Server::start());
    let call = caller.send(&server.origin, request.traced());
    let peer = server.answer(answer).await;
    (caller, call, peer)
}

#[test]
fn a_trace_has_every_step_with_its_fields_and_times() {
    run_over_sockets(async {
        let before = Instant::now();
        let (_caller, call, peer) = server_and(OK, Request::get()).await;
        call.answer().await;
        assert_traced(&call, ALL);
        let times: Vec<_> = call.trace().iter().map(|one| one.at).collect();
        assert!(times.is_sorted());
        assert!(times[0] >= before && times[times.len() - 1] <= Instant::now());
        let Stream::Tcp(socket) = &peer.stream else {
            panic!("a test over sockets")
        };
        let [server, client] = [socket.local_addr().unwrap(), socket.peer_addr().unwrap()];
        let [ours, theirs] = [client.port().to_string(), server.port().to_string()];
        assert_eq!(fields(&call, Step::ConnectTcp, "started"), ["127.0.0.1", &theirs]);
        assert_eq!(
            fields(&call, Step::ConnectTcp, "complete"),
            ["127.0.0.1", &ours, "127.0.0.1", &theirs]
        );
        assert_eq!(
            fields(&call, Step::ReceiveResponseHeaders, "complete"),
            ["HTTP/1.1", "200"]
        );
    });
}

#[test]
fn a_request_without_a_listener_has_no_trace() {
    run_over_sockets(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let _peer = server.answer(OK).await;
        call.answer().await;
        assert_traced(&call, &[]);
    });
}

#[test]
fn a_request_on_an_idle_connection_has_no_step_of_connecting() {
    run_over_sockets(async {
        let (caller, server) = (Caller::new(), Server::start());
        let first = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(OK).await;
        first.answer().await;
        let second = caller.send(&server.origin, Request::post("body").traced());
        peer.head().await;
        peer.write(OK).await;
        second.answer().await;
        assert_traced(&second, &[SEND, HEAD, BODY, KEPT]);
    });
}

#[test]
fn a_request_on_a_stale_connection_has_its_failed_step_and_then_those_of_the_new_connection() {
    run_over_sockets(async {
        let (caller, server) = (Caller::new(), Server::start());
        let first = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(OK).await;
        first.answer().await;
        caller.settles_at((0, 1, 0)).await;
        let call = caller.send(&server.origin, Request::get().traced());
        peer.head().await;
        drop(peer);
        let _peer = server.answer(OK).await;
        call.answer().await;
        let failed = &["+ReceiveResponseHeaders", "!ReceiveResponseHeaders"][..];
        assert_traced(&call, &[SEND, failed, CONNECT, SEND, HEAD, BODY, KEPT]);
        let error = failure(&call, Step::ReceiveResponseHeaders);
        assert_eq!(
            (error.code, error.request_sent),
            ("ERR_INCOMPLETE_RESPONSE", RequestSent::Maybe)
        );
    });
}

#[test]
fn a_connection_that_ends_with_its_response_has_a_close_step() {
    run_over_sockets(async {
        for answer in [
            &b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"[..],
            b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        ] {
            let (caller, call, _peer) = server_and(answer, Request::get()).await;
            call.answer().await;
            assert_traced(&call, &[CONNECT, SEND, HEAD, BODY, CLOSED]);
            caller.settles_at((0, 0, 0)).await;
        }
        let head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let request = Request::new(head, RequestBody::Empty);
        let (_caller, call, _peer) = server_and(OK, request).await;
        call.answer().await;
        assert_traced(&call, &[CONNECT, SEND, HEAD, BODY, CLOSED]);
    });
}

#[test]
fn a_streamed_body_is_received_from_the_first_read_to_the_end() {
    run_over_sockets(async {
        let (caller, call, _peer) = server_and(OK, Request::get().streamed()).await;
        call.head().await;
        caller.settles_at((1, 0, 0)).await;
        assert_traced(&call, &[CONNECT, SEND, HEAD]);
        assert_eq!(call.read_all(Form::Raw).await.unwrap().0, b"ok");
        call.end().await;
        assert_traced(&call, ALL);
    });
}

#[test]
fn a_streamed_body_that_is_never_read_has_no_step_of_receiving() {
    run_over_sockets(async {
        let part = b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\nok";
        let (_caller, unread, _peer) = server_and(part, Request::get().streamed()).await;
        unread.head().await;
        unread.cancel();
        unread.end().await;
        assert_traced(&unread, &[CONNECT, SEND, HEAD, CLOSED]);

        let (_caller, begun, _peer) = server_and(part, Request::get().streamed()).await;
        assert!(matches!(begun.read(Form::Raw).await, Read::Chunk(..)));
        begun.cancel();
        begun.end().await;
        let given_up = &["+ReceiveResponseBody", "?ReceiveResponseBody"][..];
        assert_traced(&begun, &[CONNECT, SEND, HEAD, given_up, CLOSED]);

        // the short rest is read, and the connection stays open
        let (caller, whole, _peer) = server_and(OK, Request::get().streamed()).await;
        whole.head().await;
        whole.cancel();
        whole.end().await;
        assert_traced(&whole, &[CONNECT, SEND, HEAD, KEPT]);
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn the_step_that_fails_has_the_error_of_the_request() {
    run_over_sockets(async {
        let no_head = &["+ReceiveResponseHeaders", "!ReceiveResponseHeaders"][..];
        let no_body = &["+ReceiveResponseBody", "!ReceiveResponseBody"][..];
        for (answer, request, steps, step) in [
            (
                &b""[..],
                Request::get(),
                &[CONNECT, SEND, no_head, CLOSED][..],
                Step::ReceiveResponseHeaders,
            ),
            (
                b"nonsense\r\n\r\n",
                Request::post("body"),
                &[CONNECT, SEND, no_head, CLOSED],
                Step::ReceiveResponseHeaders,
            ),
            (
                b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabcd",
                Request::get(),
                &[CONNECT, SEND, HEAD, no_body, CLOSED],
                Step::ReceiveResponseBody,
            ),
            (
                b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Encoding: gzip\r\n\r\nabcd",
                Request::get(),
                &[CONNECT, SEND, HEAD, no_body, CLOSED],
                Step::ReceiveResponseBody,
            ),
        ] {
            let (_caller, call, peer) = server_and(answer, request).await;
            drop(peer);
            let error = call.error().await;
            assert_traced(&call, steps);
            let told = failure(&call, step);
            assert_eq!((told.kind, told.code), (error.kind, error.code));
        }
    });
}

#[test]
fn a_streamed_body_that_is_cut_short_fails_in_the_trace_before_it_fails_for_the_reader() {
    run_over_sockets(async {
        let part = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabcd";
        let (_caller, call, peer) = server_and(part, Request::get().streamed()).await;
        drop(peer);
        let error = call.read_all(Form::Decoded).await.unwrap_err();
        let failed = &["+ReceiveResponseBody", "!ReceiveResponseBody"][..];
        call.end().await;
        assert_traced(&call, &[CONNECT, SEND, HEAD, failed, CLOSED]);
        assert_eq!(failure(&call, Step::ReceiveResponseBody).code, error.code);
    });
}

#[test]
fn each_failed_attempt_to_connect_has_its_step_and_no_close_follows() {
    run_over_sockets(async {
        let origin = Server::start().origin;
        let failed = &["+ConnectTcp", "!ConnectTcp"][..];
        let again = &["+Retry", "-Retry"][..];
        let caller = Caller::with(ClientConfig {
            retries: 2,
            ..ClientConfig::default()
        });
        let call = caller.send(&origin, Request::get().traced());
        let error = call.error().await;
        assert_traced(&call, &[failed, again, failed, again, failed]);
        assert_eq!(failure(&call, Step::ConnectTcp).code, error.code);
        assert_eq!(fields(&call, Step::Retry, "started"), ["0"]);
    });
}

#[test]
fn a_handshake_that_fails_or_times_out_has_a_failed_step() {
    run_over_sockets(async {
        let failed = &["+StartTls", "!StartTls"][..];
        for (limit, kind) in [
            (None, Kind::ConnectError),
            (Some(milliseconds(50)), Kind::ConnectTimeout),
        ] {
            let (caller, server) = (Caller::new(), Server::start());
            let origin = server.origin.replace("http:", "https:");
            let request = Request::get().within(Timeouts {
                connect: limit,
                ..Timeouts::default()
            });
            let call = caller.send(&origin, request.traced());
            let mut peer = server.accept().await;
            if limit.is_none() {
                peer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            }
            assert_eq!(call.error().await.kind, kind);
            assert_traced(&call, &[CONNECT, failed]);
            assert_eq!(fields(&call, Step::StartTls, "started"), ["127.0.0.1"]);
            assert_eq!(failure(&call, Step::StartTls).kind, kind);
        }
    });
}

#[test]
fn a_cancelled_request_gives_up_its_current_step() {
    run_over_sockets(async {
        let (_caller, call, mut peer) = server_and(b"", Request::get()).await;
        call.cancel();
        assert!(matches!(call.end().await, End::Closed));
        let given_up = &["+ReceiveResponseHeaders", "?ReceiveResponseHeaders"][..];
        assert_traced(&call, &[CONNECT, SEND, given_up, CLOSED]);
        peer.rest().await;
    });
}

#[test]
fn the_step_of_sending_an_upload_completes_when_the_upload_ends() {
    run_over_sockets(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(
            &server.origin,
            Request::upload("Transfer-Encoding: chunked\r\n").traced(),
        );
        let mut peer = server.accept().await;
        peer.head().await;
        let sending = &["+SendRequestHeaders", "-SendRequestHeaders", "+SendRequestBody"][..];
        assert_traced(&call, &[CONNECT, sending]);
        call.upload().push(Bytes::from_static(b"abc"));
        call.upload().end();
        peer.bytes(13).await;
        assert_traced(&call, &[CONNECT, SEND, &HEAD[..1]]);
        peer.write(OK).await;
        call.answer().await;
        assert_traced(&call, ALL);
    });
}

#[test]
fn the_step_of_sending_a_body_of_the_wrong_length_fails() {
    run_over_sockets(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::upload("Content-Length: 9\r\n").traced());
        let mut peer = server.accept().await;
        peer.head().await;
        call.upload().push(Bytes::from_static(b"abc"));
        call.upload().end();
        assert_eq!(call.error().await.kind, Kind::LocalProtocolError);
        let failed = &[
            "+SendRequestHeaders",
            "-SendRequestHeaders",
            "+SendRequestBody",
            "!SendRequestBody",
        ][..];
        assert_traced(&call, &[CONNECT, failed, CLOSED]);
    });
}

#[test]
fn an_early_response_fails_the_step_of_sending_the_body() {
    run_over_sockets(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(
            &server.origin,
            Request::upload("Transfer-Encoding: chunked\r\n").traced(),
        );
        let mut peer = server.accept().await;
        peer.head().await;
        peer.write(OK).await;
        call.answer().await;
        let sending = &["+SendRequestHeaders", "-SendRequestHeaders", "+SendRequestBody"][..];
        assert_traced(
            &call,
            &[CONNECT, sending, HEAD, BODY, &["!SendRequestBody"], CLOSED],
        );
        assert_eq!(failure(&call, Step::SendRequestBody).code, "ERR_EARLY_RESPONSE");
    });
}

#[test]
fn an_attempt_to_connect_is_traced_by_the_request_that_started_it() {
    run_over_sockets(async {
        let (caller, server) = (Caller::new(), Server::start());
        let origin = server.origin.clone();
        let first = caller.send(&origin, Request::get());
        let mut peer = server.accept().await;
        peer.head().await;
        // the pool starts an attempt for the second request, and meanwhile the first connection becomes free
        let second = caller.send(&origin, Request::get().traced());
        peer.write(OK).await;
        let answering = tokio::task::spawn_local(async move {
            peer.head().await;
            peer.write(OK).await;
            peer.rest().await;
        });
        let playing = server.play(|mut peer| async move {
            while !peer.head().await.is_empty() {
                peer.write(OK).await;
            }
        });
        first.answer().await;
        second.answer().await;
        assert_eq!(written(&second.trace())[0], "+ConnectTcp");
        caller.settles_at((0, 2, 0)).await;
        answering.abort();
        playing.abort();
    });
}
