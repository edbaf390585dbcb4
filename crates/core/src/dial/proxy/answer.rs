//! The head of a proxy's answer to `CONNECT`.

use std::io;
use std::mem::MaybeUninit;

use bytes::BytesMut;
use tokio::io::AsyncReadExt;

use super::handshake::Handshake;
use crate::error::Error;

/// The limits of a head. Those of a server's responses are of the same order.
const MAX_BYTES: usize = 64 * 1024;
const MAX_HEADERS: usize = 128;
/// Up to so many bytes, each piece that arrives is parsed, so that a peer that speaks another protocol is found out at
/// once. After that a head is parsed when it is whole: else a head that comes byte by byte would cost quadratic time.
const PARSED_IN_PIECES: usize = 1024;

/// An answer, and what followed its head.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) framing: Framing,
    /// Status line and header lines, without the blank line.
    pub(super) head: Vec<u8>,
    /// Bytes that were read behind the head.
    pub(super) rest: BytesMut,
    minor_version: u8,
}

/// How the body of a refusal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
    Close,
}

impl Answer {
    /// Receives the final answer. Informational ones before it are dropped.
    pub(super) async fn receive(handshake: &mut Handshake<'_>) -> Result<Self, Error> {
        let mut received = BytesMut::new();
        let mut searched = 0;
        loop {
            if received.len() <= PARSED_IN_PIECES || ends_head(&received[searched..]) {
                match parse(&received) {
                    Ok(Some(head)) => {
                        let lines = received.split_to(head.length);
                        searched = 0;
                        // 101 would be the answer to an `Upgrade` that was not sent: a refusal
                        if !(100..200).contains(&head.status) || head.status == 101 {
                            return Ok(Self::new(&head, &lines, received));
                        }
                        continue;
                    }
                    Ok(None) => {}
                    Err(error) => {
                        return Err(handshake.violation(&format!("it does not answer with HTTP ({error})")));
                    }
                }
            }
            if received.len() > MAX_BYTES {
                return Err(handshake.violation(&"the head of its answer is too long"));
            }
            // the end of a head may be split between two reads
            searched = received.len().saturating_sub(3);
            match handshake.stream.read_buf(&mut received).await {
                Ok(0) => return Err(handshake.broken(&io::ErrorKind::UnexpectedEof.into())),
                Ok(_) => {}
                Err(error) => return Err(handshake.broken(&error)),
            }
        }
    }

    fn new(head: &Head, lines: &[u8], rest: BytesMut) -> Self {
        let blank = if lines.ends_with(b"\r\n") { 2 } else { 1 };
        Self {
            status: head.status,
            framing: head.framing,
            head: lines[..lines.len() - blank].to_vec(),
            rest,
            minor_version: head.minor_version,
        }
    }

    pub(super) fn version(&self) -> &'static str {
        if self.minor_version == 0 {
            "HTTP/1.0"
        } else {
            "HTTP/1.1"
        }
    }
}

struct Head {
    /// Its bytes, blank line included.
    length: usize,
    status: u16,
    framing: Framing,
    minor_version: u8,
}

/// The head that the bytes begin with; `None` if more bytes may complete it.
fn parse(bytes: &[u8]) -> Result<Option<Head>, httparse::Error> {
    let mut headers = [const { MaybeUninit::uninit() }; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut []);
    let config = httparse::ParserConfig::default();
    let parsed = config.parse_response_with_uninit_headers(&mut response, bytes, &mut headers)?;
    let httparse::Status::Complete(length) = parsed else {
        return Ok(None);
    };
    Ok(Some(Head {
        length,
        status: response.code.unwrap_or_default(),
        framing: match response.code {
            // no body follows (RFC 9112, 6.3)
            Some(100..200 | 304) => Framing::Length(0),
            _ => framing(response.headers),
        },
        minor_version: response.version.unwrap_or_default(),
    }))
}

fn framing(headers: &[httparse::Header<'_>]) -> Framing {
    let value = |name: &str| {
        headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
    };
    if let Some(coding) = value("transfer-encoding") {
        let is_chunked = coding.value.to_ascii_lowercase().ends_with(b"chunked");
        return if is_chunked {
            Framing::Chunked
        } else {
            Framing::Close
        };
    }
    let length =
        value("content-length").and_then(|header| str::from_utf8(header.value).ok()?.trim().parse().ok());
    length.map_or(Framing::Close, Framing::Length)
}

/// Whether a blank line is among these bytes. Each line may end in LF alone (RFC 9112 2.2).
fn ends_head(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\n', bytes).any(|at| matches!(bytes[at + 1..], [b'\n', ..] | [b'\r', b'\n', ..]))
}
