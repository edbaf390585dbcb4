//! One content coding of a body: drives a [`Coding`] over members, padding and limits.

use super::codec::{Behind, Coding, GZIP_MAGIC, Outcome};
use super::failure;
use crate::Error;

/// Room that is made at a time in a small output, in bytes.
const ROOM: usize = 32 * 1024;

/// Below this much room a step is not worth its overhead: zlib copies its 32 KiB window at each.
const LITTLE_ROOM: usize = 4 * 1024;

pub(super) struct Stage {
    coding: Coding,
    position: Position,
    /// The last step stopped for lack of room: more output can come without more input.
    pending: bool,
    /// Decoded bytes on their way to the next stage of the stack, unused in the last.
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
    /// Behind the end of one.
    After,
    /// Behind the end of one, and behind the first byte of what may be a further one.
    Between,
    /// In bytes that do not belong to the coding.
    Beyond,
}

impl Stage {
    pub(super) fn new(coding: Coding) -> Self {
        Self {
            coding,
            position: Position::Start,
            pending: false,
            buffer: Vec::new(),
            taken: 0,
        }
    }

    /// As `Decoder::decode`, for this coding alone.
    ///
    /// Behind a complete member or stream, zero bytes are padding (tapes and some servers fill blocks) and
    /// are skipped, as gzip(1) does. Any other byte begins a further zstd frame, and a further gzip member if it
    /// looks like one; else what follows is ignored behind gzip and deflate, and an error behind br.
    pub(super) fn decode(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
        limit: usize,
    ) -> Result<usize, Error> {
        let mut consumed = 0;
        if self.position == Position::Between && !self.decide(input, output, limit)? {
            return Ok(0);
        }
        loop {
            if self.position == Position::Beyond {
                return Ok(input.len());
            }
            if self.position == Position::After {
                consumed += input[consumed..].iter().take_while(|&&byte| byte == 0).count();
            }
            if consumed == input.len() && !self.pending {
                return Ok(consumed);
            }
            if !make_room(output, limit) {
                return Ok(consumed);
            }
            if self.position == Position::After {
                match self.coding.behind(&input[consumed..])? {
                    Behind::Further => self.coding.restart(),
                    Behind::Undecided => {
                        self.position = Position::Between;
                        return Ok(input.len());
                    }
                    Behind::Nothing => {
                        self.position = Position::Beyond;
                        return Ok(input.len());
                    }
                }
            }
            self.position = Position::Inside;
            let step = self.coding.step(&input[consumed..], output)?;
            consumed += step.consumed;
            self.pending = step.outcome == Outcome::Pending;
            match step.outcome {
                Outcome::Drained => return Ok(consumed),
                Outcome::Pending => {}
                Outcome::Ended => self.position = Position::After,
            }
        }
    }

    /// Tells by the first byte of `input` whether a further member has begun with the byte before; `false` if that
    /// cannot be told as yet.
    fn decide(&mut self, input: &[u8], output: &mut Vec<u8>, limit: usize) -> Result<bool, Error> {
        if input.is_empty() || !make_room(output, limit) {
            return Ok(false);
        }
        if input[0] == GZIP_MAGIC[1] {
            self.coding.restart();
            self.coding.step(&GZIP_MAGIC[..1], output)?;
            self.position = Position::Inside;
        } else {
            self.position = Position::Beyond;
        }
        Ok(true)
    }

    pub(super) fn finish(&self) -> Result<(), Error> {
        if self.position == Position::Inside {
            let message = format!("the body ends in the middle of its {} data", self.coding.name());
            return Err(failure("ERR_CONTENT_TRUNCATED", message));
        }
        Ok(())
    }
}

/// Sees to spare capacity in `output`, without growing it beyond `limit`; `false` if it holds that much.
fn make_room(output: &mut Vec<u8>, limit: usize) -> bool {
    let left = limit.saturating_sub(output.len());
    if output.capacity() - output.len() < left.min(LITTLE_ROOM) {
        // Doubling keeps a body gathered in one vector linear; `reserve` would overshoot the limit.
        output.reserve_exact(left.min(output.len().max(ROOM)));
    }
    left > 0
}
