//! A server stops while its response is not read, and goes on when it is.

use std::cell::Cell;
use std::io::Write;
use std::rc::Rc;

use flate2::Compression;
use flate2::write::GzEncoder;
use httpxide_core::Timeouts;
use httpxide_core::body::{Form, Read};
use tokio::io::AsyncWriteExt;
use tokio::task::spawn_local;
use tokio::time::sleep;

use crate::call::Call;
use crate::caller::Caller;
use crate::request::Request;
use crate::server::{Peer, Server};
use crate::{milliseconds, run, until_idle};

/// More bytes than all buffers between server and reader hold.
const BODY: usize = 16 * 1024 * 1024;
/// The most bytes in these buffers: connection 64 KiB, hyper 512 KiB, pipe 1 MiB and one piece.
const HELD: usize = 3 * 1024 * 1024;

/// More bytes than the engine decodes in advance.
const INFLATED: usize = 3 * 1024 * 1024;

/// Writes `bytes` in a task of its own. The counter holds the number of bytes that were taken.
fn write_on(mut peer: Peer, bytes: Vec<u8>) -> Rc<Cell<usize>> {
    let written = Rc::new(Cell::new(0));
    let counter = Rc::clone(&written);
    spawn_local(async move {
        for piece in bytes.chunks(64 * 1024) {
            if peer.stream.write_all(piece).await.is_err() {
                return;
            }
            counter.set(counter.get() + piece.len());
        }
        // the connection stays open until the client closes it
        peer.rest().await;
    });
    written
}

/// The start of a gzip body of stored blocks (RFC 1951 3.2.4), which is as long encoded as decoded.
fn stored(length: usize) -> Vec<u8> {
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let block = [&[0, 0xff, 0xff, 0, 0][..], &vec![7; 0xffff]].concat();
    [&header[..], &block.repeat(length / block.len())].concat()
}

async fn at_rest(written: &Cell<usize>) -> usize {
    until_idle().await;
    written.get()
}

async fn streamed(caller: &Caller, server: &Server, headers: &str) -> (Call, Peer) {
    let request = Request::get().streamed().within(Timeouts {
        read: Some(milliseconds(200)),
        ..Timeouts::default()
    });
    let call = caller.send(&server.origin, request);
    let peer = server
        .answer(format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes())
        .await;
    call.head().await;
    (call, peer)
}

#[test]
fn a_server_stops_while_its_response_is_not_read_and_goes_on_when_it_is() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let headers = format!("Content-Length: {BODY}\r\n");
        let (call, peer) = streamed(&caller, &server, &headers).await;
        let written = write_on(peer, vec![7; BODY]);
        let held = at_rest(&written).await;
        assert!(held < HELD, "{held} bytes written");

        // the read timeout does not run while the reader pauses
        let Read::Chunk(first, _) = call.read(Form::Decoded).await else {
            panic!("no chunk")
        };
        sleep(milliseconds(300)).await;
        let (rest, _, downloaded) = call.read_all(Form::Decoded).await.unwrap();
        assert_eq!(first.len() + rest.len(), BODY);
        assert_eq!(first.len() as u64 + downloaded, BODY as u64);
        assert_eq!(written.get(), BODY);
        caller.settles_at((0, 1, 0)).await;
    });
}

#[test]
fn an_encoded_body_is_not_read_before_the_first_read_tells_its_form() {
    run(async {
        let coded = stored(BODY);
        for form in [Form::Raw, Form::Decoded] {
            let (caller, server) = (Caller::new(), Server::start());
            let headers = format!("Content-Encoding: gzip\r\nContent-Length: {}\r\n", coded.len());
            let (call, peer) = streamed(&caller, &server, &headers).await;
            let written = write_on(peer, coded.clone());
            let held = at_rest(&written).await;
            assert!(held < HELD, "{held} bytes written before the first read");
            call.read(form).await;
            let held = at_rest(&written).await;
            assert!(held < HELD, "{held} bytes written after it");
            call.cancel();
            call.end().await;
        }
    });
}

#[test]
fn a_compressed_body_is_decoded_only_as_it_is_read() {
    run(async {
        let (caller, server) = (Caller::new(), Server::start());
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&vec![0; INFLATED]).unwrap();
        let coded = encoder.finish().unwrap();
        let headers = format!("Content-Encoding: gzip\r\nContent-Length: {}\r\n", coded.len());
        let (call, peer) = streamed(&caller, &server, &headers).await;
        write_on(peer, coded);
        let mut total = 0;
        let mut read = call.read(Form::Decoded).await;
        until_idle().await;
        // the pipe now holds the bytes that the engine decoded in advance
        while let Read::Chunk(chunk, _) = read {
            total += chunk.len();
            read = call.try_read(Form::Decoded);
        }
        assert!(total < 2 * 1024 * 1024, "{total} bytes decoded in advance");
        while let Read::Chunk(chunk, _) = call.read(Form::Decoded).await {
            assert!(chunk.len() <= 256 * 1024);
            total += chunk.len();
        }
        assert_eq!(total, INFLATED);
    });
}
