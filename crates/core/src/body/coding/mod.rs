//! Decodes the content codings of a response body, piece by piece.
//!
//! Input is taken as it arrives, and output is returned in bounded amounts. So a body that inflates a thousandfold never
//! takes more memory than the caller's limit, the windows of the codings and one small buffer for each further coding of
//! a stack.

mod brotli;
mod codec;
mod deflate;
mod stage;
mod zstd;

use crate::{Error, Kind, Phase, RequestSent};
use codec::Codec;
use stage::Stage;

/// The most codings on one body. Real servers stack two at most, and each further one multiplies the work that a hostile
/// server can cause.
pub const MAX_CODINGS: usize = 5;

/// The most bytes that a stage holds for the next one.
const BETWEEN_STAGES: usize = 32 * 1024;

/// How strictly a body has to keep to its content codings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodingRules {
    /// Unknown codings are skipped, as in HTTPX, and each coding must be complete.
    Httpx,
    /// With an unknown coding among them, none is undone (Fetch Standard, "handle content codings"). Of gzip and zlib data the
    /// check sum may be missing, as for browsers and Node.js: all of the content is there.
    Fetch,
}

/// A streaming decoder for one body in one or several content codings.
pub struct Decoder {
    /// In the order of decoding.
    stages: Vec<Stage>,
    rules: CodingRules,
}

impl Decoder {
    /// The decoder for the value of a `Content-Encoding` header (several header lines joined by commas).
    ///
    /// `None` if there is nothing to decode. `identity` is skipped, names are case-insensitive, and the codings are undone from
    /// the last to the first (RFC 9110, 8.4). `x-gzip`, which HTTPX does not know, means `gzip` (RFC 9110, 8.4.1.3).
    ///
    /// # Errors
    ///
    /// `DecodingError` for more than [`MAX_CODINGS`] codings.
    pub fn for_codings(content_encoding: &str, rules: CodingRules) -> Result<Option<Self>, Error> {
        let mut stages = Vec::new();
        for name in content_encoding.rsplit(',') {
            let name = name.trim();
            let Some(codec) = Codec::named(name)? else {
                let is_unknown = !name.is_empty() && !name.eq_ignore_ascii_case("identity");
                if is_unknown && rules == CodingRules::Fetch {
                    return Ok(None);
                }
                continue;
            };
            if stages.len() == MAX_CODINGS {
                let message = format!("the body has more than {MAX_CODINGS} content codings");
                return Err(failure("ERR_CONTENT_DECODING", message));
            }
            stages.push(Stage::new(codec));
        }
        Ok(if stages.is_empty() {
            None
        } else {
            Some(Self { stages, rules })
        })
    }

    /// Decodes from `input` onto the end of `output` until `output` holds `limit` bytes; returns how many bytes of `input`
    /// it consumed.
    ///
    /// If `output.len() < limit` afterwards, all of `input` was consumed and yields nothing more. Otherwise more may
    /// follow: make room and call again with the rest of `input`, even if the rest is empty. `output` never grows beyond
    /// `limit`, but capacity that it already has is used.
    ///
    /// # Errors
    ///
    /// `DecodingError` for data that is not valid in its coding.
    pub fn decode(&mut self, input: &[u8], output: &mut Vec<u8>, limit: usize) -> Result<usize, Error> {
        run(&mut self.stages, input, output, limit)
    }

    /// Checks that each coding is complete. Call it when the body has ended and [`Decoder::decode`] has consumed all of it.
    /// An empty body is valid in every coding.
    ///
    /// # Errors
    ///
    /// `DecodingError` for a body that ends before its coding does.
    pub fn finish(&mut self) -> Result<(), Error> {
        let needs_check = self.rules == CodingRules::Httpx;
        self.stages
            .iter_mut()
            .try_for_each(|stage| stage.finish(needs_check))
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
        // the stage that fills the buffer also owns it, so the buffer leaves the stage for the call
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
