//! Requests and responses over HTTP/2 mean what they mean over HTTP/1.1.

use bytes::Bytes;
use h2::server::Builder;
use http::{HeaderMap, Request as HttpRequest, Response};
use httpxide_core::body::{Form, RequestBody};
use httpxide_core::{Kind, RequestSent};

use super::caller;
use super::server::{described, send, serve};
use crate::request::Request;
use crate::server::Server;
use crate::{run, run_on_both};

fn get(head: &str) -> Request {
    Request::new(head, RequestBody::Empty)
}

#[test]
fn a_request_arrives_as_it_was_given_without_the_fields_of_its_connection() {
    run_on_both(|| async {
        let server = Server::start();
        let origin = server.origin.clone();
        serve(server, &Builder::new(), |mut received| async move {
            let head = HttpRequest::from_parts(received.head.clone(), ());
            received.answer(described(&head)).await;
        });
        let caller = caller();
        let request = get(
            "DELETE /a?b=%20 HTTP/1.1\r\nHost: example.org\r\nX-One: 1\r\nConnection: keep-alive\r\nx-one: 2\r\n\r\n",
        );
        let answer = caller.send(&origin, request).answer().await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.head, "HTTP/2 200\r\n");
        assert_eq!(answer.body, "DELETE http://example.org/a?b=%20 x-one=1,x-one=2");
    });
}

#[test]
fn a_response_has_its_status_fields_body_and_trailers() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        serve(server, &Builder::new(), |mut received| async move {
            let head = Response::builder()
                .status(404)
                .header("server", "a")
                .header("set-cookie", "a=1")
                .header("x", "\u{e9}")
                .header("set-cookie", "b=2")
                .body(())
                .unwrap();
            let mut stream = received.begin(head);
            send(&mut stream, Bytes::from_static(b"not here"), false).await;
            let mut trailers = HeaderMap::new();
            trailers.insert("checksum", "1234".parse().unwrap());
            stream.send_trailers(trailers).unwrap();
        });
        let caller = caller();
        let answer = caller.send(&origin, Request::get()).answer().await;
        assert_eq!(answer.status, 404);
        assert_eq!(
            answer.head,
            "HTTP/2 404\r\nserver: a\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx: \u{e9}\r\n"
        );
        assert_eq!((answer.body, answer.downloaded), (Bytes::from("not here"), 8));
        assert_eq!(answer.trailers, "checksum: 1234\r\n");

        let call = caller.send(&origin, Request::get().streamed());
        assert_eq!(call.head().await.0, 404);
        let (body, trailers, downloaded) = call.read_all(Form::Decoded).await.unwrap();
        assert_eq!((body.as_slice(), downloaded), (&b"not here"[..], 8));
        assert_eq!(trailers, "checksum: 1234\r\n");
        assert_eq!(caller.connections(), (0, 1, 0));
    });
}

#[test]
fn bodies_larger_than_every_window_arrive_whole_both_ways() {
    run_on_both(|| async {
        let server = Server::start();
        let origin = server.origin.clone();
        serve(server, &Builder::new(), |mut received| async move {
            let body = received.all().await.unwrap();
            received.answer(body).await;
        });
        let caller = caller();
        let body: Vec<u8> = (0..9 << 20).map(|at: u32| (at / 1021).to_le_bytes()[0]).collect();
        let answer = caller.send(&origin, Request::post(body.clone())).answer().await;
        assert!(answer.body == body);

        let call = caller.send(
            &origin,
            Request::upload("Transfer-Encoding: chunked\r\n").streamed(),
        );
        for chunk in body.chunks(100_000) {
            call.upload().push(Bytes::copy_from_slice(chunk));
        }
        call.upload().end();
        let (received, _, _) = call.read_all(Form::Decoded).await.unwrap();
        assert!(received == body);
        assert_eq!(call.credit(), body.len());
        let upload = caller.send(&origin, Request::upload("Content-Length: 3\r\n"));
        upload.upload().push(Bytes::from_static(b"abc"));
        upload.upload().end();
        assert_eq!(upload.answer().await.body, "abc");
    });
}

#[test]
fn an_upload_of_another_length_than_announced_resets_its_stream_only() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(server, &Builder::new(), |mut received| async move {
            if received.all().await.is_ok() {
                received.answer("whole").await;
            }
        });
        let caller = caller();
        for pushed in ["ab", "abcd"] {
            let call = caller.send(&origin, Request::upload("Content-Length: 3\r\n"));
            call.upload().push(Bytes::from(pushed));
            call.upload().end();
            let error = call.error().await;
            assert_eq!(
                (error.kind, error.code),
                (Kind::LocalProtocolError, "ERR_CONTENT_LENGTH_MISMATCH")
            );
        }
        assert_eq!(caller.send(&origin, Request::get()).answer().await.body, "whole");
        assert_eq!(seen.connections.get(), 1);
    });
}

#[test]
fn a_response_to_head_or_without_a_body_has_none() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        serve(server, &Builder::new(), |mut received| async move {
            let status = if received.head.method == "HEAD" { 200 } else { 204 };
            let mut head = Response::builder().status(status);
            if status == 200 {
                head = head
                    .header("content-length", "10")
                    .header("content-encoding", "gzip");
            }
            received
                .respond
                .send_response(head.body(()).unwrap(), true)
                .unwrap();
        });
        let caller = caller();
        let answer = caller
            .send(&origin, get("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"))
            .answer()
            .await;
        assert_eq!((answer.status, answer.body.len()), (200, 0));
        let answer = caller.send(&origin, Request::get()).answer().await;
        assert_eq!((answer.status, answer.body.len()), (204, 0));
    });
}

#[test]
fn a_head_without_a_form_in_http2_is_refused_before_a_byte_is_sent() {
    run(async {
        let server = Server::start();
        let origin = server.origin.clone();
        let seen = serve(server, &Builder::new(), |mut received| async move {
            received.answer("ok").await;
        });
        let caller = caller();
        let error = caller
            .send(&origin, get("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"))
            .error()
            .await;
        assert_eq!(
            (error.kind, error.code, error.request_sent),
            (Kind::LocalProtocolError, "ERR_INVALID_REQUEST", RequestSent::No)
        );
        assert_eq!(caller.send(&origin, Request::get()).answer().await.body, "ok");
        assert_eq!((seen.connections.get(), seen.requests.get()), (1, 1));
    });
}
