//! A slow server that is not silent meets no `read` timeout, and a slow caller meets only the `total` timeout.

use std::time::Duration;

use bytes::Bytes;
use httpxide_core::body::Form;
use httpxide_core::{Kind, Phase, RequestSent, Timeouts};
use tokio::time::sleep;

use crate::caller::Caller;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, run};

const LIMIT: Duration = milliseconds(100);
const READ: Timeouts = Timeouts {
    connect: None,
    read: Some(LIMIT),
    write: None,
    pool: None,
    total: None,
};
const TOTAL: Timeouts = Timeouts {
    read: None,
    total: Some(LIMIT),
    ..READ
};
/// More bytes than all buffers between server and reader hold.
const MUCH: usize = 16 * 1024 * 1024;

#[test]
fn only_silence_meets_the_read_timeout_and_the_total_timeout_always_runs() {
    run(async {
        for (timeouts, arrives) in [(READ, true), (TOTAL, false)] {
            let (caller, server) = (Caller::new(), Server::start());
            let call = caller.send(&server.origin, Request::get().within(timeouts));
            let mut peer = server.accept().await;
            peer.head().await;
            for byte in OK {
                peer.write(&[*byte]).await;
                sleep(milliseconds(8)).await;
            }
            if arrives {
                assert_eq!(call.answer().await.body, "ok");
            } else {
                assert_eq!(call.error().await.kind, Kind::TotalTimeout);
            }
        }
    });
}

#[test]
fn a_slow_upload_meets_only_the_total_timeout() {
    run(async {
        let all = Timeouts {
            write: Some(LIMIT),
            connect: Some(LIMIT),
            pool: Some(LIMIT),
            ..READ
        };
        for framing in ["Transfer-Encoding: chunked\r\n", "Content-Length: 8\r\n"] {
            let (caller, server) = (Caller::new(), Server::start());
            let call = caller.send(&server.origin, Request::upload(framing).within(all));
            let mut peer = server.accept().await;
            peer.head().await;
            for _ in 0..2 {
                sleep(LIMIT * 2).await;
                call.upload().push(Bytes::from_static(b"slow"));
            }
            sleep(LIMIT * 2).await;
            assert!(!call.is_over());
            call.upload().end();
            sleep(LIMIT / 3).await;
            peer.write(OK).await;
            assert_eq!(call.answer().await.body, "ok", "{framing}");
        }
        let (caller, server) = (Caller::new(), Server::start());
        let request = Request::upload("Transfer-Encoding: chunked\r\n").within(TOTAL);
        let call = caller.send(&server.origin, request);
        let _peer = server.accept().await;
        let error = call.error().await;
        assert_eq!((error.kind, error.phase), (Kind::TotalTimeout, Phase::Headers));
        assert_eq!(error.request_sent, RequestSent::Maybe);
    });
}

#[test]
fn a_slow_reader_meets_only_the_total_timeout() {
    run(async {
        for (timeouts, arrives) in [(READ, true), (TOTAL, false)] {
            let (caller, server) = (Caller::new(), Server::start());
            let call = caller.send(&server.origin, Request::get().streamed().within(timeouts));
            // the buffers are full while the reader sleeps: the engine does not read from the server
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {MUCH}\r\n\r\n");
            let mut peer = server.answer(head.as_bytes()).await;
            let server = tokio::task::spawn_local(async move {
                peer.write(&vec![7; MUCH]).await;
                peer.rest().await;
            });
            call.head().await;
            sleep(LIMIT * 3).await;
            match call.read_all(Form::Decoded).await {
                Ok((body, ..)) => assert!(arrives && body.len() == MUCH),
                Err(error) => {
                    assert!(!arrives, "{error}");
                    assert_eq!((error.kind, error.phase), (Kind::TotalTimeout, Phase::Body));
                }
            }
            server.abort();
        }
    });
}
