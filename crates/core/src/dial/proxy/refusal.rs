//! The refusal of an HTTP proxy, with what its answer says.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::answer::{Answer, Framing};
use super::handshake::Handshake;
use crate::error::{Error, ProxyAnswer};

/// Bytes of the body that the error keeps.
const KEPT: usize = 1024;
/// Bytes that are read for them: a chunked body is longer on the wire.
const READ: usize = 4 * KEPT;
/// How long to wait for the body at most. The error matters, and a body that hangs must not hold it up.
const PATIENCE: Duration = Duration::from_millis(250);

/// The error for an answer that opens no tunnel. `time_left` is that of the attempt: the body gets half of it at most, so
/// that the error comes before a timeout which would say less.
pub(super) async fn of(handshake: &mut Handshake<'_>, answer: Answer, time_left: Option<Duration>) -> Error {
    let Answer {
        status,
        framing,
        head,
        rest,
        ..
    } = answer;
    let patience = time_left.map_or(PATIENCE, |left| PATIENCE.min(left / 2));
    let body = receive_body(handshake, framing, rest, patience).await;
    let line = head.split(|byte| *byte == b'\r' || *byte == b'\n').next();
    let words = String::from_utf8_lossy(line.unwrap_or_default());
    let words = words.split_once(' ').map_or("", |(_version, words)| words);
    let mut error = if status == 407 {
        handshake.unauthenticated(&words)
    } else {
        handshake.refusal(&words)
    };
    error.proxy_answer = Some(Arc::new(ProxyAnswer { status, head, body }));
    error
}

async fn receive_body(
    handshake: &mut Handshake<'_>,
    framing: Framing,
    mut received: BytesMut,
    patience: Duration,
) -> Vec<u8> {
    let receiving = async {
        while !is_enough(framing, &received) {
            if !matches!(handshake.stream.read_buf(&mut received).await, Ok(1..)) {
                return;
            }
        }
    };
    // what has come by then is kept
    let _ = timeout(patience, receiving).await;
    let mut body = match framing {
        Framing::Chunked => unchunked(&received).0,
        Framing::Length(length) => {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            received[..received.len().min(length)].to_vec()
        }
        Framing::Close => received.to_vec(),
    };
    body.truncate(KEPT);
    body
}

fn is_enough(framing: Framing, received: &[u8]) -> bool {
    if received.len() >= READ {
        return true;
    }
    match framing {
        Framing::Length(length) => received.len() as u64 >= length.min(KEPT as u64),
        Framing::Chunked => {
            let (body, is_whole) = unchunked(received);
            is_whole || body.len() >= KEPT
        }
        Framing::Close => received.len() >= KEPT,
    }
}

/// The content of chunks (RFC 9112, 7.1) as far as they came, and whether the last one, or a broken one, is among them.
fn unchunked(mut bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut content = Vec::new();
    loop {
        let (start, size) = match httparse::parse_chunk_size(bytes) {
            Ok(httparse::Status::Complete((_, 0))) | Err(_) => return (content, true),
            Ok(httparse::Status::Partial) => return (content, false),
            Ok(httparse::Status::Complete(found)) => found,
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let chunk = &bytes[start..];
        content.extend_from_slice(&chunk[..chunk.len().min(size)]);
        match chunk.get(size.saturating_add(2)..) {
            Some(rest) => bytes = rest,
            None => return (content, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_as_far_as_they_came() {
        let whole = b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        for length in 0..=whole.len() {
            let (content, is_whole) = unchunked(&whole[..length]);
            assert!(b"abcde".starts_with(&content[..]), "{length}");
            assert_eq!(is_whole, length >= whole.len() - 2, "{length}");
        }
        assert_eq!(unchunked(whole).0, b"abcde");
        assert_eq!(unchunked(b"3\r\nabc\r\nzz\r\n"), (b"abc".to_vec(), true));
        assert_eq!(unchunked(b"ffffffffffffffff\r\nab"), (b"ab".to_vec(), false));
    }
}
