//! A response is complete when its stream has ended (`END_STREAM`), and only then.

use httpxide_core::body::{Form, Read, RequestBody};
use httpxide_core::{Error, Kind, RequestSent};

use super::caller;
use super::frames::{DATA, END_HEADERS, END_STREAM, Frames, HEADERS, OK, RST_STREAM, field, frame, go_away};
use super::opened::{Opened, open};
use crate::request::Request;
use crate::run;
use crate::server::Server;

/// How a server stops before the end of a response.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// `RST_STREAM` with `NO_ERROR`.
    Reset,
    /// GOAWAY with `NO_ERROR`, which names no stream.
    GoAway,
    /// GOAWAY that names the stream, and the end of the connection.
    GracefulEnd,
    /// The end of the connection.
    End,
}

const CUTS: [Cut; 4] = [Cut::Reset, Cut::GoAway, Cut::GracefulEnd, Cut::End];

/// Cuts the response of stream 1.
async fn cut(mut peer: Frames, how: Cut) -> Option<Frames> {
    match how {
        Cut::Reset => peer.send(RST_STREAM, 0, 1, &[0; 4]).await,
        Cut::GoAway => peer.0.write(&go_away(0, 0)).await,
        Cut::GracefulEnd => {
            peer.0.write(&go_away(1, 0)).await;
            return None;
        }
        Cut::End => return None,
    }
    Some(peer)
}

async fn error_of(request: Request, frames: &[Vec<u8>], how: Cut) -> Error {
    let Opened {
        calls: [call],
        mut peer,
        ..
    } = open([request]).await;
    for frame in frames {
        peer.0.write(frame).await;
    }
    let _peer = cut(peer, how).await;
    call.error().await
}

fn head(fields: &[Vec<u8>]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, 1, &[OK.to_vec(), fields.concat()].concat())
}

#[test]
fn a_body_that_is_cut_is_an_error_however_politely_and_whatever_its_length() {
    let part = frame(DATA, 0, 1, b"ab");
    let responses = [
        ("head only", vec![head(&[])]),
        ("a part", vec![head(&[]), part.clone()]),
        (
            "a part of 5 bytes",
            vec![head(&[field("content-length", "5")]), part.clone()],
        ),
        (
            "2 of 2 bytes",
            vec![head(&[field("content-length", "2")]), part.clone()],
        ),
        (
            "a part that is compressed",
            vec![head(&[field("content-encoding", "br")]), part.clone()],
        ),
        ("0 bytes", vec![head(&[field("content-length", "0")])]),
        (
            "a part and half of the trailers",
            vec![head(&[]), part, frame(HEADERS, END_STREAM, 1, &field("a", "b"))],
        ),
    ];
    for (name, frames) in responses {
        for how in CUTS {
            if name.contains("trailers") && !matches!(how, Cut::End) {
                continue;
            }
            let frames = frames.clone();
            run(async move {
                let error = error_of(Request::get(), &frames, how).await;
                assert_eq!(
                    (error.kind, error.request_sent),
                    (Kind::RemoteProtocolError, RequestSent::Yes),
                    "{name}, {how:?}: {error}"
                );
            });
        }
    }
}

#[test]
fn a_response_without_a_body_is_an_error_too_if_its_stream_does_not_end() {
    for how in CUTS {
        run(async move {
            let head_request = Request::new("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", RequestBody::Empty);
            let error = error_of(head_request, &[head(&[field("content-length", "5")])], how).await;
            assert_eq!(error.kind, Kind::RemoteProtocolError, "{how:?}: {error}");
            let no_content = frame(HEADERS, END_HEADERS, 1, &[0x89]);
            let error = error_of(Request::get(), &[no_content], how).await;
            assert_eq!(error.kind, Kind::RemoteProtocolError, "{how:?}: {error}");
        });
    }
}

#[test]
fn a_byte_stream_that_is_cut_is_an_error() {
    for how in CUTS {
        run(async move {
            let (caller, server) = (caller(), Server::start());
            let request = Request::new("CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n", RequestBody::Empty);
            let call = caller.send(&server.origin, request);
            let mut peer = Frames::accept(&server, &[]).await;
            peer.until(HEADERS).await;
            peer.0.write(&head(&[])).await;
            peer.send(DATA, 0, 1, b"ab").await;
            assert!(matches!(call.read(Form::Raw).await, Read::Chunk(..)));
            let _peer = cut(peer, how).await;
            assert!(matches!(call.read(Form::Raw).await, Read::Failed(..)), "{how:?}");
        });
    }
}

#[test]
fn a_complete_response_is_delivered_whatever_follows_while_the_upload_is_under_way() {
    for how in CUTS {
        run(async move {
            let Opened {
                calls: [call],
                mut peer,
                ..
            } = open([Request::upload("Transfer-Encoding: chunked\r\n")]).await;
            peer.0.write(&head(&[])).await;
            peer.send(DATA, END_STREAM, 1, b"all").await;
            let _peer = cut(peer, how).await;
            assert_eq!(call.answer().await.body, "all", "{how:?}");
        });
    }
}
