//! Servers that break the rules of HTTP/2: every request gets a typed error, in bounded time and memory.

use std::time::Duration;

use httpxide_core::body::Form;
use httpxide_core::{Error, Kind, RequestSent};
use tokio::io::AsyncWriteExt;

use super::caller;
use super::frames::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, Frames, GOAWAY, HEADERS, OK, PADDED, PING, PRIORITY,
    PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE, field, frame, go_away,
};
use super::opened::{Opened, open, open_response};
use crate::recorder::End;
use crate::request::Request;
use crate::server::Server;
use crate::{run, until_idle};

/// The error of a GET that is answered by these frames.
async fn error_of(frames: &[Vec<u8>]) -> Error {
    let Opened {
        caller,
        calls: [call],
        mut peer,
        ..
    } = open([Request::get()]).await;
    for frame in frames {
        peer.0.write(frame).await;
    }
    let error = call.error().await;
    assert_eq!(caller.unsettled(), 0);
    error
}

#[test]
fn a_body_of_another_length_than_announced_fails() {
    run(async {
        let head = [OK.to_vec(), field("content-length", "5")].concat();
        let head = frame(HEADERS, END_HEADERS, 1, &head);
        let (whole, part) = (
            |flags, body: &[u8]| frame(DATA, flags, 1, body),
            |flags, body: &[u8]| {
                let padded = [&[3][..], body, &[0; 3]].concat();
                frame(DATA, flags | PADDED, 1, &padded)
            },
        );
        for (body, received) in [
            (vec![whole(END_STREAM, b"four")], 4),
            (vec![whole(END_STREAM, b"sixsix")], 6),
            (vec![part(0, b"thr"), part(END_STREAM, b"e")], 4),
            (vec![whole(0, b"six"), part(0, b"six")], 6),
        ] {
            let error = error_of(&[vec![head.clone()], body].concat()).await;
            assert_eq!(
                (error.kind, error.code, error.request_sent),
                (
                    Kind::RemoteProtocolError,
                    "ERR_INVALID_RESPONSE",
                    RequestSent::Yes
                )
            );
            let words = format!("Content-Length (received {received} bytes, expected 5)");
            assert!(error.message.contains(&words), "{error}");
        }
    });
}

#[test]
fn frames_that_break_the_rules_end_the_connection_with_an_error_code() {
    run(async {
        let push = [2_u32.to_be_bytes().to_vec(), OK.to_vec()].concat();
        for (name, bad) in [
            ("DATA on stream 0", frame(DATA, 0, 0, b"x")),
            ("HEADERS on stream 0", frame(HEADERS, END_HEADERS, 0, OK)),
            ("HEADERS on an idle stream", frame(HEADERS, END_HEADERS, 99, OK)),
            (
                "HEADERS of HPACK that is none",
                frame(HEADERS, END_HEADERS, 1, &[0xff; 9]),
            ),
            ("SETTINGS on a stream", frame(SETTINGS, 0, 1, &[])),
            ("SETTINGS of a wrong size", frame(SETTINGS, 0, 0, &[0; 5])),
            (
                "SETTINGS with a frame size below the least",
                frame(SETTINGS, 0, 0, &[0, 5, 0, 0, 0, 1]),
            ),
            (
                "PUSH_PROMISE that was switched off",
                frame(PUSH_PROMISE, END_HEADERS, 1, &push),
            ),
            ("PING of a wrong size", frame(PING, 0, 0, &[0; 7])),
            ("WINDOW_UPDATE of 0", frame(WINDOW_UPDATE, 0, 0, &[0; 4])),
            (
                "WINDOW_UPDATE beyond the largest",
                frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
            ),
            (
                "CONTINUATION after nothing",
                frame(CONTINUATION, END_HEADERS, 1, OK),
            ),
            ("RST_STREAM on stream 0", frame(RST_STREAM, 0, 0, &[0; 4])),
            ("GOAWAY on a stream", frame(GOAWAY, 0, 1, &[0; 8])),
            (
                "a frame above the largest size",
                frame(DATA, 0, 1, &vec![0; 16_385]),
            ),
        ] {
            let Opened {
                caller,
                calls,
                mut peer,
                ..
            } = open([Request::get(), Request::get()]).await;
            peer.0.write(&bad).await;
            for call in &calls {
                let error = call.error().await;
                assert_eq!(error.kind, Kind::RemoteProtocolError, "{name}: {error}");
                assert_ne!(error.request_sent, RequestSent::No, "{name}: {error}");
            }
            // h2 says PROTOCOL_ERROR for some rules that have a code of their own
            assert_ne!(peer.code_of_goaway().await, 0, "{name}");
            assert!(peer.closes_within(Duration::from_secs(1)).await, "{name}");
            caller.settles_at((0, 0, 0)).await;
        }
    });
}

