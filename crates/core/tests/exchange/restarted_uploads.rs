//! Uploads on a connection that turns out to be closed: which are sent again from their beginning.

use bytes::Bytes;
use httpxide_core::RequestSent;

use crate::call::Call;
use crate::caller::Caller;
use crate::request::Request;
use crate::run_on_both;
use crate::server::{OK, Server};
use crate::stale::idle;

/// More bytes than are kept of an upload that the server may have seen.
const LONG: usize = 64 * 1024 + 1;

fn head(length: usize, repeatable: bool) -> String {
    let key = if repeatable { "Idempotency-Key: 1\r\n" } else { "" };
    format!("Content-Length: {length}\r\n{key}")
}

/// Sends these bytes of a request over a kept connection, which closes once the server has them.
async fn cut_after(caller: &Caller, server: &Server, request: Request, begin: Bytes) -> Call {
    let mut peers = idle(caller, server, 1).await;
    let call = caller.send(&server.origin, request);
    peers[0].head().await;
    call.upload().push(begin.clone());
    assert_eq!(peers[0].bytes(begin.len()).await, begin);
    call
}

async fn answers(server: &Server, body: &[u8], call: &Call) {
    let mut peer = server.accept().await;
    peer.head().await;
    assert_eq!(peer.bytes(body.len()).await, body);
    peer.write(OK).await;
    assert_eq!(call.answer().await.body, "ok");
}

#[test]
fn a_short_one_that_may_be_repeated_is_sent_again_from_what_was_kept() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let request = Request::upload(&head(10, true));
        let call = cut_after(&caller, &server, request, Bytes::from_static(b"begun")).await;
        call.upload().push(Bytes::from_static(b" late"));
        call.upload().end();
        answers(&server, b"begun late", &call).await;
        assert_eq!(call.credit(), 10, "each byte counts once");
    });
}

#[test]
fn a_long_one_that_may_be_repeated_is_asked_for_again() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let request = Request::replayable_upload(&head(LONG + 1, true));
        let call = cut_after(&caller, &server, request, vec![b'a'; LONG].into()).await;
        call.restart().await;
        // on its way when the body was asked for
        call.upload().push(Bytes::from_static(b"a"));
        call.upload().end();
        call.upload().restarted();
        let again = vec![b'b'; LONG + 1];
        call.upload().push(again.clone().into());
        call.upload().end();
        answers(&server, &again, &call).await;
    });
}

#[test]
fn a_long_one_that_can_be_read_once_fails_and_says_why() {
    run_on_both(|| async {
        let (caller, server) = (Caller::new(), Server::start());
        let request = Request::upload(&head(LONG + 1, true));
        let call = cut_after(&caller, &server, request, vec![b'a'; LONG].into()).await;
        let error = call.error().await;
        assert_eq!(error.request_sent, RequestSent::Maybe);
        assert!(error.message.ends_with("cannot be read twice"), "{error}");
    });
}

#[test]
fn one_that_may_not_be_repeated_fails() {
    run_on_both(|| async {
        for request in [Request::upload, Request::replayable_upload] {
            let (caller, server) = (Caller::new(), Server::start());
            let request = request(&head(10, false));
            let call = cut_after(&caller, &server, request, Bytes::from_static(b"begun")).await;
            let error = call.error().await;
            assert_eq!(error.request_sent, RequestSent::Maybe);
            assert!(!error.message.contains("not sent again"), "{error}");
        }
    });
}
