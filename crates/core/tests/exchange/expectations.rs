//! Bodies that wait until the server asks for them (`Expect: 100-continue`), and interim responses.

use std::time::Duration;

use bytes::Bytes;
use httpxide_core::body::UploadSettings;
use httpxide_core::{Kind, Step, Timeouts};
use tokio::time::Instant;

use crate::caller::Caller;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, run, run_on_both, until_idle};

const WAIT: Duration = milliseconds(1000);

fn expecting(head: &str) -> Request {
    Request::upload_with(
        &format!("Expect: 100-continue\r\n{head}"),
        UploadSettings {
            expect: Some(WAIT),
            ..UploadSettings::default()
        },
    )
}

fn with_body(body: &'static str) -> Request {
    let request = expecting(&format!("Content-Length: {}\r\n", body.len()));
    request.pushed(&[body])
}

#[test]
fn the_body_is_sent_when_the_server_asks_for_it() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, with_body("abc"));
        let mut peer = server.accept().await;
        assert!(peer.head().await.contains("Expect: 100-continue\r\n"));
        assert!(peer.is_silent_for(milliseconds(50)).await);
        peer.write(b"HTTP/1.1 100 Continue\r\n\r\n").await;
        assert_eq!(peer.bytes(3).await, b"abc");
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        assert_eq!(call.interim(), ["HTTP/1.1 100 Continue\r\n"]);
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn the_body_is_sent_when_the_time_is_over() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let started = Instant::now();
        let call = caller.send(&server.origin, with_body("abc"));
        let mut peer = server.accept().await;
        peer.head().await;
        assert_eq!(peer.bytes(3).await, b"abc");
        assert!(started.elapsed() >= WAIT, "{:?}", started.elapsed());
        assert!(started.elapsed() < WAIT + milliseconds(50));
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
    });
}

#[test]
fn the_wait_is_no_silence_of_the_server() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let request = with_body("abc").within(Timeouts {
            read: Some(milliseconds(100)),
            write: Some(milliseconds(100)),
            ..Timeouts::default()
        });
        let call = caller.send(&server.origin, request);
        let mut peer = server.accept().await;
        peer.head().await;
        assert_eq!(peer.bytes(3).await, b"abc");
        let error = call.error().await;
        assert_eq!(error.kind, Kind::ReadTimeout);
    });
}

#[test]
fn a_final_response_is_delivered_without_the_body_and_ends_the_connection() {
    run_on_both(|| async {
        for status in ["417 Expectation Failed", "200 OK", "401 Unauthorized"] {
            let (caller, server) = (Caller::new(), Server::start());
            let call = caller.send(&server.origin, with_body("abc"));
            let mut peer = server.accept().await;
            peer.head().await;
            peer.write(format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nno").as_bytes())
                .await;
            assert_eq!(call.answer().await.body, "no");
            assert!(peer.is_closed_within(WAIT * 2).await, "{status}");
            caller.settles_at((0, 0, 0)).await;
        }
    });
}

#[test]
fn a_body_that_waits_is_asked_for_before_it_is_pushed() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, expecting("Transfer-Encoding: chunked\r\n"));
        let mut peer = server.accept().await;
        peer.head().await;
        until_idle().await;
        assert_eq!(call.credits(), 0);
        peer.write(b"HTTP/1.1 100 Continue\r\n\r\n").await;
        until_idle().await;
        assert_eq!((call.credits(), call.credit()), (1, 0));
        call.upload().push(Bytes::from_static(b"abc"));
        assert_eq!(peer.bytes(8).await, b"3\r\nabc\r\n");
        call.upload().end();
        assert_eq!(peer.bytes(5).await, b"0\r\n\r\n");
        peer.write(OK).await;
        call.answer().await;
    });
}

#[test]
fn interim_responses_are_reported_and_traced_in_order() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get().traced());
        let mut peer = server.accept().await;
        peer.head().await;
        peer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n")
            .await;
        until_idle().await;
        let expected = [
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n",
            "HTTP/1.1 102 Processing\r\n",
        ];
        assert_eq!(call.interim(), expected);
        peer.write(OK).await;
        assert_eq!(call.answer().await.body, "ok");
        let steps = call.trace().into_iter();
        let interim = steps.filter(|event| event.step == Step::ReceiveInformationalHeaders);
        let interim: Vec<_> = interim.map(|event| (event.moment, event.fields)).collect();
        let complete = |status: &str| ("complete", vec!["HTTP/1.1".to_owned(), status.to_owned()]);
        let started = || ("started", Vec::new());
        assert_eq!(interim, [started(), complete("103"), started(), complete("102")]);
    });
}
