//! Requests that a proxy forwards.

use httpxide_core::route::{ProxyScheme, Via};

use super::via;
use crate::caller::Caller;
use crate::request::Request;
use crate::run_on_both;
use crate::server::{OK, Server};

#[test]
fn requests_for_any_origin_share_the_connections_to_the_proxy() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let via = Via {
            forwards: true,
            ..via(ProxyScheme::Http, &server, None)
        };
        let mut peer = None;
        for origin in [
            "http://a.example:80",
            "http://b.example:80",
            "http://a.example:81",
        ] {
            let request = Request {
                head: format!("GET {origin}/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                ..Request::get()
            };
            let call = caller.send_through(&via, origin, request);
            if peer.is_none() {
                peer = Some(server.accept().await);
            }
            let peer = peer.as_mut().unwrap();
            assert!(
                peer.head()
                    .await
                    .starts_with(&format!("GET {origin}/ HTTP/1.1\r\n"))
            );
            peer.write(OK).await;
            assert_eq!(call.answer().await.status, 200);
        }
        caller.settles_at((0, 1, 0)).await;
        let origins = caller.client.stats().origins;
        assert_eq!(origins.len(), 1);
        assert!(origins[0].origin.starts_with("via http://127.0.0.1:"));
    });
}

#[test]
fn a_kept_connection_to_a_proxy_that_closed_it_is_replaced() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let via = Via {
            forwards: true,
            ..via(ProxyScheme::Http, &server, None)
        };
        for _ in 0..2 {
            let call = caller.send_through(&via, "http://a.example:80", Request::get());
            let peer = server.answer(OK).await;
            assert_eq!(call.answer().await.status, 200);
            drop(peer);
        }
    });
}
