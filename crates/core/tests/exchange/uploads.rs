//! Bodies that are pushed while they are sent: checked against their announced length, and bounded by credit.

use std::io::ErrorKind;

use bytes::Bytes;
use httpxide_core::{Error, Kind, Phase, Timeouts};
use tokio::io::AsyncReadExt;

use crate::call::Call;
use crate::caller::Caller;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, run, run_on_both, until_idle};

const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";

fn feed(call: &Call, chunks: &[&'static str]) {
    for chunk in chunks {
        call.upload().push(Bytes::from_static(chunk.as_bytes()));
    }
}

fn assert_is_mismatch(error: &Error, words: &str) {
    assert_eq!(
        (error.kind, error.phase, error.code),
        (
            Kind::LocalProtocolError,
            Phase::Write,
            "ERR_CONTENT_LENGTH_MISMATCH"
        )
    );
    assert!(error.message.contains(words), "{error}");
}

#[test]
fn a_chunked_upload_is_sent_as_it_is_pushed() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::upload(CHUNKED));
        let mut peer = server.accept().await;
        assert!(peer.head().await.contains(CHUNKED));
        feed(&call, &["abc"]);
        assert_eq!(peer.bytes(8).await, b"3\r\nabc\r\n");
        feed(&call, &["", "0123456789", ""]);
        assert_eq!(peer.bytes(15).await, b"A\r\n0123456789\r\n");
        call.upload().end();
        assert_eq!(peer.bytes(5).await, b"0\r\n\r\n");
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        assert_eq!(call.credit(), 13);
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn the_chunk_that_completes_a_length_is_held_back_until_the_upload_ends() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::upload("Content-Length: 6\r\n"));
        let mut peer = server.accept().await;
        peer.head().await;
        feed(&call, &["ab"]);
        assert_eq!(peer.bytes(2).await, b"ab");
        feed(&call, &["cdef"]);
        assert!(peer.is_silent_for(milliseconds(30)).await);
        call.upload().end();
        assert_eq!(peer.bytes(4).await, b"cdef");
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        assert_eq!(call.credit(), 6);
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn an_upload_that_is_too_long_fails_before_the_announced_length_is_complete() {
    run(async {
        let caller = Caller::new();
        for chunks in [&["abcd", "ef", "g"][..], &["abcdefg"], &["abcdef", "g"]] {
            let server = Server::start();
            let call = caller.send(&server.origin, Request::upload("Content-Length: 6\r\n"));
            feed(&call, chunks);
            let mut peer = server.accept().await;
            assert_is_mismatch(&call.error().await, "Too much data");
            peer.head().await;
            assert!(peer.rest().await.len() < 6);
        }
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn an_upload_that_is_too_short_fails() {
    run(async {
        let caller = Caller::new();
        for chunks in [&[][..], &["abc", "de"]] {
            let server = Server::start();
            let call = caller.send(&server.origin, Request::upload("Content-Length: 6\r\n"));
            let mut peer = server.accept().await;
            feed(&call, chunks);
            call.upload().end();
            assert_is_mismatch(&call.error().await, "Too little data");
            peer.head().await;
            assert!(peer.rest().await.len() < 6);
        }
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn an_upload_of_the_wrong_length_is_a_local_error_even_after_the_response_began() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(
            &server.origin,
            Request::upload("Content-Length: 6\r\n").streamed(),
        );
        let _peer = server
            .answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd")
            .await;
        call.head().await;
        feed(&call, &["abc"]);
        call.upload().end();
        let failed = call.read_all(httpxide_core::body::Form::Raw).await;
        assert_is_mismatch(&failed.unwrap_err(), "Too little data");
    });
}

/// Uploads that have not ended when the response comes: the announced length, the bytes before and after the response,
/// and whether the response is delivered.
const UNENDED: &[(&str, &str, &str, bool)] = &[
    ("0", "", "", true),
    ("0", "", "a", false),
    ("6", "abcdef", "", true),
    ("6", "abcdef", "g", false),
];

#[test]
fn bytes_beyond_the_announced_length_are_an_error_after_the_response_too() {
    run(async {
        let caller = Caller::new();
        for (announced, before, after, delivered) in UNENDED {
            for streamed in [false, true] {
                let server = Server::start();
                let request = Request::upload(&format!("Content-Length: {announced}\r\n"));
                let request = if streamed { request.streamed() } else { request };
                let call = caller.send(&server.origin, request);
                feed(&call, &[before]);
                let _peer = server.answer(OK).await;
                if streamed {
                    call.head().await;
                }
                until_idle().await;
                feed(&call, &[after]);
                call.upload().end();
                let error = if streamed {
                    call.read_all(httpxide_core::body::Form::Raw).await.err()
                } else if *delivered {
                    assert_eq!(call.answer().await.body, "ok");
                    None
                } else {
                    Some(call.error().await)
                };
                assert_eq!(error.is_none(), *delivered, "{announced} announced: {error:?}");
                if let Some(error) = error {
                    assert_is_mismatch(&error, "Too much data");
                }
            }
        }
    });
}

#[test]
fn a_response_waits_until_it_is_known_whether_a_part_is_longer_than_announced() {
    run(async {
        let caller = Caller::new();
        for streamed in [false, true] {
            for is_too_long in [false, true] {
                let server = Server::start();
                let request = Request::upload("Content-Length: 6\r\n");
                let call = caller.send(
                    &server.origin,
                    if streamed { request.streamed() } else { request },
                );
                feed(&call, &["abc"]);
                call.upload().part_is_full();
                let _peer = server.answer(OK).await;
                if streamed {
                    call.head().await;
                }
                until_idle().await;
                if is_too_long {
                    call.upload().part_is_too_long();
                }
                feed(&call, &["d"]);
                let error = if streamed {
                    call.read_all(httpxide_core::body::Form::Raw).await.err()
                } else if is_too_long {
                    Some(call.error().await)
                } else {
                    assert_eq!(call.answer().await.body, "ok");
                    None
                };
                assert_eq!(error.is_some(), is_too_long, "{error:?}");
                if let Some(error) = error {
                    assert_is_mismatch(&error, "Too much data");
                }
            }
        }
    });
}

#[test]
fn a_part_that_is_longer_than_announced_fails_the_upload_if_its_length_is_announced() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        for (header, is_announced) in [("Content-Length: 6\r\n", true), (CHUNKED, false)] {
            let call = caller.send(&server.origin, Request::upload(header));
            let mut peer = server.accept().await;
            feed(&call, &["abc"]);
            call.upload().part_is_full();
            call.upload().part_is_too_long();
            feed(&call, &["def"]);
            call.upload().end();
            if is_announced {
                assert_is_mismatch(&call.error().await, "Too much data");
                peer.head().await;
                assert!(peer.rest().await.len() < 6);
            } else {
                peer.head().await;
                peer.write(OK).await;
                assert_eq!(call.answer().await.body, "ok");
            }
        }
    });
}

