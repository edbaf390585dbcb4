//! What has arrived of a body and is not read. `h2` keeps each frame by itself, and closes the connection when it keeps
//! too many small ones.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// Pieces below this size are copied together …
const COPIED_BELOW: usize = 4 * 1024;
/// … into pieces of about this size.
const JOINED: usize = 64 * 1024;

/// The pieces of one body, in order.
#[derive(Default)]
pub(super) struct Gathered {
    pieces: VecDeque<Bytes>,
    /// The last of them, joined from small ones.
    joined: BytesMut,
}

impl Gathered {
    /// Whether such a piece is joined with others.
    pub(super) fn joins(piece: &Bytes) -> bool {
        piece.len() < COPIED_BELOW
    }

    pub(super) fn push(&mut self, piece: Bytes) {
        if Self::joins(&piece) && self.joined.len() < JOINED {
            return self.joined.extend_from_slice(&piece);
        }
        if !self.joined.is_empty() {
            self.pieces.push_back(self.joined.split().freeze());
        }
        if Self::joins(&piece) {
            self.joined.extend_from_slice(&piece);
        } else {
            self.pieces.push_back(piece);
        }
    }

    pub(super) fn pop(&mut self) -> Option<Bytes> {
        let piece = self.pieces.pop_front();
        piece.or_else(|| (!self.joined.is_empty()).then(|| self.joined.split().freeze()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.joined.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_pieces_are_joined_and_all_bytes_keep_their_order() {
        let mut gathered = Gathered::default();
        let pieces = [&b"a"[..], b"b", &[b'c'; COPIED_BELOW], b"d", b"e"];
        for piece in pieces {
            gathered.push(Bytes::copy_from_slice(piece));
        }
        let taken: Vec<Bytes> = std::iter::from_fn(|| gathered.pop()).collect();
        assert_eq!(taken.len(), 3);
        assert_eq!(taken.concat(), pieces.concat());
        assert!(gathered.is_empty());
    }
}
