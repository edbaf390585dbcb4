//! Decoding a response's body: undoes its content codings, and refuses more bytes than allowed.

#[cfg(test)]
mod tests;

use bytes::Bytes;

use super::coding::Decoder;
use super::collected::CollectedBody;
use crate::error::{Error, Kind, Phase, RequestSent};

/// The most decoded bytes in one piece of a streamed body.
const PIECE: usize = 256 * 1024;
/// The most bytes that one call decodes of a body that is collected whole.
const COLLECTED_PIECE: usize = 1024 * 1024;

/// Decodes one body.
pub struct BodyDecoder {
    decoder: Option<Decoder>,
    max_bytes: Option<u64>,
    input: Bytes,
    output: Vec<u8>,
    /// Whether the decoder may hold more output.
    has_more: bool,
    /// Decoded bytes so far.
    decoded: u64,
    /// Bytes of the wire that the pieces so far stand for.
    counted: u64,
    /// Bytes of the body on the wire so far.
    pub(crate) wire_bytes: u64,
}

impl BodyDecoder {
    /// A decoder of a body in these codings, for a body of at most `max_bytes` decoded bytes.
    pub fn new(decoder: Option<Decoder>, max_bytes: Option<u64>) -> Self {
        Self {
            decoder,
            max_bytes,
            input: Bytes::new(),
            output: Vec::new(),
            has_more: false,
            decoded: 0,
            counted: 0,
            wire_bytes: 0,
        }
    }

    /// Takes the next bytes of the wire. [`next_piece`](Self::next_piece) must have returned `None` before.
    pub fn push(&mut self, chunk: Bytes) {
        self.wire_bytes += chunk.len() as u64;
        self.input = chunk;
        self.has_more = true;
    }

    /// The next piece, and how many bytes of the wire it stands for; `None` if more bytes must come first.
    pub fn next_piece(&mut self) -> Result<Option<(Bytes, u64)>, Error> {
        if !self.has_more {
            return Ok(None);
        }
        let piece = match &mut self.decoder {
            None => {
                self.has_more = false;
                std::mem::take(&mut self.input)
            }
            Some(decoder) => {
                self.output.clear();
                let consumed = decoder
                    .decode(&self.input, &mut self.output, PIECE)
                    .map_err(after_response)?;
                self.input = self.input.slice(consumed..);
                self.has_more = self.output.len() >= PIECE;
                into_exact_bytes(&mut self.output)
            }
        };
        self.count(piece.len())?;
        let wire_bytes = self.uncounted();
        if piece.is_empty() {
            return Ok(None);
        }
        self.counted = self.wire_bytes;
        Ok(Some((piece, wire_bytes)))
    }

    /// Appends decoded bytes to `body`; returns whether the decoder has more.
    pub(crate) fn collect(&mut self, body: &mut CollectedBody) -> Result<bool, Error> {
        let Some(decoder) = &mut self.decoder else {
            let chunk = std::mem::take(&mut self.input);
            self.count(chunk.len())?;
            body.push(chunk);
            return Ok(false);
        };
        let output = body.buffer();
        let before = output.len();
        // doubling keeps growth linear; the decoder itself makes no more room than the limit
        output.reserve(COLLECTED_PIECE.min(self.input.len() * 4).max(before));
        // one byte more than allowed tells a body that is too large from one that just fits
        let max = self.max_bytes.map_or(u64::MAX, |max| max.saturating_add(1));
        let limit = usize::try_from(max)
            .unwrap_or(usize::MAX)
            .min(before + COLLECTED_PIECE);
        let consumed = decoder
            .decode(&self.input, output, limit)
            .map_err(after_response)?;
        self.input = self.input.slice(consumed..);
        let after = output.len();
        self.count(after - before)?;
        Ok(after >= limit)
    }

    /// Checks that the codings end where the body ends. Call it after the last byte.
    pub fn finish(&mut self) -> Result<(), Error> {
        match &mut self.decoder {
            Some(decoder) => decoder.finish().map_err(after_response),
            None => Ok(()),
        }
    }

    /// The bytes of the wire that no piece stands for yet.
    pub(crate) fn uncounted(&self) -> u64 {
        self.wire_bytes - self.counted
    }

    fn count(&mut self, decoded: usize) -> Result<(), Error> {
        self.decoded += decoded as u64;
        match self.max_bytes {
            Some(max) if self.decoded > max => Err(after_response(Error::new(
                Kind::ResponseTooLarge,
                Phase::Body,
                "ERR_RESPONSE_TOO_LARGE",
                format!("the response's body is larger than {max} bytes"),
            ))),
            _ => Ok(()),
        }
    }
}

/// The bytes of a buffer, in an allocation of about their size. A decoder reserves much more than it may use.
fn into_exact_bytes(output: &mut Vec<u8>) -> Bytes {
    if output.capacity() > output.len() * 2 {
        return Bytes::copy_from_slice(output);
    }
    std::mem::take(output).into()
}

/// A response has come, so the server has seen the request.
fn after_response(error: Error) -> Error {
    error.sent(RequestSent::Yes)
}