#[test]
fn floods_end_requests_that_have_no_time_limit() {
    let head = frame(HEADERS, END_HEADERS, 1, OK);
    let fields = vec![b'\0'; 16_000];
    let window = [0, 0, 0, 1];
    let floods: [(&str, Vec<u8>, Vec<u8>); 10] = [
        ("SETTINGS", Vec::new(), frame(SETTINGS, 0, 0, &[])),
        ("PING", Vec::new(), frame(PING, 0, 0, &[0; 8])),
        ("PRIORITY", Vec::new(), frame(PRIORITY, 0, 1, &[0; 5])),
        ("WINDOW_UPDATE", Vec::new(), frame(WINDOW_UPDATE, 0, 1, &window)),
        (
            "frames of an unknown type",
            head.clone(),
            frame(0x77, 0, 1, &[0; 99]),
        ),
        ("empty DATA", head.clone(), frame(DATA, 0, 1, &[])),
        ("padded DATA", head.clone(), frame(DATA, PADDED, 1, &[0])),
        ("PING within a body", head, frame(PING, 0, 0, &[0; 8])),
        (
            "CONTINUATION",
            frame(HEADERS, 0, 1, OK),
            frame(CONTINUATION, 0, 1, &fields),
        ),
        (
            "interim heads",
            Vec::new(),
            frame(HEADERS, END_HEADERS, 1, &[&[0x48, 0x03][..], b"103"].concat()),
        ),
    ];
    for (name, begin, flood) in floods {
        run(async move {
            let Opened {
                caller,
                calls: [call],
                mut peer,
                ..
            } = open([Request::get()]).await;
            peer.0.write(&begin).await;
            let (mut reading, mut writing) = tokio::io::split(peer.0.stream);
            // answers are read: a client that cannot write reads no further
            let answers = tokio::task::spawn_local(async move {
                let _ = tokio::io::copy(&mut reading, &mut tokio::io::sink()).await;
            });
            let flooding = tokio::task::spawn_local(async move {
                while writing.write_all(&flood).await.is_ok() {
                    tokio::task::yield_now().await;
                }
            });
            let error = call.error().await;
            assert_eq!(error.kind, Kind::RemoteProtocolError, "{name}: {error}");
            assert_ne!(error.request_sent, RequestSent::No, "{name}: {error}");
            caller.settles_at((0, 0, 0)).await;
            flooding.await.unwrap();
            answers.abort();
        });
    }
}

#[test]
fn a_server_that_floods_is_told_to_calm_down() {
    run(async {
        let Opened {
            calls: [call],
            mut peer,
            ..
        } = open([Request::get()]).await;
        // to which nothing is answered, so that the client reads it all
        let flood = frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1]).repeat(10_000);
        peer.0.write(&flood).await;
        assert_eq!(peer.code_of_goaway().await, 11);
        let error = call.error().await;
        assert_eq!(
            (error.code, error.http2_code),
            ("ERR_HTTP2_SESSION_ERROR", Some(11))
        );
        assert!(error.message.contains("ENHANCE_YOUR_CALM"), "{error}");
    });
}

#[test]
fn a_connection_does_not_end_by_many_frames_beside_its_responses() {
    run(async {
        let (caller, server) = (caller(), Server::start());
        let first = caller.send(&server.origin, Request::get());
        let mut peer = Frames::accept(&server, &[]).await;
        assert_eq!(peer.until(HEADERS).await.stream, 1);
        peer.answer(1, &[]).await;
        assert_eq!(first.answer().await.status, 200);
        for stream in (3..6_003).step_by(2) {
            let call = caller.send(&server.origin, Request::get());
            assert_eq!(peer.until(HEADERS).await.stream, stream);
            let credit = frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1]).repeat(4);
            peer.0.write(&credit).await;
            peer.answer(stream, &[]).await;
            assert_eq!(call.answer().await.status, 200);
        }
        assert_eq!(caller.connections(), (0, 1, 0));
    });
}

