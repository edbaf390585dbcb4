//! Answers to `CONNECT` that open no tunnel.

use httpxide_core::route::ProxyScheme;
use httpxide_core::{Error, Kind, Phase, RequestSent, Timeouts};

use super::{ORIGIN, via};
use crate::caller::Caller;
use crate::request::Request;
use crate::server::Server;
use crate::{milliseconds, run, run_on_both, until_idle};

/// The error after this answer. The proxy does not close.
async fn refused(answer: &[u8]) -> Error {
    refused_in_pieces(&[answer]).await
}

/// The error after an answer that comes in these pieces.
async fn refused_in_pieces(answer: &[&[u8]]) -> Error {
    let (caller, server) = (Caller::new(), Server::start());
    let via = via(ProxyScheme::Http, &server, None);
    let call = caller.send_through(&via, ORIGIN, Request::get());
    let mut peer = server.accept().await;
    peer.head().await;
    for (index, piece) in answer.iter().enumerate() {
        if index > 0 {
            until_idle().await;
        }
        peer.write(piece).await;
    }
    let error = call.error().await;
    assert_eq!(
        (error.kind, error.phase, error.request_sent),
        (Kind::ProxyError, Phase::Proxy, RequestSent::No)
    );
    assert!(error.message.contains("the proxy http://127.0.0.1:"), "{error}");
    assert!(!error.message.contains("c2VjcmV0"), "{error}");
    caller.settles_at((0, 0, 0)).await;
    assert!(peer.disconnects_within(milliseconds(1000)).await);
    error
}

#[test]
fn a_refusal_has_the_proxys_status_headers_and_body() {
    run_on_both(|| async {
        let error = refused(
            b"HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic\r\nContent-Length: 4\r\n\r\nwho?more",
        )
        .await;
        assert_eq!(error.code, "ERR_PROXY_AUTHENTICATION");
        assert!(error.message.ends_with("refused: 407 Who are you"), "{error}");
        let answer = error.proxy_answer.unwrap();
        assert_eq!(answer.status, 407);
        assert_eq!(
            answer.head,
            b"HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic\r\nContent-Length: 4\r\n"
        );
        assert_eq!(answer.body, b"who?");
    });
}

#[test]
fn every_status_but_2xx_is_a_refusal() {
    run(async {
        for status in [101, 300, 302, 400, 403, 404, 502, 503, 599] {
            let line = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            let error = refused(line.as_bytes()).await;
            assert_eq!(error.code, "ERR_PROXY_REFUSED");
            assert_eq!(error.proxy_answer.unwrap().status, status);
        }
    });
}

#[test]
fn an_answer_that_has_no_body_is_an_error_at_once() {
    run(async {
        for status in [101, 304] {
            let line = format!("HTTP/1.1 {status}\r\nContent-Length: 9\r\n\r\n");
            let asked = tokio::time::Instant::now();
            assert_eq!(refused(line.as_bytes()).await.code, "ERR_PROXY_REFUSED");
            assert_eq!(asked.elapsed(), milliseconds(0), "{status}");
        }
    });
}

#[test]
fn at_most_a_kib_of_the_body_is_kept_however_it_is_framed() {
    run(async {
        let long = "x".repeat(3000);
        let chunks = format!("{:x}\r\n{long}\r\n0\r\n\r\n", long.len());
        for (header, body) in [
            ("Content-Length: 3000", &long),
            ("Transfer-Encoding: chunked", &chunks),
            ("Connection: close", &long),
        ] {
            let error = refused(format!("HTTP/1.1 403 No\r\n{header}\r\n\r\n{body}").as_bytes()).await;
            assert_eq!(
                error.proxy_answer.unwrap().body,
                long.as_bytes()[..1024],
                "{header}"
            );
        }
    });
}

#[test]
fn a_body_that_does_not_come_does_not_hold_the_error_up() {
    run(async {
        let error = refused(b"HTTP/1.1 403 No\r\nContent-Length: 3000\r\n\r\nsome").await;
        assert_eq!(error.proxy_answer.unwrap().body, b"some");
    });
}

#[test]
fn a_refusal_without_a_whole_body_is_known_before_a_short_time_limit_passes() {
    run_on_both(|| async {
        for limits in [
            Timeouts {
                connect: Some(milliseconds(100)),
                ..Timeouts::default()
            },
            Timeouts {
                total: Some(milliseconds(100)),
                ..Timeouts::default()
            },
        ] {
            for head in [
                "HTTP/1.1 407 Who",
                "HTTP/1.1 403 No\r\nTransfer-Encoding: chunked",
            ] {
                let (caller, server) = (Caller::new(), Server::start());
                let via = via(ProxyScheme::Http, &server, None);
                let call = caller.send_through(&via, ORIGIN, Request::get().within(limits));
                let mut peer = server.accept().await;
                peer.head().await;
                peer.write(format!("{head}\r\n\r\n").as_bytes()).await;
                let error = call.error().await;
                assert_eq!(error.kind, Kind::ProxyError, "{error}");
                caller.settles_at((0, 0, 0)).await;
            }
        }
    });
}

#[test]
fn a_long_head_is_complete_with_its_blank_line_whatever_ends_the_lines() {
    run(async {
        let long = "x".repeat(3000);
        for (line, blank) in [("\r\n", "\r\n"), ("\n", "\n"), ("\n", "\r\n"), ("\r\n", "\n")] {
            let head = format!("HTTP/1.1 403 No{line}X-Long: {long}{line}Content-Length: 4{line}{blank}some");
            for cut in head.len() - 8..head.len() {
                let error = refused_in_pieces(&[&head.as_bytes()[..cut], &head.as_bytes()[cut..]]).await;
                let answer = error.proxy_answer.unwrap();
                assert_eq!(answer.body, b"some", "{line:?} {blank:?} {cut}");
            }
        }
    });
}

#[test]
fn what_is_no_http_is_found_out_at_its_first_bytes() {
    run(async {
        for garbage in [
            &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
            b"\x15\x03\x01\x00\x02\x02\x46",
            b"\0",
            b"HTTP/2 200\r\n",
        ] {
            let error = refused(garbage).await;
            assert_eq!(error.code, "ERR_PROXY_PROTOCOL", "{garbage:?}");
        }
    });
}

#[test]
fn an_endless_head_is_refused() {
    run(async {
        let endless = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(70_000));
        let error = refused(endless.as_bytes()).await;
        assert_eq!(error.code, "ERR_PROXY_PROTOCOL");
        let lines = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(200));
        assert_eq!(refused(lines.as_bytes()).await.code, "ERR_PROXY_PROTOCOL");
    });
}
