//! What surrounds a request's body and a response's head: expectations, trailers and interim responses.

use bytes::Bytes;
use h2::server::Builder;
use http::{HeaderMap, Response};
use httpxide_core::body::{Trailers, UploadSettings};
use httpxide_core::{Http2Settings, Kind, RequestSent};
use tokio::time::Instant;

use super::frames::{Frames, HEADERS, field};
use super::server::serve;
use super::{caller, with};
use crate::request::Request;
use crate::server::Server;
use crate::{milliseconds, run, run_on_both};

fn interim(status: u16) -> Response<()> {
    Response::builder()
        .status(status)
        .header("link", "</a>")
        .body(())
        .unwrap()
}

#[test]
fn trailers_follow_the_body() {
    run_on_both(|| async {
        let server = Server::start();
        let origin = server.origin.clone();
        serve(server, &Builder::new(), |mut received| async move {
            let body = received.all().await.unwrap();
            let trailers = received.body.trailers().await.unwrap().unwrap_or_default();
            let text = format!("{} {trailers:?}", String::from_utf8(body).unwrap());
            received.answer(text).await;
        });
        let caller = caller();
        for (chunks, expected) in [(&["ab", "c"][..], "abc"), (&[][..], "")] {
            let settings = UploadSettings {
                has_trailers: true,
                ..UploadSettings::default()
            };
            let request = Request::upload_with("Transfer-Encoding: chunked\r\n", settings);
            let call = caller.send(&origin, request);
            for chunk in chunks {
                call.upload().push(Bytes::from_static(chunk.as_bytes()));
            }
            call.upload()
                .end_with(Trailers::parse("Checksum: 12\r\n".into()).unwrap());
            let mut trailers = HeaderMap::new();
            trailers.insert("checksum", "12".parse().unwrap());
            assert_eq!(call.answer().await.body, format!("{expected} {trailers:?}"));
        }
    });
}

#[test]
fn interim_responses_are_reported() {
    run_on_both(|| async {
        let server = Server::start();
        let origin = server.origin.clone();
        serve(server, &Builder::new(), |mut received| async move {
            received.respond.send_informational(interim(103)).unwrap();
            tokio::time::sleep(milliseconds(5)).await;
            received.respond.send_informational(interim(102)).unwrap();
            received.answer("ok").await;
        });
        let call = caller().send(&origin, Request::get());
        assert_eq!(call.answer().await.body, "ok");
        let expected = [103, 102].map(|status| format!("HTTP/2 {status}\r\nlink: </a>\r\n"));
        assert_eq!(call.interim(), expected);
    });
}

#[test]
fn a_head_above_the_limit_is_too_large_and_fails_no_other_request() {
    run(async {
        // each counts 1 + 67 + 32
        let hundred = field("a", &"x".repeat(67));
        for (count, is_too_large) in [(10, false), (11, true), (25, true)] {
            let caller = with(Http2Settings {
                max_header_list_size: 1000,
                ..Http2Settings::default()
            });
            let server = Server::start();
            let calls = [
                caller.send(&server.origin, Request::get()),
                caller.send(&server.origin, Request::get()),
            ];
            let mut peer = Frames::accept(&server, &[]).await;
            peer.until(HEADERS).await;
            peer.answer(1, &hundred.repeat(count)).await;
            if is_too_large {
                let error = calls[0].error().await;
                assert_eq!(
                    (error.kind, error.code, error.request_sent),
                    (Kind::RemoteProtocolError, "ERR_HEAD_TOO_LARGE", RequestSent::Yes),
                    "{count}"
                );
            } else {
                assert_eq!(calls[0].answer().await.status, 200);
            }
            peer.answer(3, &[]).await;
            assert_eq!(calls[1].answer().await.status, 200);
        }
    });
}

fn expecting(body: &'static str) -> Request {
    let settings = UploadSettings {
        expect: Some(milliseconds(1000)),
        ..UploadSettings::default()
    };
    let head = format!("Expect: 100-continue\r\nContent-Length: {}\r\n", body.len());
    Request::upload_with(&head, settings).pushed(&[body])
}

#[test]
fn a_body_waits_until_the_server_asks_for_it_or_the_time_is_over() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        serve(server, &Builder::new(), |mut received| async move {
            assert_eq!(received.head.headers["expect"], "100-continue");
            let asks = received.head.uri.path() == "/asks";
            let began = Instant::now();
            tokio::time::sleep(milliseconds(50)).await;
            if asks {
                let head = Response::builder().status(100).body(()).unwrap();
                received.respond.send_informational(head).unwrap();
            }
            let body = received.all().await.unwrap();
            assert_eq!(body, b"abc");
            received.answer(began.elapsed().as_millis().to_string()).await;
        });
        let caller = caller();
        let asked = expecting("abc").at("/asks");
        let waited = caller.send(&origin, asked).answer().await.body;
        let waited: u64 = str::from_utf8(&waited).unwrap().parse().unwrap();
        assert!((50..100).contains(&waited), "{waited}");
        let waited = caller.send(&origin, expecting("abc")).answer().await.body;
        let waited: u64 = str::from_utf8(&waited).unwrap().parse().unwrap();
        assert!((1000..1050).contains(&waited), "{waited}");
    });
}

#[test]
fn a_final_response_without_the_body_costs_its_stream_only() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(server, &Builder::new(), |mut received| async move {
            let head = Response::builder().status(417).body(()).unwrap();
            received.respond.send_response(head, true).unwrap();
            // the stream is reset, not ended
            assert!(received.all().await.is_err());
        });
        let caller = caller();
        for _ in 0..3 {
            let answer = caller.send(&origin, expecting("abc")).answer().await;
            assert_eq!(answer.status, 417);
        }
        assert_eq!(seen.connections.get(), 1);
        caller.settles_at((0, 1, 0)).await;
    });
}
