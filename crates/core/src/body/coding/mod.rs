//! Undoes the content codings of a response body, piece by piece.
//!
//! Input is taken as it arrives and output handed over in bounded amounts, so a body that inflates a
//! thousandfold never takes more memory than the caller's limit, the windows of the codings and one
//! small buffer for each further coding of a stack.

mod brotli;
mod codec;
mod deflate;
mod stage;
mod zstd;

use crate::{Error, Kind, Phase, RequestSent};
use codec::Coding;
use stage::Stage;

/// The most codings that may be stacked on one body. Nobody stacks more than two; every further one
/// multiplies what a hostile server can make us compute.
pub const MAX_CODINGS: usize = 5;

/// What a stage may hold for the next one, in bytes.
const BETWEEN_STAGES: usize = 32 * 1024;

/// Streaming decoder of one body, for one or several stacked content codings.
pub struct Decoder {
    /// In the order in which they are undone.
    stages: Vec<Stage>,
}

impl Decoder {
    /// The decoder for the value of a `Content-Encoding` header (several header lines joined by commas).
    ///
    /// `None` if there is nothing to undo. As in HTTPX, `identity` and unknown codings are skipped and
    /// names compare without case; the codings are undone from the last to the first (RFC 9110, 8.4).
    /// `x-gzip`, which HTTPX does not know, means `gzip` (RFC 9110, 8.4.1.3).
    pub fn for_codings(content_encoding: &str) -> Result<Option<Self>, Error> {
        let mut stages = Vec::new();
        for name in content_encoding.rsplit(',') {
            let Some(coding) = Coding::named(name.trim())? else {
                continue;
            };
            if stages.len() == MAX_CODINGS {
                let message = format!("the body has more than {MAX_CODINGS} content codings");
                return Err(failure("ERR_CONTENT_DECODING", message));
            }
            stages.push(Stage::new(coding));
        }
        Ok(if stages.is_empty() {
            None
        } else {
            Some(Self { stages })
        })
    }

    /// Decodes from `input` onto the end of `output` until `output` holds `limit` bytes; says how much of
    /// `input` was consumed.
    ///
    /// `output.len() < limit` afterwards means that all of `input` was consumed and nothing more can come
    /// of it. Otherwise there may be more: make room and call again with the rest of `input`, even if the
    /// rest is empty. `output` is never grown beyond `limit`, but capacity that it already has is used.
    pub fn decode(&mut self, input: &[u8], output: &mut Vec<u8>, limit: usize) -> Result<usize, Error> {
        run(&mut self.stages, input, output, limit)
    }

    /// To be called once the body has ended and [`Decoder::decode`] has left nothing behind: reports a
    /// body that ends before its coding does. A body of no bytes at all is fine in every coding.
    pub fn finish(&self) -> Result<(), Error> {
        self.stages.iter().try_for_each(Stage::finish)
    }
}

/// Pushes `input` through the stages: the last writes to `output`, the others to their own buffers.
fn run(stages: &mut [Stage], input: &[u8], output: &mut Vec<u8>, limit: usize) -> Result<usize, Error> {
    let Some((first, rest)) = stages.split_first_mut() else {
        return Ok(0);
    };
    if rest.is_empty() {
        return first.decode(input, output, limit);
    }
    let mut consumed = 0;
    loop {
        first.taken += run(rest, &first.buffer[first.taken..], output, limit)?;
        if output.len() >= limit {
            return Ok(consumed);
        }
        first.buffer.clear();
        first.taken = 0;
        // The buffer leaves its place for the call because the stage that fills it is the one that owns it.
        let mut buffer = std::mem::take(&mut first.buffer);
        let decoded = first.decode(&input[consumed..], &mut buffer, BETWEEN_STAGES);
        first.buffer = buffer;
        consumed += decoded?;
        if first.buffer.is_empty() {
            return Ok(consumed);
        }
    }
}

fn failure(code: &'static str, message: String) -> Error {
    Error::new(Kind::DecodingError, Phase::Decode, code, message).sent(RequestSent::Yes)
}
