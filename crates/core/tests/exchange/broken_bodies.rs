//! Bodies that are cut short or malformed: the reader's error, and the bytes that the engine reads.

use httpxide_core::body::Form;
use httpxide_core::{Kind, Phase, RequestSent};

use crate::caller::Caller;
use crate::request::Request;
use crate::run;
use crate::server::{Peer, Server};

#[test]
fn a_truncated_body_fails_whole_and_streamed() {
    run(async {
        let caller = Caller::new();
        for (response, detail) in [
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd",
                "received 4 bytes, expected 10",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
                "received 0 bytes, expected 10",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n",
                "incomplete chunked read",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nabcd",
                "incomplete chunked read",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\nA: b\r\n",
                "incomplete chunked read",
            ),
        ] {
            for streamed in [false, true] {
                let server = Server::start();
                let request = Request::get();
                let request = if streamed { request.streamed() } else { request };
                let call = caller.send(&server.origin, request);
                drop(server.answer(response.as_bytes()).await);
                let error = if streamed {
                    call.read_all(Form::Decoded).await.unwrap_err()
                } else {
                    call.error().await
                };
                assert_eq!(
                    (error.kind, error.phase, error.request_sent),
                    (Kind::RemoteProtocolError, Phase::Body, RequestSent::Yes),
                    "{response}"
                );
                assert!(error.message.contains(detail), "{error}");
            }
        }
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn bytes_of_a_streamed_body_are_read_before_its_failure() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get().streamed());
        drop(
            server
                .answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd")
                .await,
        );
        call.end().await;
        let httpxide_core::body::Read::Chunk(chunk, 4) = call.try_read(Form::Decoded) else {
            panic!("no chunk")
        };
        assert_eq!(chunk, "abcd");
        call.read_all(Form::Decoded).await.unwrap_err();
    });
}

#[test]
fn a_connection_that_is_reset_in_a_body_is_a_read_error() {
    run(async {
        for framing in ["Content-Length: 10\r\n", "", "Transfer-Encoding: chunked\r\n"] {
            let (caller, server) = (Caller::new(), Server::start());
            let call = caller.send(&server.origin, Request::get().streamed());
            let peer = server
                .answer(format!("HTTP/1.1 200 OK\r\n{framing}\r\n4\r\nabcd").as_bytes())
                .await;
            call.head().await;
            peer.reset();
            let error = call.read_all(Form::Decoded).await.unwrap_err();
            assert_eq!(
                (error.kind, error.phase, error.code),
                (Kind::ReadError, Phase::Body, "ECONNRESET"),
                "{framing}"
            );
        }
    });
}

#[test]
fn malformed_chunks_fail() {
    run(async {
        let caller = Caller::new();
        for (chunks, words) in [
            ("x\r\n", "illegal chunk header: "),
            ("-1\r\n", "illegal chunk header: "),
            ("4\r\nabcdef\r\n0\r\n\r\n", "malformed chunk footer: "),
            ("10000000000000000\r\n", "illegal chunk header: "),
            ("0\r\nbad\r\n\r\n", "illegal header line: "),
        ] {
            let server = Server::start();
            let call = caller.send(&server.origin, Request::get());
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            let mut peer = server.answer(format!("{head}{chunks}").as_bytes()).await;
            let error = call.error().await;
            assert_eq!(
                (error.kind, error.code),
                (Kind::RemoteProtocolError, "ERR_INVALID_RESPONSE"),
                "{chunks}"
            );
            assert!(error.message.starts_with(words), "{error}");
            peer.rest().await;
        }
    });
}

/// Writes until the client closes or the limit is reached; returns the number of bytes.
async fn flood(mut peer: Peer, piece: &[u8], limit: usize) -> usize {
    use tokio::io::AsyncWriteExt;
    let mut written = 0;
    while written < limit && peer.stream.write_all(piece).await.is_ok() {
        written += piece.len();
        tokio::task::yield_now().await;
    }
    written
}

#[test]
fn endless_framing_is_read_to_a_limit_only() {
    run(async {
        let caller = Caller::new();
        let extension = [b'x'; 4096];
        for (start, piece) in [
            // hyper reads a chunk size of any number of zeros
            (&b"4\r\nabcd\r\n"[..], &[b'0'; 4096]),
            (b"", &[b'0'; 4096]),
            (b"4\r\nabcd\r\n1;", &extension),
            (b"4\r\nabcd\r\n0\r\nX: ", &extension),
        ] {
            for streamed in [false, true] {
                let server = Server::start();
                let request = Request::get();
                let request = if streamed { request.streamed() } else { request };
                let call = caller.send(&server.origin, request);
                let mut peer = server
                    .answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .await;
                peer.write(start).await;
                let written = flood(peer, piece, 64 * 1024 * 1024).await;
                assert!(written < 32 * 1024 * 1024, "{written}");
                let error = if streamed {
                    call.read_all(Form::Decoded).await.unwrap_err()
                } else {
                    call.error().await
                };
                assert_eq!(
                    (error.kind, error.phase),
                    (Kind::RemoteProtocolError, Phase::Body)
                );
            }
        }
        caller.settles_at((0, 0, 0)).await;
    });
}
