//! Fields that follow a request's body.

use std::fmt::Write;

use bytes::Bytes;
use httpxide_core::Kind;
use httpxide_core::body::{Trailers, UploadSettings};

use crate::caller::Caller;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{run, run_on_both};

fn trailed(framing: &str) -> Request {
    Request::upload_with(
        framing,
        UploadSettings {
            has_trailers: true,
            ..UploadSettings::default()
        },
    )
}

const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";

#[test]
fn they_follow_the_last_chunk_whatever_the_body_is_like() {
    run_on_both(|| async {
        let server = Server::start();
        let origin = server.origin.clone();
        let caller = Caller::new();
        let bodies: [&[&str]; 4] = [&[], &["a"], &["0\r\n\r\n"], &["abc", "0\r\n", "\r\n0\r\n\r\n"]];
        let mut peer = None;
        for body in bodies {
            let call = caller.send(&origin, trailed(CHUNKED));
            let mut expected = String::new();
            for chunk in body {
                call.upload().push(Bytes::copy_from_slice(chunk.as_bytes()));
                write!(expected, "{:X}\r\n{chunk}\r\n", chunk.len()).unwrap();
            }
            expected.push_str("0\r\nChecksum: abc\r\nX: 1\r\n\r\n");
            let trailers = Trailers::parse("Checksum: abc\r\nX: 1\r\n".into()).unwrap();
            call.upload().end_with(trailers);
            if peer.is_none() {
                peer = Some(server.accept().await);
            }
            let peer = peer.as_mut().unwrap();
            peer.head().await;
            let received = peer.bytes(expected.len()).await;
            assert_eq!(String::from_utf8(received).unwrap(), expected);
            peer.write(OK).await;
            assert_eq!(call.answer().await.body, "ok");
        }
        // no byte is left over, so one connection carried all of them
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn large_bodies_pass_a_server_that_reads_slowly() {
    run(async {
        let (caller, server) = (Caller::new(), Server::cramped());
        let call = caller.send(&server.origin, trailed(CHUNKED));
        let chunk = Bytes::from(vec![b'0'; 20_000]);
        for _ in 0..10 {
            call.upload().push(chunk.clone());
        }
        call.upload()
            .end_with(Trailers::parse("A: b\r\n".into()).unwrap());
        let mut peer = server.accept().await;
        peer.head().await;
        for _ in 0..10 {
            assert_eq!(peer.bytes(6).await, b"4E20\r\n");
            assert_eq!(peer.bytes(20_000).await, chunk);
            assert_eq!(peer.bytes(2).await, b"\r\n");
        }
        assert_eq!(peer.bytes(11).await, b"0\r\nA: b\r\n\r\n");
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
    });
}

#[test]
fn a_body_without_trailers_ends_as_usual_although_some_were_expected() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, trailed(CHUNKED).pushed(&["abc"]));
        let mut peer = server.accept().await;
        peer.head().await;
        assert_eq!(peer.bytes(13).await, b"3\r\nabc\r\n0\r\n\r\n");
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
    });
}

#[test]
fn a_body_with_a_content_length_has_no_trailers() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, trailed("Content-Length: 3\r\n"));
        let error = call.error().await;
        assert_eq!(
            (error.kind, error.code),
            (Kind::LocalProtocolError, "ERR_INVALID_REQUEST")
        );
        assert_eq!(caller.connections(), (0, 0, 0));
    });
}
