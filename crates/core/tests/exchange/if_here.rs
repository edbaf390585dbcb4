//! Responses that are whole if their bodies came with their heads.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use httpxide_core::body::Form;
use httpxide_core::{ClientConfig, Kind};

use crate::caller::Caller;
use crate::request::Request;
use crate::run;
use crate::server::Server;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn response(headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[test]
fn a_body_that_came_with_its_head_is_whole_and_keeps_the_connection() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get().whole_if_here(Form::Decoded));
        let mut peer = server.answer(&response("", b"abc")).await;
        let answer = call.answer().await;
        assert_eq!((answer.body.as_ref(), answer.downloaded), (&b"abc"[..], 3));

        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
            2\r\nab\r\n1\r\nc\r\n0\r\nX-Sum: 3\r\n\r\n";
        for bytes in [
            &chunked[..],
            b"HTTP/1.1 204 No Content\r\n\r\n",
            &response("", b""),
        ] {
            let call = caller.send(&server.origin, Request::get().whole_if_here(Form::Decoded));
            peer.head().await;
            peer.write(bytes).await;
            let answer = call.answer().await;
            let is_chunked = bytes == chunked;
            assert_eq!(answer.body, if is_chunked { "abc" } else { "" });
            assert_eq!(answer.trailers, if is_chunked { "x-sum: 3\r\n" } else { "" });
        }
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn a_body_that_is_whole_has_the_form_that_its_reader_wants() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let (plain, coded) = (b"abc".repeat(1000), gzip(&b"abc".repeat(1000)));
        let response = response("Content-Encoding: gzip\r\n", &coded);
        let call = caller.send(&server.origin, Request::get().whole_if_here(Form::Decoded));
        let mut peer = server.answer(&response).await;
        let answer = call.answer().await;
        assert!(answer.body == plain);
        assert_eq!(answer.downloaded, coded.len() as u64);

        let call = caller.send(&server.origin, Request::get().whole_if_here(Form::Raw));
        peer.head().await;
        peer.write(&response).await;
        assert!(call.answer().await.body == coded);
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn a_body_on_its_way_is_streamed() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get().whole_if_here(Form::Decoded));
        let mut peer = server
            .answer(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
            .await;
        assert_eq!(call.head().await.0, 200, "its end has not arrived yet");
        peer.write(b"def").await;
        let (body, _, downloaded) = call.read_all(Form::Decoded).await.unwrap();
        assert_eq!((body.as_slice(), downloaded), (&b"abcdef"[..], 6));
        call.end().await;
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn a_large_body_is_streamed_even_if_it_is_there() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get().whole_if_here(Form::Decoded));
        let large = vec![b'a'; 100_000];
        let mut peer = server.answer(&response("", &large)).await;
        assert!(call.read_all(Form::Decoded).await.unwrap().0 == large);
        call.end().await;

        let inflated = vec![0; 4 * 1024 * 1024];
        let coded = gzip(&inflated);
        assert!(coded.len() < 64 * 1024);
        let call = caller.send(&server.origin, Request::get().whole_if_here(Form::Decoded));
        peer.head().await;
        peer.write(&response("Content-Encoding: gzip\r\n", &coded)).await;
        let (body, _, downloaded) = call.read_all(Form::Decoded).await.unwrap();
        assert!(body == inflated);
        assert_eq!(downloaded, coded.len() as u64);
        call.end().await;
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn a_response_whose_body_fails_has_a_head_and_the_bytes_before_the_failure() {
    run(async {
        let limited = || ClientConfig {
            max_response_bytes: Some(2),
            ..ClientConfig::default()
        };
        let broken = |headers: &str, body: &[u8]| {
            let head = format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n");
            [head.as_bytes(), body].concat()
        };
        for (caller, bytes, kind) in [
            (
                Caller::new(),
                broken("Content-Length: 6", b"abc"),
                Kind::RemoteProtocolError,
            ),
            (
                Caller::new(),
                broken("Transfer-Encoding: chunked", b"3\r\nabc\r\nxyz\r\n"),
                Kind::RemoteProtocolError,
            ),
            (
                Caller::new(),
                broken("Content-Encoding: gzip\r\nContent-Length: 3", b"abc"),
                Kind::DecodingError,
            ),
            (
                Caller::with(limited()),
                broken("Content-Length: 3", b"abc"),
                Kind::ResponseTooLarge,
            ),
        ] {
            let server = Server::start();
            let call = caller.send(&server.origin, Request::get().whole_if_here(Form::Decoded));
            drop(server.answer(&bytes).await);
            assert_eq!(call.head().await.0, 200);
            assert_eq!(call.read_all(Form::Decoded).await.unwrap_err().kind, kind);
            call.end().await;
            caller.settles_at((0, 0, 0)).await;
        }
    });
}

#[test]
fn a_request_with_an_upload_or_a_trace_is_answered_by_a_stream() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let upload = Request::upload("Content-Length: 3\r\n").pushed(&["abc"]);
        for request in [Request::get().traced(), upload] {
            let call = caller.send(&server.origin, request.whole_if_here(Form::Decoded));
            drop(server.answer(&response("", b"abc")).await);
            assert_eq!(call.read_all(Form::Decoded).await.unwrap().0, b"abc");
            call.end().await;
            caller.settles_at((0, 0, 0)).await;
        }
    });
}
