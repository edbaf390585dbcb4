//! A request's head goes on the wire byte for byte, in any number of writes.

use std::fmt::Write;

use bytes::Bytes;
use httpxide_core::body::{RequestBody, Upload};
use tokio::io::AsyncReadExt;

use crate::caller::Caller;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{run, until_idle};

/// Case, order, repetition, odd spaces and bytes beyond ASCII: hyper would change or refuse all of these.
const ODD: &str = "pAtCh /a//b?c=%20&c=d HTTP/1.1\r\nhOST:a\r\nX-One: 1\r\nx-two:   2\t\r\nX-ONE: 3\r\n\
    ACCEPT: */*\r\nX-Empty:\r\nCookie: a=b\r\nX-Name: \u{fc}ber\r\ncookie: c=d\r\n";

/// More bytes than a connection takes at once, in lines that differ.
fn long_lines() -> String {
    let mut lines = String::new();
    for line in 0..200 {
        let value = format!("{line:04}").repeat(10_000);
        write!(lines, "X-Line-{line}: {value}\r\n").unwrap();
    }
    lines
}

#[test]
fn a_head_keeps_its_case_its_order_and_its_repeated_headers() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        for (framing, body) in [
            ("", RequestBody::Empty),
            (
                "content-LENGTH: 4\r\n",
                RequestBody::Whole(Bytes::from_static(b"body")),
            ),
        ] {
            let head = format!("{ODD}{framing}\r\n");
            let call = caller.send(&server.origin, Request::new(head.clone(), body));
            let mut peer = server.accept().await;
            assert_eq!(peer.head().await, head);
            if !framing.is_empty() {
                assert_eq!(peer.bytes(4).await, b"body");
            }
            peer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                .await;
            assert_eq!(call.answer().await.status, 204);
            assert!(peer.rest().await.is_empty());
        }
    });
}

#[test]
fn each_request_on_a_connection_has_its_own_head() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let mut peer = None;
        for number in 0..5 {
            let head = format!("GET /{number} HTTP/1.1\r\nhost: a\r\nX-n{number}: {number}\r\n\r\n");
            let call = caller.send(&server.origin, Request::new(head.clone(), RequestBody::Empty));
            if peer.is_none() {
                peer = Some(server.accept().await);
            }
            let peer = peer.as_mut().unwrap();
            assert_eq!(peer.head().await, head);
            peer.write(OK).await;
            assert_eq!(call.answer().await.body, "ok");
        }
    });
}

#[test]
fn a_head_written_in_pieces_arrives_unchanged_before_its_body() {
    run(async {
        let (caller, server) = (Caller::new(), Server::cramped());
        let lines = long_lines();
        let body: Vec<u8> = (0..=255).cycle().take(1_000_003).collect();
        let upload = Upload::new();
        for chunk in body.chunks(77_777) {
            upload.push(Bytes::copy_from_slice(chunk));
        }
        upload.end();
        for body_of_request in [
            RequestBody::Whole(body.clone().into()),
            RequestBody::Upload(upload),
        ] {
            let head = format!(
                "POST / HTTP/1.1\r\nHost: a\r\n{lines}Content-Length: {}\r\n\r\n",
                body.len()
            );
            let call = caller.send(&server.origin, Request::new(head.clone(), body_of_request));
            let mut peer = server.accept().await;
            // the head is longer than what all buffers hold together, so it is written in pieces
            until_idle().await;
            let read = peer.bytes(head.len()).await;
            assert!(read == head.as_bytes(), "the head arrived changed");
            let read = peer.bytes(body.len()).await;
            assert!(read == body, "the body arrived changed");
            peer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
                .await;
            assert_eq!(call.answer().await.body, "ok");
        }
    });
}

#[test]
fn a_head_and_a_small_body_are_one_write() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::post("body"));
        let mut peer = server.accept().await;
        let mut read = [0; 1024];
        let count = peer.stream.read(&mut read).await.unwrap();
        assert!(read[..count].ends_with(b"\r\n\r\nbody"));
        peer.write(OK).await;
        call.answer().await;
    });
}
