//! Rules of RFC 9113 that `h2` leaves to its user, and peers that speak something else.

use std::time::Duration;

use httpxide_core::body::Form;
use httpxide_core::{Error, Kind, RequestSent};
use tokio::time::{Instant, timeout};

use super::caller;
use super::frames::{
    ACK, DATA, END_HEADERS, END_STREAM, HEADERS, OK, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE, field, frame,
    go_away,
};
use super::opened::{Opened, open, open_response, open_with};
use crate::request::Request;
use crate::server::Server;
use crate::{milliseconds, run, until_idle};

#[test]
fn settings_that_no_server_may_send_end_the_connection() {
    let enable_connect = |value| frame(SETTINGS, 0, 0, &[0, 8, 0, 0, 0, value]);
    for (name, settings) in [
        ("push is enabled", frame(SETTINGS, 0, 0, &[0, 2, 0, 0, 0, 1])),
        (
            "push is enabled, behind another setting",
            frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 9, 0, 2, 0, 0, 0, 1]),
        ),
        (
            "extended CONNECT is switched off",
            [enable_connect(1), enable_connect(0)].concat(),
        ),
    ] {
        run(async move {
            let Opened {
                calls: [call],
                mut peer,
                ..
            } = open([Request::get()]).await;
            peer.0.write(&settings).await;
            let error = call.error().await;
            assert_eq!(
                (error.kind, error.code, error.http2_code),
                (Kind::RemoteProtocolError, "ERR_HTTP2_SESSION_ERROR", Some(1)),
                "{name}: {error}"
            );
            assert_eq!(peer.code_of_goaway().await, 1, "{name}");
            assert!(peer.closes_within(Duration::from_secs(1)).await, "{name}");
        });
    }
}

#[test]
fn push_that_is_switched_off_is_no_fault() {
    run(async {
        let Opened {
            calls: [call],
            mut peer,
            ..
        } = open_with(&[0, 2, 0, 0, 0, 0], [Request::get()]).await;
        peer.answer(1, &[]).await;
        assert_eq!(call.answer().await.status, 200);
    });
}

/// The error of a GET whose server begins with these bytes, in pieces, and then ends.
async fn error_of_first(pieces: &[&[u8]]) -> Error {
    let (caller, server) = (caller(), Server::start());
    let call = caller.send(&server.origin, Request::get());
    let mut peer = server.accept().await;
    peer.bytes(24).await;
    for piece in pieces {
        peer.write(piece).await;
        tokio::task::yield_now().await;
    }
    drop(peer);
    call.error().await
}

#[test]
fn a_first_frame_that_is_not_settings_is_an_error() {
    run(async {
        for first in [
            frame(PING, 0, 0, &[0; 8]),
            frame(SETTINGS, ACK, 0, &[]),
            frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1]),
            frame(HEADERS, END_HEADERS | END_STREAM, 1, OK),
        ] {
            let error = error_of_first(&[&first]).await;
            assert_eq!(error.code, "ERR_HTTP2_SESSION_ERROR");
            assert!(error.message.contains("SETTINGS"), "{error}");
        }
        let error = error_of_first(&[&go_away(1, 11)]).await;
        assert_eq!(error.http2_code, Some(11), "the reason of a GOAWAY is kept");
    });
}

#[test]
fn a_peer_that_speaks_no_http2_is_called_so() {
    run(async {
        let http1: [&[&[u8]]; 2] = [
            &[b"HTTP/1.1 400 Bad Request\r\n\r\n"],
            &[b"HT", b"TP/", b"1.0 505 No\r\n\r\n"],
        ];
        for pieces in http1 {
            let error = error_of_first(pieces).await;
            assert_eq!(error.code, "ERR_INVALID_RESPONSE");
            assert!(error.message.contains("HTTP/1"), "{error}");
        }
        let others: [&[&[u8]]; 3] = [
            &[b"SSH-2.0-OpenSSH_9.6\r\n"],
            &[b"S", b"SH-2.0"],
            &[&[0x15, 3, 1, 0, 2, 2, 70]],
        ];
        for pieces in others {
            let error = error_of_first(pieces).await;
            assert_eq!(error.code, "ERR_INVALID_RESPONSE");
            assert!(error.message.contains("not HTTP/2"), "{error}");
        }
    });
}

#[test]
fn a_head_that_cannot_be_decoded_is_the_fault_of_its_response() {
    run(async {
        let Opened { calls, mut peer, .. } =
            open([Request::get(), Request::get(), Request::get(), Request::get()]).await;
        let answers = [
            (3, [OK.to_vec(), field("fine", "yes")].concat()),
            (5, [OK.to_vec(), field("Upper", "case")].concat()),
            (1, OK.to_vec()),
        ];
        let answers = answers.map(|(stream, block)| frame(HEADERS, END_HEADERS | END_STREAM, stream, &block));
        peer.0.write(&answers.concat()).await;
        assert_eq!(calls[1].answer().await.status, 200);
        for (index, code, sent) in [
            (2, "ERR_INVALID_RESPONSE", RequestSent::Yes),
            (0, "ERR_HTTP2_SESSION_ERROR", RequestSent::Yes),
            (3, "ERR_HTTP2_SESSION_ERROR", RequestSent::Maybe),
        ] {
            let error = calls[index].error().await;
            assert_eq!((error.code, error.request_sent), (code, sent), "{index}: {error}");
        }
    });
}

