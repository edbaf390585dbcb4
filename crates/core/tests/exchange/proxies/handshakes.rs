//! The bytes of each handshake, and what a tunnel carries.

use httpxide_core::route::ProxyScheme;
use httpxide_core::{Error, Kind, Phase, RequestSent};

use super::{HANDSHAKES, ORIGIN, USER, via};
use crate::caller::Caller;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{run, run_on_both};

#[test]
fn a_tunnel_carries_requests_one_after_the_other() {
    run_on_both(|| async {
        for handshake in HANDSHAKES {
            let (caller, server) = (Caller::new(), Server::start());
            let via = handshake.via(&server);
            let mut tunnel = None;
            for _ in 0..2 {
                let call = caller.send_through(&via, handshake.origin, Request::get());
                if tunnel.is_none() {
                    let mut peer = server.accept().await;
                    handshake.open(&mut peer).await;
                    tunnel = Some(peer);
                }
                let peer = tunnel.as_mut().unwrap();
                let head = peer.head().await;
                assert!(head.starts_with("GET / HTTP/1.1\r\n"), "{head}");
                assert!(!head.contains("Proxy-Authorization"), "{head}");
                peer.write(OK).await;
                assert_eq!(call.answer().await.status, 200);
            }
            caller.settles_at((0, 1, 0)).await;
        }
    });
}

#[test]
fn a_tunnel_leads_to_one_origin_and_is_not_shared() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let via = via(ProxyScheme::Http, &server, None);
        let calls = ["http://a.example:80", "http://b.example:80"]
            .map(|origin| (origin, caller.send_through(&via, origin, Request::get())));
        let mut peers = Vec::new();
        for (origin, call) in calls {
            let mut peer = server.accept().await;
            let (_, target) = origin.split_once("://").unwrap();
            assert!(
                peer.head()
                    .await
                    .starts_with(&format!("CONNECT {target} HTTP/1.1\r\n"))
            );
            peer.write(b"HTTP/1.1 200 OK\r\n\r\n").await;
            peer.head().await;
            peer.write(OK).await;
            call.answer().await;
            peers.push(peer);
        }
        caller.settles_at((0, 2, 0)).await;
    });
}

#[test]
fn connect_names_the_target_and_carries_the_credentials() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let via = via(ProxyScheme::Http, &server, None);
        let _call = caller.send_through(&via, "http://[::1]:8080", Request::get());
        assert_eq!(
            server.accept().await.head().await,
            "CONNECT [::1]:8080 HTTP/1.1\r\nHost: [::1]:8080\r\nAccept: */*\r\n\
            Proxy-Authorization: Basic c2VjcmV0\r\n\r\n"
        );
    });
}

#[test]
fn bytes_behind_the_head_of_the_answer_belong_to_the_tunnel() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let via = via(ProxyScheme::Http, &server, None);
        let call = caller.send_through(&via, ORIGIN, Request::get());
        let mut peer = server.accept().await;
        peer.head().await;
        peer.write(&[b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", OK].concat())
            .await;
        assert_eq!(
            call.answer().await.body,
            "ok",
            "an answer of the server before the request"
        );
    });
}

#[test]
fn bytes_behind_the_reply_of_a_socks_proxy_belong_to_the_tunnel() {
    run_on_both(|| async {
        for handshake in HANDSHAKES {
            let (caller, server) = (Caller::new(), Server::start());
            let via = handshake.via(&server);
            let call = caller.send_through(&via, handshake.origin, Request::get());
            let mut peer = server.accept().await;
            assert!(handshake.play_before_the_last(&mut peer).await);
            peer.write(&[handshake.last(), OK].concat()).await;
            assert_eq!(call.answer().await.body, "ok");
        }
    });
}

/// What a SOCKS proxy receives as it answers the handshake for this origin.
async fn received(
    scheme: ProxyScheme,
    origin: &str,
    credentials: Option<(&str, &str)>,
    lengths: &[usize],
) -> Vec<Vec<u8>> {
    let (caller, server) = (Caller::new(), Server::start());
    let via = via(scheme, &server, credentials);
    let _call = caller.send_through(&via, origin, Request::get());
    let mut peer = server.accept().await;
    let answers = match credentials {
        Some(_) => [&[5, 2][..], &[1, 0], &[]],
        None => [&[5, 0][..], &[], &[]],
    };
    let mut received = Vec::new();
    for (length, answer) in lengths.iter().zip(answers) {
        received.push(peer.bytes(*length).await);
        peer.write(answer).await;
    }
    received
}

