//! Writes the trailers of a chunked request in place of hyper's last chunk (RFC 9112 7.1).
//!
//! hyper sends only trailers whose names it knew when it sent the head. Those of a request may be known only when its
//! body has ended.

use std::io::{self, IoSlice};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};

use super::wire_state::WireState;
use crate::body::{RequestBody, Upload};

/// hyper's last chunk, with the end of the empty trailers.
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";

/// The body of a request with trailers on its way.
#[derive(Debug)]
pub(super) struct TrailedBody {
    upload: Rc<Upload>,
    chunks: Chunks,
    /// What is not written yet of the last chunk and the trailers.
    end: Option<Bytes>,
}

impl TrailedBody {
    /// `None` for a body without trailers.
    pub(super) fn of(body: &RequestBody) -> Option<Self> {
        match body {
            RequestBody::Upload(upload) if body.has_trailers() => Some(Self {
                upload: Rc::clone(upload),
                chunks: Chunks::Line,
                end: None,
            }),
            _ => None,
        }
    }

    /// Writes what hyper gives, up to the last chunk, and in place of that the body's end. Returns how many of hyper's bytes
    /// are done with, and whether that was the end.
    pub(super) fn poll_write(
        &mut self,
        state: &WireState,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<(usize, bool)>> {
        let before_last = self.chunks.before_last(buffers);
        if before_last > 0 {
            let written = ready!(state.poll_write(context, &first(buffers, before_last)))?;
            for buffer in first(buffers, written) {
                self.chunks.read(&buffer);
            }
            return Poll::Ready(Ok((written, false)));
        }
        let end = self.end.get_or_insert_with(|| {
            // hyper has all of the body, so its trailers are known
            let lines = self.upload.trailers().lines();
            [b"0\r\n", &lines[..], b"\r\n"].concat().into()
        });
        while !end.is_empty() {
            let written = ready!(state.poll_write(context, &[IoSlice::new(end)]))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            end.advance(written);
        }
        Poll::Ready(Ok((LAST_CHUNK.len(), true)))
    }
}

/// The first `count` bytes.
fn first<'a>(buffers: &'a [IoSlice<'_>], count: usize) -> Vec<IoSlice<'a>> {
    let mut rest = count;
    let parts = buffers.iter().map(|buffer| {
        let part = &buffer[..rest.min(buffer.len())];
        rest -= part.len();
        IoSlice::new(part)
    });
    parts.filter(|part| !part.is_empty()).collect()
}

/// How far the chunks are written.
#[derive(Clone, Copy, Debug)]
enum Chunks {
    /// At the start of a line with a chunk's size.
    Line,
    /// In such a line, after digits of this value.
    Size(u64),
    /// In a chunk, of which so many bytes follow, its line end included.
    Data(u64),
}

impl Chunks {
    /// How many bytes of `buffers` precede the last chunk: all of them if it does not begin there.
    fn before_last(self, buffers: &[IoSlice<'_>]) -> usize {
        let (mut chunks, mut before) = (self, 0);
        for buffer in buffers {
            let read = chunks.read(buffer);
            before += read;
            if read < buffer.len() {
                break;
            }
        }
        before
    }

    /// Reads written bytes up to the last chunk. Returns how many.
    fn read(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match *self {
                // hyper writes no leading zeros
                Self::Line if byte == b'0' => break,
                Self::Line => *self = Self::Size(0),
                Self::Size(size) => {
                    *self = match char::from(byte).to_digit(16) {
                        Some(digit) => Self::Size(size << 4 | u64::from(digit)),
                        None if byte == b'\n' => Self::Data(size + 2),
                        None => Self::Size(size),
                    };
                    at += 1;
                }
                Self::Data(rest) => {
                    let left = (bytes.len() - at) as u64;
                    if rest > left {
                        *self = Self::Data(rest - left);
                        return bytes.len();
                    }
                    *self = Self::Line;
                    at += usize::try_from(rest).unwrap_or(usize::MAX);
                }
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes before the last chunk if all of `bytes` is written in pieces of this size.
    fn before_last(bytes: &[u8], piece: usize) -> usize {
        let (mut chunks, mut before) = (Chunks::Line, 0);
        for part in bytes.chunks(piece) {
            let read = chunks.read(part);
            before += read;
            if read < part.len() {
                break;
            }
        }
        before
    }

    #[test]
    fn the_last_chunk_is_found_wherever_a_write_ends() {
        let body =
            b"5\r\n0\r\n\r\n\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n";
        let expected = body.len() - LAST_CHUNK.len();
        for piece in 1..=body.len() {
            assert_eq!(before_last(body, piece), expected, "in pieces of {piece}");
        }
        assert_eq!(before_last(LAST_CHUNK, 5), 0);
    }

    #[test]
    fn several_buffers_are_read_as_one() {
        let buffers = [&b"3\r\n"[..], b"abc", b"\r\n", b"0\r\n\r\n"].map(IoSlice::new);
        assert_eq!(Chunks::Line.before_last(&buffers), 8);
        assert_eq!(Chunks::Line.before_last(&buffers[..3]), 8);
        assert_eq!(Chunks::Data(2).before_last(&buffers[2..]), 2);
    }
}