#[test]
fn a_window_that_overflows_fails_its_upload_at_once_and_no_other_request() {
    run(async {
        let largest = frame(WINDOW_UPDATE, 0, 1, &0x7fff_ffff_u32.to_be_bytes());
        let upload = || Request::upload("Content-Length: 9\r\n");
        for request in [Request::post(vec![7; 1024 * 1024]), upload(), upload().streamed()] {
            let Opened { calls, mut peer, .. } = open([request, Request::get()]).await;
            // what the windows allow
            while timeout(milliseconds(1), peer.read()).await.is_ok() {}
            let began = Instant::now();
            // the first need not overflow a window that is used up
            peer.0.write(&[&largest[..], &largest].concat()).await;
            let error = calls[0].error().await;
            assert_eq!(
                (error.kind, error.http2_code, error.request_sent),
                (Kind::RemoteProtocolError, Some(3), RequestSent::Maybe),
                "{error}"
            );
            assert_eq!(began.elapsed(), Duration::ZERO);
            let reset = peer.until(RST_STREAM).await;
            assert_eq!((reset.stream, &reset.payload[..]), (1, &[0, 0, 0, 3][..]));
            peer.answer(3, &[]).await;
            assert_eq!(calls[1].answer().await.status, 200);
        }
    });
}

#[test]
fn a_window_that_overflows_fails_a_request_without_a_body_at_once_and_no_other() {
    run(async {
        let update = |increment: u32| frame(WINDOW_UPDATE, 0, 1, &increment.to_be_bytes());
        let wide = [0, 4, 0x7f, 0xff, 0xff, 0xff];
        for (settings, updates) in [
            (&[][..], update(0x7fff_ffff)),
            (&[][..], [update(0x7fff_0000), update(1)].concat()),
            (&wide[..], update(1)),
        ] {
            for has_answered in [false, true] {
                let Opened { calls, mut peer, .. } =
                    open_with(settings, [Request::get().streamed(), Request::get()]).await;
                if settings.is_empty() {
                    // the largest window is legal
                    peer.send(WINDOW_UPDATE, 0, 3, &0x7fff_0000_u32.to_be_bytes())
                        .await;
                }
                if has_answered {
                    peer.send(HEADERS, END_HEADERS, 1, OK).await;
                    calls[0].head().await;
                    until_idle().await;
                }
                let began = Instant::now();
                peer.0.write(&updates).await;
                let error = if has_answered {
                    calls[0].read_all(Form::Decoded).await.unwrap_err()
                } else {
                    calls[0].error().await
                };
                assert_eq!(
                    (error.kind, error.http2_code),
                    (Kind::RemoteProtocolError, Some(3)),
                    "{error}"
                );
                assert_eq!(began.elapsed(), Duration::ZERO);
                let reset = peer.until(RST_STREAM).await;
                assert_eq!((reset.stream, &reset.payload[..]), (1, &[0, 0, 0, 3][..]));
                if settings.is_empty() {
                    peer.answer(3, &[]).await;
                    assert_eq!(calls[1].answer().await.status, 200);
                }
            }
        }
    });
}

#[test]
fn a_window_that_overflows_behind_the_response_fails_its_body() {
    run(async {
        let Opened {
            calls: [call],
            mut peer,
            ..
        } = open_response(Request::upload("Content-Length: 9\r\n")).await;
        until_idle().await;
        let began = Instant::now();
        peer.send(WINDOW_UPDATE, 0, 1, &0x7fff_ffff_u32.to_be_bytes())
            .await;
        let error = call.read_all(Form::Decoded).await.unwrap_err();
        assert_eq!(
            (error.kind, error.http2_code),
            (Kind::RemoteProtocolError, Some(3)),
            "{error}"
        );
        assert_eq!(began.elapsed(), Duration::ZERO);
    });
}

#[test]
fn content_of_a_204_or_304_is_malformed_and_an_empty_frame_is_not() {
    run(async {
        for status in ["204", "304"] {
            for (content, is_malformed) in [("", false), ("body", true)] {
                let Opened {
                    caller,
                    server,
                    calls: [call],
                    mut peer,
                } = open([Request::get()]).await;
                peer.send(HEADERS, END_HEADERS, 1, &field(":status", status))
                    .await;
                peer.send(DATA, END_STREAM, 1, content.as_bytes()).await;
                if is_malformed {
                    let error = call.error().await;
                    assert_eq!(
                        (error.kind, error.code, error.request_sent),
                        (
                            Kind::RemoteProtocolError,
                            "ERR_INVALID_RESPONSE",
                            RequestSent::Yes
                        ),
                        "{error}"
                    );
                } else {
                    assert_eq!(call.answer().await.status.to_string(), status);
                }
                let next = caller.send(&server.origin, Request::get());
                peer.until(HEADERS).await;
                peer.answer(3, &[]).await;
                assert_eq!(next.answer().await.status, 200, "on the same connection");
            }
        }
    });
}