#[test]
fn socks_5_sends_names_and_addresses_in_their_forms() {
    run(async {
        let of =
            |origin, length| async move { received(ProxyScheme::Socks5, origin, None, &[3, length]).await };
        let name = of("http://a.example:81", 16).await;
        assert_eq!(name[0], [5, 1, 0]);
        assert_eq!(name[1], b"\x05\x01\x00\x03\x09a.example\x00\x51");
        let v4 = of("http://192.0.2.1:443", 10).await;
        assert_eq!(v4[1], [5, 1, 0, 1, 192, 0, 2, 1, 1, 187]);
        let v6 = of("http://[2001:db8::1]:443", 22).await;
        assert_eq!(v6[1][..8], [5, 1, 0, 4, 0x20, 0x01, 0x0d, 0xb8]);
        assert_eq!(v6[1][19..], [1, 1, 187]);
        let credentials = received(ProxyScheme::Socks5, ORIGIN, USER, &[3, 13]).await;
        assert_eq!(credentials, [&[5, 1, 2][..], b"\x01\x04user\x06secret"]);
    });
}

#[test]
fn socks_4_sends_addresses_and_4a_names_too() {
    run(async {
        let one = |scheme, origin, credentials, length| async move {
            received(scheme, origin, credentials, &[length]).await.remove(0)
        };
        let v4 = one(ProxyScheme::Socks4, "http://192.0.2.1:81", None, 9).await;
        assert_eq!(v4, [4, 1, 0, 81, 192, 0, 2, 1, 0]);
        let mapped = one(ProxyScheme::Socks4, "http://[::ffff:192.0.2.1]:81", None, 9).await;
        assert_eq!(mapped, v4);
        let name = one(ProxyScheme::Socks4a, "http://a.example:81", Some(("me", "")), 21).await;
        assert_eq!(name, b"\x04\x01\x00\x51\x00\x00\x00\x01me\x00a.example\x00");
    });
}

#[test]
fn socks_4_has_no_ipv6() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let via = via(ProxyScheme::Socks4, &server, None);
        let call = caller.send_through(&via, "http://[2001:db8::1]:80", Request::get());
        let error = call.error().await;
        assert_eq!((error.kind, error.code), (Kind::ConnectError, "ENOTFOUND"));
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_text_that_has_no_form_in_socks_5_is_refused() {
    run(async {
        let server = Server::start();
        let long = "x".repeat(256);
        let error = refused(&server, &format!("http://{long}:80"), &[5, 0]).await;
        assert_eq!(error.code, "ERR_PROXY_REFUSED");
    });
}

/// The error after these bytes of a SOCKS 5 proxy.
async fn refused(server: &Server, origin: &str, answer: &[u8]) -> Error {
    let caller = Caller::new();
    let via = via(ProxyScheme::Socks5, server, None);
    let call = caller.send_through(&via, origin, Request::get());
    let mut peer = server.accept().await;
    peer.write(answer).await;
    let error = call.error().await;
    assert_eq!(
        (error.kind, error.phase, error.request_sent),
        (Kind::ProxyError, Phase::Proxy, RequestSent::No)
    );
    assert!(error.message.contains("socks5://127.0.0.1:"), "{error}");
    caller.settles_at((0, 0, 0)).await;
    error
}

#[test]
fn the_refusals_of_socks_5_say_what_they_mean() {
    run(async {
        let server = Server::start();
        for (answer, code, words) in [
            (&[5, 0xff][..], "ERR_PROXY_AUTHENTICATION", "wants credentials"),
            (&[5, 2], "ERR_PROXY_AUTHENTICATION", "wants credentials"),
            (&[5, 1], "ERR_PROXY_PROTOCOL", "method 1"),
            (&[4, 0], "ERR_PROXY_PROTOCOL", "SOCKS 5"),
            (
                b"HTTP/1.1 400 Bad Request\r\n\r\n",
                "ERR_PROXY_PROTOCOL",
                "SOCKS 5",
            ),
            (&[5, 0, 5, 1, 0, 1], "ERR_PROXY_REFUSED", "general"),
            (&[5, 0, 5, 2, 0, 1], "ERR_PROXY_REFUSED", "ruleset"),
            (&[5, 0, 5, 5, 0, 1], "ERR_PROXY_REFUSED", "connection refused"),
            (&[5, 0, 5, 77, 0, 1], "ERR_PROXY_REFUSED", "reply 77"),
            (&[5, 0, 5, 0, 0, 2], "ERR_PROXY_PROTOCOL", "kind of address"),
        ] {
            let error = refused(&server, ORIGIN, answer).await;
            assert_eq!(error.code, code, "{answer:?}");
            assert!(error.message.contains(words), "{error}");
        }
    });
}
