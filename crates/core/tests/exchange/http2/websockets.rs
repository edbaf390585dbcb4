//! A WebSocket over HTTP/2 (RFC 8441) waits for the server's settings.

use std::time::Duration;

use httpxide_core::Kind;
use httpxide_core::body::RequestBody;
use httpxide_core::websocket::{Heartbeat, Settings};
use tokio::task::yield_now;

use super::caller;
use super::frames::{END_HEADERS, Frames, GOAWAY, HEADERS, OK, RST_STREAM, SETTINGS, frame};
use crate::request::Request;
use crate::run;
use crate::server::Server;

/// `SETTINGS_ENABLE_CONNECT_PROTOCOL` = 1 (RFC 8441 3).
const ENABLE_CONNECT_PROTOCOL: [u8; 6] = [0, 8, 0, 0, 0, 1];

fn websocket() -> Request {
    Request::new(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        RequestBody::Empty,
    )
}

#[test]
fn it_begins_after_the_last_byte_of_the_settings_however_late_that_comes() {
    let settings = frame(SETTINGS, 0, 0, &ENABLE_CONNECT_PROTOCOL);
    for cut in 0..settings.len() {
        for turns in [0, 1, 2, 5] {
            run(async {
                let server = Server::start();
                let caller = caller();
                let call = caller.send(&server.origin, websocket());
                let mut frames = Frames(server.accept().await);
                for _ in 0..turns {
                    yield_now().await;
                }
                frames.0.write(&settings[..cut]).await;
                for _ in 0..turns {
                    yield_now().await;
                }
                frames.0.write(&settings[cut..]).await;
                frames.0.bytes(24).await;
                let stream = frames.until(HEADERS).await.stream;
                frames.send(HEADERS, END_HEADERS, stream, OK).await;
                assert_eq!(call.head().await.0, 200);
            });
        }
    }
}

#[test]
fn a_server_that_ends_before_its_settings_is_an_error() {
    for turns in [0, 1, 2, 5] {
        run(async {
            let server = Server::start();
            let origin = server.origin.clone();
            server.play(move |peer| async move {
                for _ in 0..turns {
                    yield_now().await;
                }
                drop(peer);
            });
            let caller = caller();
            let error = caller.send(&origin, websocket()).error().await;
            assert_eq!(error.kind, Kind::RemoteProtocolError);
            caller.settles_at((0, 0, 0)).await;
        });
    }
}

#[test]
fn a_session_that_is_cut_tells_why() {
    run(async {
        // that this stream and those before it are processed, and ENHANCE_YOUR_CALM
        let farewell = [0, 0, 0, 1, 0, 0, 0, 11];
        for (last, code) in [
            (None, "ERR_WEBSOCKET_CUT"),
            (Some((GOAWAY, 0, &farewell[..])), "ERR_HTTP2_GOAWAY_SESSION"),
            (Some((RST_STREAM, 1, &[0, 0, 0, 8][..])), "ECONNRESET"),
        ] {
            let server = Server::start();
            let caller = caller();
            let call = caller.send(&server.origin, websocket());
            let mut frames = Frames(server.accept().await);
            frames.send(SETTINGS, 0, 0, &ENABLE_CONNECT_PROTOCOL).await;
            frames.0.bytes(24).await;
            let stream = frames.until(HEADERS).await.stream;
            frames.send(HEADERS, END_HEADERS, stream, OK).await;
            assert_eq!(call.head().await.0, 200);
            call.exchange.open_session(Settings {
                compression: None,
                max_message_bytes: None,
                heartbeat: Heartbeat {
                    interval: None,
                    timeout: None,
                },
                close_timeout: Duration::from_secs(10),
            });
            if let Some((kind, stream, payload)) = last {
                frames.send(kind, 0, stream, payload).await;
            }
            drop(frames);
            call.end().await;
            let (close, _, failure) = call.session_end().unwrap();
            assert_eq!((close, failure.unwrap().code), (1006, code));
        }
    });
}
