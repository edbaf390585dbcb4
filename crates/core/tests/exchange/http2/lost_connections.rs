//! Connections that fail: the error says how, and what the server may have seen.

use bytes::Bytes;
use httpxide_core::body::Form;
use httpxide_core::{Kind, Phase, RequestSent, Timeouts};

use super::caller;
use super::frames::{DATA, END_HEADERS, END_STREAM, Frames, HEADERS, OK, field, frame, go_away};
use super::opened::{Opened, open};
use crate::request::Request;
use crate::server::Server;
use crate::{milliseconds, run_on_both, run_over_sockets};

#[test]
fn a_reset_is_reported_as_the_system_calls_it() {
    run_on_both(|| async {
        let (caller, server) = (caller(), Server::start());
        let waiting = caller.send(&server.origin, Request::post("a"));
        let receiving = caller.send(&server.origin, Request::get().streamed());
        let mut peer = Frames::accept(&server, &[]).await;
        peer.until(HEADERS).await;
        let stream = peer.until(HEADERS).await.stream;
        let head = [OK.to_vec(), field("content-length", "9")].concat();
        peer.send(HEADERS, END_HEADERS, stream, &head).await;
        receiving.head().await;
        peer.0.reset();
        let error = waiting.error().await;
        assert_eq!(
            (error.kind, error.code),
            (Kind::ReadError, "ECONNRESET"),
            "{error}"
        );
        assert_eq!(
            (error.phase, error.request_sent),
            (Phase::Headers, RequestSent::Maybe)
        );
        let error = receiving.read_all(Form::Decoded).await.unwrap_err();
        assert_eq!(
            (error.kind, error.code),
            (Kind::ReadError, "ECONNRESET"),
            "{error}"
        );
        assert_eq!((error.phase, error.request_sent), (Phase::Body, RequestSent::Yes));
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn an_end_without_a_word_is_no_error_of_the_system() {
    run_on_both(|| async {
        let Opened {
            calls: [call], peer, ..
        } = open([Request::post("a")]).await;
        drop(peer);
        let error = call.error().await;
        assert_eq!(error.kind, Kind::RemoteProtocolError, "{error}");
        assert_eq!(error.code, "ERR_INCOMPLETE_RESPONSE");
    });
}

/// The server answers and goes away while the client still sends: what it said before counts.
#[test]
fn what_a_server_said_before_it_stopped_reading_is_heard() {
    run_over_sockets(async {
        let (caller, server) = (caller(), Server::start());
        let request = Request::upload("Transfer-Encoding: chunked\r\n").within(Timeouts {
            read: Some(milliseconds(5000)),
            ..Timeouts::default()
        });
        let call = caller.send(&server.origin, request);
        let mut peer = Frames::accept(&server, &[]).await;
        let stream = peer.until(HEADERS).await.stream;
        // both are in the client's buffers before the first byte of the body is written
        let head = [OK.to_vec(), field("content-length", "2")].concat();
        let answer = [
            frame(HEADERS, END_HEADERS, stream, &head),
            frame(DATA, END_STREAM, stream, b"no"),
            go_away(stream, 0),
        ];
        peer.0.write(&answer.concat()).await;
        drop(peer);
        call.upload().push(Bytes::from(vec![0; 60_000]));
        assert_eq!(call.answer().await.body, "no");
    });
}
