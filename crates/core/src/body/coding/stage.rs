//! One content coding of a body: runs a [`Codec`] over members, padding and limits.

use super::codec::{Codec, CodecStatus, GZIP_MAGIC, Trailing};
use super::failure;
use crate::Error;

/// Bytes by which a small output grows.
const ROOM: usize = 32 * 1024;

/// The least room for a call to be worth its overhead: zlib copies its 32 KiB window at each.
const LITTLE_ROOM: usize = 4 * 1024;

/// One coding of a stack, in the order in which they are undone.
pub(super) struct Stage {
    codec: Codec,
    position: Position,
    /// Whether more output can come without more input.
    has_more: bool,
    /// Decoded bytes for the next stage. Unused in the last.
    pub(super) buffer: Vec<u8>,
    /// How many bytes of `buffer` the next stage has consumed.
    pub(super) taken: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// No byte has come yet.
    Start,
    /// In a member, frame or stream.
    Inside,
    /// After the end of one.
    After,
    /// After the end of one, and after the first byte of what may be the next.
    Undecided,
    /// In bytes that do not belong to the coding.
    Ignoring,
}

impl Stage {
    pub(super) fn new(codec: Codec) -> Self {
        Self {
            codec,
            position: Position::Start,
            has_more: false,
            buffer: Vec::new(),
            taken: 0,
        }
    }

    /// As `Decoder::decode`, for this coding alone.
    ///
    /// Zero bytes after a complete member or stream are padding (tapes and some servers fill blocks) and are skipped, as
    /// by gzip(1). Any other byte begins the next zstd frame, or the next gzip member if it looks like one. Other bytes
    /// are ignored after gzip and deflate, and are an error after br.
    pub(super) fn decode(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
        limit: usize,
    ) -> Result<usize, Error> {
        let mut consumed = 0;
        if self.position == Position::Undecided && !self.decide(input, output, limit)? {
            return Ok(0);
        }
        loop {
            if self.position == Position::Ignoring {
                return Ok(input.len());
            }
            if self.position == Position::After {
                consumed += input[consumed..].iter().take_while(|&&byte| byte == 0).count();
            }
            if consumed == input.len() && !self.has_more {
                return Ok(consumed);
            }
            if !make_room(output, limit) {
                return Ok(consumed);
            }
            if self.position == Position::After {
                match self.codec.trailing(&input[consumed..])? {
                    Trailing::Next => self.codec.restart(),
                    Trailing::Undecided => {
                        self.position = Position::Undecided;
                        return Ok(input.len());
                    }
                    Trailing::Ignored => {
                        self.position = Position::Ignoring;
                        return Ok(input.len());
                    }
                }
            }
            self.position = Position::Inside;
            let decoded = self.codec.decode(&input[consumed..], output)?;
            consumed += decoded.consumed;
            self.has_more = decoded.status == CodecStatus::HasMore;
            match decoded.status {
                CodecStatus::NeedsInput => return Ok(consumed),
                CodecStatus::HasMore => {}
                CodecStatus::Ended => self.position = Position::After,
            }
        }
    }

    /// Decides by the first byte of `input` whether the byte before began the next member; `false` if that byte or room
    /// for output is missing.
    fn decide(&mut self, input: &[u8], output: &mut Vec<u8>, limit: usize) -> Result<bool, Error> {
        if input.is_empty() || !make_room(output, limit) {
            return Ok(false);
        }
        if input[0] == GZIP_MAGIC[1] {
            self.codec.restart();
            self.codec.decode(&GZIP_MAGIC[..1], output)?;
            self.position = Position::Inside;
        } else {
            self.position = Position::Ignoring;
        }
        Ok(true)
    }

    /// Fails if the body ends inside a member, frame or stream; unless `needs_check`, not if it lacks only a check sum.
    pub(super) fn finish(&mut self, needs_check: bool) -> Result<(), Error> {
        if self.position == Position::Inside && (needs_check || !self.codec.lacks_only_check()) {
            let message = format!("the body ends in the middle of its {} data", self.codec.name());
            return Err(failure("ERR_CONTENT_TRUNCATED", message));
        }
        Ok(())
    }
}

/// Makes spare capacity in `output`, without growing it beyond `limit`; `false` if it already holds `limit` bytes.
fn make_room(output: &mut Vec<u8>, limit: usize) -> bool {
    let left = limit.saturating_sub(output.len());
    if output.capacity() - output.len() < left.min(LITTLE_ROOM) {
        // doubling keeps the growth of a collected body linear; `reserve` would overshoot the limit
        output.reserve_exact(left.min(output.len().max(ROOM)));
    }
    left > 0
}
