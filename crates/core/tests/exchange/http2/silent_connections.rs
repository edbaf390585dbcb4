//! Connections on which nothing comes any more, although no error tells so.

use httpxide_core::{Kind, Timeouts};

use super::caller;
use super::frames::{DATA, END_HEADERS, END_STREAM, Frames, HEADERS, OK};
use super::opened::{Opened, open};
use crate::request::Request;
use crate::server::Server;
use crate::{milliseconds, run_on_both};

fn impatient() -> Request {
    Request::get().within(Timeouts {
        read: Some(milliseconds(100)),
        ..Timeouts::default()
    })
}

/// Receives the next request, and answers it.
async fn answer(peer: &mut Frames) {
    let stream = peer.until(HEADERS).await.stream;
    peer.send(HEADERS, END_HEADERS | END_STREAM, stream, OK).await;
}

/// A connection whose first request was answered.
async fn open_and_answer() -> Opened<1> {
    let mut opened = open([Request::get()]).await;
    opened.peer.send(HEADERS, END_HEADERS | END_STREAM, 1, OK).await;
    opened.calls[0].answer().await;
    opened
}

#[test]
fn a_connection_that_was_silent_until_a_timeout_takes_no_more_requests() {
    run_on_both(|| async {
        let Opened {
            caller,
            server,
            peer: _silent,
            ..
        } = open_and_answer().await;
        let error = caller.send(&server.origin, impatient()).error().await;
        assert_eq!(error.kind, Kind::ReadTimeout, "{error}");
        let next = caller.send(&server.origin, Request::get());
        let mut peer = Frames::accept(&server, &[]).await;
        answer(&mut peer).await;
        next.answer().await;
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn a_connection_on_which_others_are_answered_stays_after_a_timeout() {
    run_on_both(|| async {
        let (caller, server) = (caller(), Server::start());
        let slow = caller.send(&server.origin, impatient());
        let other = caller.send(&server.origin, Request::get().streamed());
        let mut peer = Frames::accept(&server, &[]).await;
        peer.until(HEADERS).await;
        let stream = peer.until(HEADERS).await.stream;
        peer.send(HEADERS, END_HEADERS, stream, OK).await;
        other.head().await;
        let error = slow.error().await;
        assert_eq!(error.kind, Kind::ReadTimeout, "{error}");
        let next = caller.send(&server.origin, Request::get());
        answer(&mut peer).await;
        next.answer().await;
        peer.send(DATA, END_STREAM, stream, b"ok").await;
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn a_request_that_its_owner_gives_up_at_once_leaves_the_connection() {
    run_on_both(|| async {
        let Opened {
            caller,
            server,
            mut peer,
            ..
        } = open_and_answer().await;
        let given_up = caller.send(&server.origin, Request::get());
        peer.until(HEADERS).await;
        given_up.cancel();
        given_up.end().await;
        let next = caller.send(&server.origin, Request::get());
        answer(&mut peer).await;
        next.answer().await;
        caller.settles_at((0, 1, 0)).await;
    });
}
