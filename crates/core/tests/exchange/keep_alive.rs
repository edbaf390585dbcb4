//! The `Keep-Alive` header of responses: how long the server keeps a connection.

use tokio::time::sleep;

use crate::caller::Caller;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, run, run_on_both};

#[test]
fn a_request_after_the_time_that_the_server_keeps_a_connection_goes_over_a_new_one() {
    run(async {
        for (pause, is_kept) in [(1900, true), (2001, false)] {
            let (caller, server) = (Caller::new(), Server::start());
            let call = caller.send(&server.origin, Request::post("body"));
            let answer = b"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=3, max=9\r\nContent-Length: 2\r\n\r\nok";
            let mut peer = server.answer(answer).await;
            call.answer().await;
            peer.bytes(4).await;
            sleep(milliseconds(pause)).await;
            let next = caller.send(&server.origin, Request::post("more"));
            if !is_kept {
                assert!(peer.is_closed_within(milliseconds(1)).await);
                peer = server.accept().await;
            }
            peer.head().await;
            assert_eq!(peer.bytes(4).await, b"more");
            peer.write(OK).await;
            assert_eq!(next.answer().await.body, "ok");
            // this response does not say how long the connection is kept: what an earlier one on it said still holds
            sleep(milliseconds(4000)).await;
            let idle = usize::from(!is_kept);
            assert_eq!(caller.connections(), (0, idle, 0));
        }
    });
}

#[test]
fn a_request_that_is_cancelled_before_its_turn_does_not_prolong_the_time() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let answer = b"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=3\r\nContent-Length: 2\r\n\r\nok";
        let mut peer = server.answer(answer).await;
        call.answer().await;
        sleep(milliseconds(1500)).await;
        let cancelled = caller.send(&server.origin, Request::get());
        cancelled.cancel();
        cancelled.end().await;
        sleep(milliseconds(400)).await;
        assert_eq!(caller.connections(), (0, 1, 0));
        assert!(peer.is_closed_within(milliseconds(101)).await);
    });
}

#[test]
fn a_connection_without_time_or_requests_left_is_closed() {
    run_on_both(|| async {
        for value in ["timeout=0", "timeout=5, max=0"] {
            let (caller, server) = (Caller::new(), Server::start());
            let call = caller.send(&server.origin, Request::get());
            let answer = format!("HTTP/1.1 200 OK\r\nKeep-Alive: {value}\r\nContent-Length: 2\r\n\r\nok");
            let mut peer = server.answer(answer.as_bytes()).await;
            call.answer().await;
            assert!(peer.is_closed_within(milliseconds(500)).await);
        }
    });
}

#[test]
fn a_connection_whose_server_does_not_answer_for_the_origin_is_closed() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let call = caller.send(&server.origin, Request::get());
        let answer = b"HTTP/1.1 421 Misdirected Request\r\nContent-Length: 2\r\n\r\nno";
        let mut peer = server.answer(answer).await;
        assert_eq!(call.answer().await.body, "no");
        assert!(peer.is_closed_within(milliseconds(500)).await);
    });
}

#[test]
fn a_connection_on_which_a_response_was_framed_twice_is_closed() {
    run_on_both(|| async {
        for (lines, is_kept) in [
            ("Content-Length: 2\r\nTransfer-Encoding: chunked", false),
            ("Transfer-Encoding: chunked\r\nContent-Length: 12", false),
            ("Transfer-Encoding: chunked", true),
        ] {
            let (caller, server) = (Caller::new(), Server::start());
            let call = caller.send(&server.origin, Request::get());
            let answer = format!("HTTP/1.1 200 OK\r\n{lines}\r\n\r\n2\r\nok\r\n0\r\n\r\n");
            let mut peer = server.answer(answer.as_bytes()).await;
            assert_eq!(call.answer().await.body, "ok", "{lines}");
            if is_kept {
                caller.settles_at((0, 1, 0)).await;
            } else {
                assert!(peer.is_closed_within(milliseconds(500)).await, "{lines}");
            }
        }
    });
}