#[test]
fn a_response_does_not_wait_for_announced_bytes_that_are_missing() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::upload("Content-Length: 6\r\n"));
        feed(&call, &["abc"]);
        let _peer = server.answer(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn credit_equals_the_bytes_taken_and_stops_while_the_server_does_not_read() {
    run(async {
        let (caller, server) = (Caller::new(), Server::cramped());
        let call = caller.send(&server.origin, Request::upload(CHUNKED));
        let mut peer = server.accept().await;
        let chunk = Bytes::from(vec![7; 16 * 1024]);
        let total = 1024 * chunk.len();
        for _ in 0..1024 {
            call.upload().push(chunk.clone());
        }
        call.upload().end();
        until_idle().await;
        let taken = call.credit();
        tokio::time::sleep(milliseconds(100)).await;
        assert_eq!(call.credit(), taken, "the credit is used up");
        assert!(
            (1..8 * 1024 * 1024).contains(&taken),
            "{taken} bytes taken of {total}"
        );

        peer.head().await;
        let line = peer.bytes(6).await;
        assert_eq!(line, b"4000\r\n");
        peer.bytes(1024 * (chunk.len() + 8) - 6 + 5).await;
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        assert_eq!(call.credit(), total);
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn an_upload_that_is_given_up_resets_its_connection() {
    run_on_both(|| async {
        for by_timeout in [true, false] {
            let (caller, server) = (Caller::new(), Server::cramped());
            let request = Request::post(vec![b'x'; 8 << 20]).within(Timeouts {
                write: by_timeout.then_some(milliseconds(50)),
                ..Timeouts::default()
            });
            let call = caller.send(&server.origin, request);
            let mut peer = server.accept().await;
            peer.head().await;
            if by_timeout {
                assert_eq!(call.error().await.kind, Kind::WriteTimeout);
            } else {
                call.cancel();
                call.end().await;
            }
            caller.settles_at((0, 0, 0)).await;
            let mut read = Vec::new();
            let end = peer.stream.read_to_end(&mut read).await;
            assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
        }
    });
}

#[test]
fn a_request_without_a_body_and_an_answered_upload_close_their_connections_in_order() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.accept().await;
        peer.head().await;
        call.cancel();
        assert_eq!(peer.stream.read(&mut [0]).await.unwrap(), 0);

        let call = caller.send(&server.origin, Request::post("body"));
        let mut peer = server
            .answer(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
            .await;
        call.answer().await;
        peer.bytes(4).await;
        assert_eq!(peer.stream.read(&mut [0]).await.unwrap(), 0);
    });
}