#[test]
fn a_server_of_http1_is_recognized() {
    run(async {
        let (caller, server) = (caller(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.accept().await;
        peer.bytes(24).await;
        peer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            .await;
        let error = call.error().await;
        assert_eq!(
            (error.kind, error.code),
            (Kind::RemoteProtocolError, "ERR_INVALID_RESPONSE")
        );
        assert!(error.message.contains("HTTP/1"), "{error}");
    });
}

#[test]
fn a_goaway_with_an_error_fails_what_it_names_and_repeats_the_rest() {
    run(async {
        let (caller, server) = (caller(), Server::start());
        let calls = [
            caller.send(&server.origin, Request::post("1")),
            caller.send(&server.origin, Request::post("2")),
            caller.send(&server.origin, Request::post("3")),
        ];
        let mut first = Frames::accept(&server, &[]).await;
        until_idle().await;
        let enhance_your_calm = 11;
        first.0.write(&go_away(3, enhance_your_calm)).await;
        drop(first);
        let mut second = Frames::accept(&server, &[]).await;
        let head = second.until(HEADERS).await;
        assert_eq!(head.stream, 1);
        second.answer(1, &[]).await;
        for call in &calls[..2] {
            let error = call.error().await;
            assert_eq!(error.kind, Kind::RemoteProtocolError);
            assert_eq!(error.code, "ERR_HTTP2_GOAWAY_SESSION");
            assert_eq!(error.http2_code, Some(enhance_your_calm));
            assert!(error.message.contains("ENHANCE_YOUR_CALM"), "{error}");
            assert_eq!(error.request_sent, RequestSent::Maybe);
        }
        assert_eq!(calls[2].answer().await.status, 200);
    });
}

#[test]
fn a_connection_that_only_refuses_by_goaway_fails_its_requests_with_the_reason() {
    run(async {
        let (caller, server) = (caller(), Server::start());
        let call = caller.send(&server.origin, Request::post("x"));
        tokio::task::spawn_local(async move {
            loop {
                let mut peer = Frames::accept(&server, &[]).await;
                peer.until(HEADERS).await;
                peer.0.write(&go_away(0, 11)).await;
            }
        });
        let error = call.error().await;
        assert_eq!(
            (error.code, error.request_sent),
            ("ERR_HTTP2_GOAWAY_SESSION", RequestSent::No)
        );
        assert!(error.message.contains("ENHANCE_YOUR_CALM"), "{error}");
    });
}

#[test]
fn a_goaway_with_an_error_in_the_middle_of_a_body_is_the_reason_of_its_end() {
    run(async {
        let Opened {
            calls: [call],
            mut peer,
            ..
        } = open([Request::get()]).await;
        peer.send(HEADERS, END_HEADERS, 1, OK).await;
        peer.send(DATA, 0, 1, b"abc").await;
        peer.0.write(&go_away(1, 2)).await;
        drop(peer);
        let error = call.error().await;
        assert_eq!(
            (error.code, error.request_sent),
            ("ERR_HTTP2_GOAWAY_SESSION", RequestSent::Yes)
        );
        assert_eq!(error.http2_code, Some(2));
        assert!(error.message.contains("INTERNAL_ERROR"), "{error}");
    });
}

#[test]
fn a_goaway_before_any_stream_repeats_all_requests_in_order() {
    run(async {
        let (caller, server) = (caller(), Server::start());
        let calls: Vec<_> = (0..20)
            .map(|_| caller.send(&server.origin, Request::post("x")))
            .collect();
        let mut first = Frames::accept(&server, &[]).await;
        until_idle().await;
        first.0.write(&go_away(0, 0)).await;
        let mut second = Frames::accept(&server, &[]).await;
        for number in 0..20 {
            assert_eq!(second.until(HEADERS).await.stream, 2 * number + 1);
            second.answer(2 * number + 1, &[]).await;
        }
        for call in &calls {
            assert_eq!(call.answer().await.status, 200);
        }
        assert!(first.closes_within(Duration::from_secs(1)).await);
    });
}

#[test]
fn a_goaway_while_a_response_arrives_lets_it_finish() {
    run(async {
        let Opened {
            caller,
            calls: [call],
            mut peer,
            ..
        } = open_response(Request::get()).await;
        peer.0.write(&go_away(1, 0)).await;
        until_idle().await;
        peer.send(DATA, END_STREAM, 1, b"end").await;
        let (body, _, _) = call.read_all(Form::Decoded).await.unwrap();
        assert_eq!(body, b"end");
        assert!(matches!(call.end().await, End::Closed));
        assert!(peer.closes_within(Duration::from_secs(1)).await);
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_cut_in_the_middle_of_a_body_is_an_error_of_that_body() {
    run(async {
        let Opened {
            calls: [call],
            mut peer,
            ..
        } = open([Request::get()]).await;
        let head = [OK.to_vec(), field("content-length", "5")].concat();
        peer.send(HEADERS, END_HEADERS, 1, &head).await;
        peer.send(DATA, 0, 1, b"abc").await;
        drop(peer);
        let error = call.error().await;
        assert_eq!(
            (error.kind, error.code, error.request_sent),
            (
                Kind::RemoteProtocolError,
                "ERR_INCOMPLETE_RESPONSE",
                RequestSent::Yes
            )
        );
        assert!(error.message.contains("received 3 bytes, expected 5"), "{error}");
    });
}

#[test]
fn a_complete_response_before_the_end_of_the_upload_is_delivered() {
    run(async {
        let Opened {
            caller,
            server,
            calls: [call],
            mut peer,
        } = open([Request::upload("Transfer-Encoding: chunked\r\n")]).await;
        peer.send(HEADERS, END_HEADERS | END_STREAM, 1, OK).await;
        peer.send(RST_STREAM, 0, 1, &[0; 4]).await;
        assert_eq!(call.answer().await.status, 200);
        let next = caller.send(&server.origin, Request::get());
        assert_eq!(peer.until(HEADERS).await.stream, 3);
        peer.answer(3, &[]).await;
        assert_eq!(next.answer().await.status, 200);
    });
}

#[test]
fn settings_that_lower_and_raise_the_limit_are_followed() {
    run(async {
        let limit = |streams: u8| [0, 3, 0, 0, 0, streams];
        let (caller, server) = (
            crate::caller::Caller::with(httpxide_core::ClientConfig {
                versions: httpxide_core::HttpVersions::Http2(httpxide_core::Http2Settings::default()),
                limits: httpxide_core::pool::Limits {
                    max_connections: Some(1),
                    ..httpxide_core::pool::Limits::default()
                },
                ..httpxide_core::ClientConfig::default()
            }),
            Server::start(),
        );
        let first = caller.send(&server.origin, Request::get());
        let mut peer = Frames::accept(&server, &limit(1)).await;
        assert_eq!(peer.until(HEADERS).await.stream, 1);
        peer.send(SETTINGS, ACK, 0, &[]).await;
        until_idle().await;
        let calls: Vec<_> = (0..4)
            .map(|_| caller.send(&server.origin, Request::get()))
            .collect();
        until_idle().await;
        assert_eq!(caller.client.stats().requests.waiting, 4);
        peer.send(SETTINGS, 0, 0, &limit(0)).await;
        peer.answer(1, &[]).await;
        assert_eq!(first.answer().await.status, 200);
        until_idle().await;
        assert_eq!(
            caller.client.stats().requests.waiting,
            4,
            "the server allows no streams"
        );
        peer.send(SETTINGS, 0, 0, &limit(3)).await;
        until_idle().await;
        let requests = caller.client.stats().requests;
        assert_eq!((requests.active, requests.waiting), (3, 1));
        for stream in [3, 5, 7] {
            assert_eq!(peer.until(HEADERS).await.stream, stream);
            peer.answer(stream, &[]).await;
        }
        assert_eq!(peer.until(HEADERS).await.stream, 9);
        peer.answer(9, &[]).await;
        for call in &calls {
            assert_eq!(call.answer().await.status, 200);
        }
    });
}

#[test]
fn a_header_list_up_to_the_limit_is_read_and_a_larger_one_is_not() {
    run(async {
        let padding = vec![field("a", &"x".repeat(120)); 1];
        let error = {
            let Opened {
                calls: [call],
                mut peer,
                ..
            } = open([Request::get()]).await;
            peer.send(HEADERS, END_STREAM, 1, OK).await;
            for _ in 0..20 {
                peer.send(CONTINUATION, 0, 1, &padding.concat().repeat(120)).await;
            }
            peer.send(CONTINUATION, END_HEADERS, 1, &[]).await;
            call.error().await
        };
        assert_eq!(error.code, "ERR_HEAD_TOO_LARGE", "{error}");
        let Opened {
            calls: [call],
            mut peer,
            ..
        } = open([Request::get()]).await;
        peer.send(HEADERS, END_STREAM, 1, OK).await;
        for _ in 0..10 {
            peer.send(CONTINUATION, 0, 1, &padding.concat().repeat(120)).await;
        }
        peer.send(CONTINUATION, END_HEADERS, 1, &[]).await;
        assert_eq!(call.answer().await.head.lines().count(), 1201);
    });
}
