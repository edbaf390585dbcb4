//! Frames of few bytes or none: many of them are legal, and cost their own stream only.

use std::time::Duration;

use httpxide_core::Kind;
use httpxide_core::body::{Form, Read, RequestBody};

use super::frames::{
    ACK, DATA, END_HEADERS, END_STREAM, HEADERS, OK, PADDED, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE,
    field, frame,
};
use super::opened::{Opened, open, open_response};
use crate::request::Request;
use crate::{run, until_idle};

#[test]
fn a_flood_on_a_stream_that_has_ended_ends_the_connection() {
    for flood in [
        frame(DATA, END_STREAM, 1, &[]),
        frame(DATA, 0, 1, &[0; 300]),
        frame(HEADERS, END_HEADERS | END_STREAM, 1, OK),
    ] {
        run(async move {
            let Opened { calls, mut peer, .. } = open([Request::get(), Request::get()]).await;
            peer.answer(1, &[]).await;
            assert_eq!(calls[0].answer().await.status, 200);
            let (mut reading, mut writing) = tokio::io::split(peer.0.stream);
            tokio::task::spawn_local(async move {
                let _ = tokio::io::copy(&mut reading, &mut tokio::io::sink()).await;
            });
            let flooding = tokio::task::spawn_local(async move {
                let many = flood.repeat(100);
                while tokio::io::AsyncWriteExt::write_all(&mut writing, &many)
                    .await
                    .is_ok()
                {
                    tokio::task::yield_now().await;
                }
            });
            let error = calls[1].error().await;
            assert_eq!(error.kind, Kind::RemoteProtocolError, "{error}");
            flooding.await.unwrap();
        });
    }
}

#[test]
fn what_was_on_its_way_to_a_cancelled_request_is_no_flood() {
    run(async {
        let Opened { calls, mut peer, .. } = open([Request::get().streamed(), Request::get()]).await;
        peer.send(HEADERS, END_HEADERS, 1, OK).await;
        calls[0].head().await;
        calls[0].cancel();
        peer.until(RST_STREAM).await;
        peer.0.write(&frame(DATA, 0, 1, &[0; 20]).repeat(30_000)).await;
        peer.answer(3, &[]).await;
        assert_eq!(calls[1].answer().await.status, 200);
    });
}

#[test]
fn data_without_bytes_ends_no_connection_however_its_bytes_are_cut() {
    for size in [1, 7, 9, 4096] {
        run(async move {
            let Opened {
                caller,
                calls: [call],
                mut peer,
                ..
            } = open([Request::get()]).await;
            let mut frames = frame(HEADERS, END_HEADERS, 1, OK);
            for _ in 0..300 {
                frames.extend(frame(DATA, 0, 1, &[]));
                frames.extend(frame(DATA, 0, 1, b"a"));
            }
            frames.extend(frame(DATA, END_STREAM, 1, &[]));
            for piece in frames.chunks(size) {
                peer.0.write(piece).await;
                tokio::task::yield_now().await;
            }
            assert_eq!(call.answer().await.body.len(), 300);
            assert_eq!(caller.connections(), (0, 1, 0));
        });
    }
}

#[test]
fn padding_alone_before_the_trailers_of_each_response_ends_no_connection_however_its_bytes_are_cut() {
    for (padding, size) in [(0_u8, 1), (0, 4096), (6, 7), (255, 11), (255, 4096)] {
        run(async move {
            let mut opened = open([Request::get()]).await;
            let padding = [&[padding][..], &vec![0; usize::from(padding)]].concat();
            opened.peer.answer(1, &[]).await;
            opened.calls[0].answer().await;
            for stream in (3..603).step_by(2) {
                let call = opened.caller.send(&opened.server.origin, Request::get());
                assert_eq!(opened.peer.until(HEADERS).await.stream, stream);
                let frames = [
                    frame(HEADERS, END_HEADERS, stream, OK),
                    frame(DATA, 0, stream, b"a"),
                    frame(DATA, PADDED, stream, &padding),
                    frame(HEADERS, END_HEADERS | END_STREAM, stream, &field("b", "c")),
                ];
                for piece in frames.concat().chunks(size) {
                    opened.peer.0.write(piece).await;
                    tokio::task::yield_now().await;
                }
                assert_eq!(call.answer().await.body, "a");
            }
            assert_eq!(opened.caller.connections(), (0, 1, 0));
        });
    }
}

#[test]
fn data_on_its_way_to_many_cancelled_requests_ends_no_connection() {
    for (flags, payload) in [(0, &[][..]), (PADDED, &[1, 0]), (0, b"late")] {
        run(async move {
            let Opened {
                caller,
                server,
                calls: [waiting],
                mut peer,
            } = open([Request::get()]).await;
            for stream in (3..2603).step_by(2) {
                let call = caller.send(&server.origin, Request::get().streamed());
                peer.until(HEADERS).await;
                peer.send(HEADERS, END_HEADERS, stream, OK).await;
                call.head().await;
                call.cancel();
                peer.until(RST_STREAM).await;
                peer.send(DATA, flags, stream, payload).await;
            }
            peer.answer(1, &[]).await;
            assert_eq!(waiting.answer().await.status, 200);
        });
    }
}

