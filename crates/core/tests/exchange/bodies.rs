//! Bodies of every framing, whole and streamed.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use httpxide_core::ClientConfig;
use httpxide_core::body::Form;
use httpxide_core::{Kind, Phase};

use crate::caller::Caller;
use crate::request::Request;
use crate::run;
use crate::server::Server;

const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n\
    3\r\nabc\r\nA;name=\"value\"\r\n0123456789\r\n0\r\nX-Sum: 13\r\nx-again: 1\r\nX-Again: 2\r\n\r\n";
const TRAILERS: &str = "x-sum: 13\r\nx-again: 1\r\nx-again: 2\r\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn response(headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes(), body].concat()
}

#[test]
fn a_body_with_content_length_keeps_the_connection_whole_and_streamed() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let body: Vec<u8> = (0..=255).cycle().take(300_000).collect();
        let response = response(&format!("Content-Length: {}\r\n", body.len()), &body);
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(&response).await;
        let answer = call.answer().await;
        assert!(answer.body == body);
        assert_eq!(answer.downloaded, 300_000);

        let call = caller.send(&server.origin, Request::get().streamed());
        peer.head().await;
        peer.write(&response).await;
        let (streamed, trailers, downloaded) = call.read_all(Form::Decoded).await.unwrap();
        assert!(streamed == body);
        assert_eq!((trailers.len(), downloaded), (0, 300_000));
        call.end().await;
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn only_a_redirect_is_streamed_where_others_are_whole() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get().whole_unless_redirect());
        let mut peer = server
            .answer(b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 3\r\n\r\n")
            .await;
        assert_eq!(call.head().await.0, 302, "the body has not arrived yet");
        peer.write(b"abc").await;
        assert_eq!(call.read_all(Form::Decoded).await.unwrap().0, b"abc");
        call.end().await;

        for head in [
            "200 OK\r\nLocation: /a",
            "302 Found",
            "304 Not Modified\r\nLocation: /a",
        ] {
            let call = caller.send(&server.origin, Request::get().whole_unless_redirect());
            peer.head().await;
            let body = if head.starts_with("304") { "" } else { "abc" };
            peer.write(format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
                .await;
            assert_eq!(call.answer().await.body, body, "{head}");
        }
    });
}

#[test]
fn a_chunked_body_keeps_its_trailers_and_the_connection() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(CHUNKED).await;
        let answer = call.answer().await;
        assert_eq!(answer.body, "abc0123456789");
        assert_eq!((answer.trailers, answer.downloaded), (TRAILERS.into(), 13));

        let call = caller.send(&server.origin, Request::get().streamed());
        peer.head().await;
        for piece in CHUNKED.chunks(1) {
            peer.write(piece).await;
            tokio::task::yield_now().await;
        }
        let (body, trailers, downloaded) = call.read_all(Form::Raw).await.unwrap();
        assert_eq!((body.as_slice(), downloaded), (&b"abc0123456789"[..], 13));
        assert_eq!(trailers, TRAILERS);
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn a_body_without_framing_ends_with_the_connection() {
    run(async {
        let caller = Caller::new();
        for version in ["HTTP/1.1", "HTTP/1.0"] {
            for streamed in [false, true] {
                let server = Server::start();
                let request = Request::get();
                let request = if streamed { request.streamed() } else { request };
                let call = caller.send(&server.origin, request);
                let mut peer = server
                    .answer(format!("{version} 200 OK\r\n\r\n").as_bytes())
                    .await;
                peer.write(b"to the ").await;
                peer.write(b"end").await;
                drop(peer);
                let body = if streamed {
                    call.read_all(Form::Decoded).await.unwrap().0
                } else {
                    call.answer().await.body.to_vec()
                };
                assert_eq!(body, b"to the end");
            }
        }
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn an_encoded_body_is_decoded_unless_the_reader_wants_it_raw() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let text = "the same again; ".repeat(50_000);
        let coded = gzip(text.as_bytes());
        let headers = format!("Content-Encoding: gzip\r\nContent-Length: {}\r\n", coded.len());
        let response = response(&headers, &coded);
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(&response).await;
        let answer = call.answer().await;
        assert!(answer.body == text);
        assert_eq!(answer.downloaded, coded.len() as u64);

        for (form, expected) in [(Form::Decoded, text.as_bytes()), (Form::Raw, &coded)] {
            let call = caller.send(&server.origin, Request::get().streamed());
            peer.head().await;
            peer.write(&response).await;
            let (body, _, downloaded) = call.read_all(form).await.unwrap();
            assert!(body == expected, "{form:?}");
            assert_eq!(downloaded, coded.len() as u64, "{form:?}");
        }
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn a_body_larger_than_allowed_fails_and_one_of_the_allowed_size_does_not() {
    run(async {
        let caller = Caller::with(ClientConfig {
            max_response_bytes: Some(1000),
            ..ClientConfig::default()
        });
        for (size, fits) in [(1000, true), (1001, false)] {
            let body = vec![b'a'; size];
            let coded = gzip(&body);
            for (headers, bytes) in [("", &body), ("Content-Encoding: gzip\r\n", &coded)] {
                let server = Server::start();
                let call = caller.send(&server.origin, Request::get());
                drop(server.answer(&response(headers, bytes)).await);
                if fits {
                    assert_eq!(call.answer().await.body.len(), size);
                } else {
                    let error = call.error().await;
                    assert_eq!((error.kind, error.phase), (Kind::ResponseTooLarge, Phase::Body));
                }
            }
        }
    });
}

#[test]
fn a_body_that_is_larger_than_may_be_whole_arrives_in_pieces_only() {
    run(async {
        let caller = Caller::with(ClientConfig {
            max_whole_bytes: Some(1000),
            ..ClientConfig::default()
        });
        for size in [1000, 1001] {
            let body = vec![b'a'; size];
            let coded = gzip(&body);
            for (headers, bytes) in [("", &body), ("Content-Encoding: gzip\r\n", &coded)] {
                let server = Server::start();
                let call = caller.send(&server.origin, Request::get());
                drop(server.answer(&response(headers, bytes)).await);
                if size == 1000 {
                    assert_eq!(call.answer().await.body.len(), size);
                } else {
                    assert_eq!(call.error().await.kind, Kind::ResponseTooLarge);
                }
                let call = caller.send(&server.origin, Request::get().streamed());
                drop(server.answer(&response(headers, bytes)).await);
                assert_eq!(call.read_all(Form::Decoded).await.unwrap().0.len(), size);
            }
        }
    });
}

#[test]
fn a_connection_that_must_close_is_not_used_again() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let closing = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
        let call = caller.send(&server.origin, Request::get());
        let mut peer = server.answer(closing).await;
        assert_eq!(call.answer().await.body, "ok");
        assert!(peer.rest().await.is_empty(), "the client closes");
        let call = caller.send(&server.origin, Request::get());
        let _peer = server.answer(closing).await;
        assert_eq!(call.answer().await.body, "ok");
        caller.settles_at((0, 0, 0)).await;
    });
}
