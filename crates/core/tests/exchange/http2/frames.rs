//! A peer that writes and reads frames one by one (RFC 9113 4.1), as no well-behaved server would.

use std::time::Duration;

use crate::server::{Peer, Server};

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const PRIORITY: u8 = 2;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PUSH_PROMISE: u8 = 5;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

pub(crate) const END_STREAM: u8 = 1;
pub(crate) const ACK: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
pub(crate) const PADDED: u8 = 8;
/// HEADERS with a priority.
pub(crate) const PRIORITIZED: u8 = 0x20;

/// `:status: 200` in the static table of HPACK.
pub(crate) const OK: &[u8] = &[0x88];

/// A frame that was read.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) stream: u32,
    pub(crate) payload: Vec<u8>,
}

/// The server's end of a connection.
pub(crate) struct Frames(pub(crate) Peer);

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// A field that HPACK does not compress.
pub(crate) fn field(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![0, u8::try_from(name.len()).unwrap()];
    bytes.extend_from_slice(name.as_bytes());
    bytes.push(u8::try_from(value.len()).unwrap());
    bytes.extend_from_slice(value.as_bytes());
    bytes
}

pub(crate) fn go_away(last_stream: u32, code: u32) -> Vec<u8> {
    let payload = [last_stream.to_be_bytes(), code.to_be_bytes()].concat();
    frame(GOAWAY, 0, 0, &payload)
}

impl Frames {
    /// Accepts a connection, and sends SETTINGS of this payload.
    pub(crate) async fn accept(server: &Server, settings: &[u8]) -> Self {
        let mut peer = server.accept().await;
        assert_eq!(peer.bytes(24).await, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        let mut frames = Self(peer);
        frames.send(SETTINGS, 0, 0, settings).await;
        frames
    }

    pub(crate) async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        self.0.write(&frame(kind, flags, stream, payload)).await;
    }

    /// Answers 200 with these fields, and ends the stream.
    pub(crate) async fn answer(&mut self, stream: u32, fields: &[u8]) {
        let fields = [OK, fields].concat();
        self.send(HEADERS, END_HEADERS | END_STREAM, stream, &fields)
            .await;
    }

    pub(crate) async fn read(&mut self) -> Frame {
        let head = self.0.bytes(9).await;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        Frame {
            kind: head[3],
            stream: u32::from_be_bytes([head[5], head[6], head[7], head[8]]),
            payload: self.0.bytes(length as usize).await,
        }
    }

    /// Reads until a frame of this kind.
    pub(crate) async fn until(&mut self, kind: u8) -> Frame {
        loop {
            let frame = self.read().await;
            if frame.kind == kind {
                return frame;
            }
        }
    }

    /// The code of the GOAWAY with which the client closes the connection.
    pub(crate) async fn code_of_goaway(&mut self) -> u32 {
        let frame = self.until(GOAWAY).await;
        u32::from_be_bytes(frame.payload[4..8].try_into().unwrap())
    }

    /// Whether the client closes the connection within this time. Bytes that it sends before do not count.
    pub(crate) async fn closes_within(mut self, limit: Duration) -> bool {
        tokio::time::timeout(limit, self.0.rest()).await.is_ok()
    }
}