#[test]
fn padding_alone_is_given_back_to_the_window_of_the_connection() {
    run(async {
        let mut opened = open([Request::get()]).await;
        opened.peer.answer(1, &[]).await;
        opened.calls[0].answer().await;
        // the window with which a connection begins
        let (mut window, mut sent) = (16_u64 * 1024 * 1024, 0_u64);
        for stream in (3..10_003).step_by(2) {
            let call = opened.caller.send(&opened.server.origin, Request::get());
            loop {
                let frame = opened.peer.read().await;
                match (frame.kind, frame.stream) {
                    (HEADERS, _) => break,
                    (WINDOW_UPDATE, 0) => {
                        window += u64::from(u32::from_be_bytes(frame.payload.try_into().unwrap()));
                    }
                    _ => {}
                }
            }
            let part = [
                frame(DATA, 0, stream, b"a"),
                frame(DATA, PADDED, stream, &[&[255][..], &[0; 255]].concat()).repeat(4),
            ];
            let frames = [
                frame(HEADERS, END_HEADERS, stream, OK),
                part.concat().repeat(4),
                frame(DATA, END_STREAM, stream, &[]),
            ];
            opened.peer.0.write(&frames.concat()).await;
            sent += 4 * (1 + 4 * 256);
            assert!(sent < window, "{sent} bytes sent, {window} allowed");
            assert_eq!(call.answer().await.body, "aaaa");
        }
        assert_eq!(opened.caller.connections(), (0, 1, 0));
    });
}

#[test]
fn data_without_content_breaks_the_same_rules_as_other_data() {
    run(async {
        for (name, stream) in [("stream 0", 0), ("an idle stream", 99), ("before a head", 1)] {
            for (flags, payload) in [(0, &[][..]), (PADDED, &[2, 0, 0])] {
                let mut opened = open([Request::get()]).await;
                opened.peer.send(DATA, flags, stream, payload).await;
                let error = opened.calls[0].error().await;
                assert_eq!(error.code, "ERR_HTTP2_SESSION_ERROR", "{name}");
                assert!(opened.peer.closes_within(Duration::from_secs(1)).await, "{name}");
            }
        }
    });
}

#[test]
fn after_a_cancelled_request_data_without_content_is_taken_on_streams_of_requests_only() {
    for (flags, payload) in [(0, &[][..]), (PADDED, &[2, 0, 0])] {
        for stream in [0, 2] {
            run(async move {
                let Opened { calls, mut peer, .. } = open([Request::get().streamed(), Request::get()]).await;
                peer.send(HEADERS, END_HEADERS, 1, OK).await;
                calls[0].head().await;
                calls[0].cancel();
                peer.until(RST_STREAM).await;
                peer.send(DATA, flags, stream, payload).await;
                let error = calls[1].error().await;
                assert_eq!(error.code, "ERR_HTTP2_SESSION_ERROR", "stream {stream}");
                assert!(
                    peer.closes_within(Duration::from_secs(1)).await,
                    "stream {stream}"
                );
            });
        }
    }
}

/// The bytes of one of many small frames, and how many of them fill most of a window.
const SMALL: [u8; 20] = [b'x'; 20];
const MANY: usize = 200_000;

#[test]
fn a_reader_that_stalls_before_many_small_frames_stops_its_own_stream_only() {
    let connect = "CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n";
    for head in ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", connect] {
        run(async move {
            let Opened {
                caller,
                server,
                calls: [stalled],
                mut peer,
            } = open([Request::new(head, RequestBody::Empty).streamed()]).await;
            // from here on the client's windows hold
            peer.send(SETTINGS, ACK, 0, &[]).await;
            peer.send(HEADERS, END_HEADERS, 1, OK).await;
            stalled.head().await;
            let many = frame(DATA, 0, 1, &SMALL).repeat(1000);
            for _ in 0..MANY / 1000 {
                peer.0.write(&many).await;
            }
            peer.send(DATA, END_STREAM, 1, &[]).await;
            // its answer says that all of them have been read
            peer.send(PING, 0, 0, &[0; 8]).await;
            peer.until(PING).await;
            let other = caller.send(&server.origin, Request::get());
            assert_eq!(peer.until(HEADERS).await.stream, 3);
            peer.answer(3, &[]).await;
            assert_eq!(other.answer().await.status, 200);
            let mut read = 0;
            loop {
                match stalled.read(Form::Raw).await {
                    Read::Chunk(chunk, _) => read += chunk.len(),
                    Read::End(..) => break,
                    other => panic!("{other:?} after {read} bytes"),
                }
            }
            assert_eq!(read, MANY * SMALL.len());
        });
    }
}

#[test]
fn frames_that_come_together_reach_the_reader_as_one_piece_and_a_frame_alone_at_once() {
    run(async {
        let Opened {
            calls: [call],
            mut peer,
            ..
        } = open_response(Request::get()).await;
        for (number, frames) in [(1_u8, 1), (2, 5), (3, 1)] {
            let together = frame(DATA, 0, 1, &[number; 5000]).repeat(frames);
            peer.0.write(&together).await;
            until_idle().await;
            let Read::Chunk(piece, _) = call.read(Form::Decoded).await else {
                panic!("the body has ended");
            };
            assert_eq!(&piece[..], vec![number; 5000 * frames]);
        }
        peer.send(DATA, END_STREAM, 1, &[]).await;
        assert!(matches!(call.read(Form::Decoded).await, Read::End(..)));
    });
}
