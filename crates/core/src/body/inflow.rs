//! A response's body on its way in: content codings undone, and no more bytes accepted than allowed.

use bytes::Bytes;

use super::decode::Decoder;
use crate::error::{Error, Kind, Phase, RequestSent};

/// The most that one decoded piece of a streamed body holds.
const PIECE: usize = 256 * 1024;
/// A whole body is given room in advance up to this size; a server's word is not enough for more.
const TRUSTED_LENGTH: u64 = 16 * 1024 * 1024;

/// The bytes of one body, from the connection to whoever takes them.
pub(crate) struct Inflow {
    decoder: Option<Decoder>,
    allowed: Option<u64>,
    input: Bytes,
    /// Whether the decoder may hold output for which there was no room.
    more: bool,
    produced: u64,
    counted: u64,
    /// Bytes that came over the wire.
    pub(crate) wire: u64,
}

impl Inflow {
    pub(crate) fn new(decoder: Option<Decoder>, allowed: Option<u64>) -> Self {
        Self {
            decoder,
            allowed,
            input: Bytes::new(),
            more: false,
            produced: 0,
            counted: 0,
            wire: 0,
        }
    }

    /// Takes what came; [`Inflow::next_piece`] must have said `None` before.
    pub(crate) fn push(&mut self, chunk: Bytes) {
        self.wire += chunk.len() as u64;
        self.input = chunk;
        self.more = true;
    }

    /// The next piece, and how many bytes of the wire it stands for; `None` when more must come first.
    pub(crate) fn next_piece(&mut self) -> Result<Option<(Bytes, u64)>, Error> {
        if !self.more {
            return Ok(None);
        }
        let piece = match &mut self.decoder {
            None => {
                self.more = false;
                std::mem::take(&mut self.input)
            }
            Some(decoder) => {
                let mut output = Vec::new();
                let consumed = decoder
                    .decode(&self.input, &mut output, PIECE)
                    .map_err(answered)?;
                self.input = self.input.slice(consumed..);
                self.more = output.len() >= PIECE;
                output.into()
            }
        };
        self.allow(piece.len())?;
        let wire = self.wire - self.counted;
        if piece.is_empty() {
            return Ok(None);
        }
        self.counted = self.wire;
        Ok(Some((piece, wire)))
    }

    /// Adds what came to a body that is collected whole.
    pub(crate) fn collect(&mut self, chunk: Bytes, body: &mut Collected) -> Result<(), Error> {
        self.wire += chunk.len() as u64;
        let Some(decoder) = &mut self.decoder else {
            self.allow(chunk.len())?;
            body.push(chunk);
            return Ok(());
        };
        let output = body.buffer();
        let before = output.len();
        // one byte more than allowed tells a body that is too large from one that just fits
        let limit = self.allowed.map_or(usize::MAX, |allowed| {
            usize::try_from(allowed).unwrap_or(usize::MAX).saturating_add(1)
        });
        decoder.decode(&chunk, output, limit).map_err(answered)?;
        let added = output.len() - before;
        self.allow(added)
    }

    /// To be called after the last byte: a body that ends before its coding does is an error.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        match &mut self.decoder {
            Some(decoder) => decoder.finish().map_err(answered),
            None => Ok(()),
        }
    }

    fn allow(&mut self, more: usize) -> Result<(), Error> {
        self.produced += more as u64;
        match self.allowed {
            Some(allowed) if self.produced > allowed => Err(Error::new(
                Kind::ResponseTooLarge,
                Phase::Body,
                "ERR_RESPONSE_TOO_LARGE",
                format!("the response's body is larger than {allowed} bytes"),
            )
            .sent(RequestSent::Yes)),
            _ => Ok(()),
        }
    }
}

fn answered(error: Error) -> Error {
    error.sent(RequestSent::Yes)
}

/// A body that is collected whole; one that comes in one piece is not copied.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    first: Bytes,
    buffer: Vec<u8>,
    expected: usize,
}

impl Collected {
    /// Room for a body of this announced length.
    pub(crate) fn expecting(length: Option<u64>) -> Self {
        let expected = length.map_or(0, |length| length.min(TRUSTED_LENGTH));
        Self {
            expected: usize::try_from(expected).unwrap_or(0),
            ..Self::default()
        }
    }

    fn push(&mut self, chunk: Bytes) {
        if self.first.is_empty() && self.buffer.is_empty() {
            self.first = chunk;
        } else {
            self.buffer().extend_from_slice(&chunk);
        }
    }

    fn buffer(&mut self) -> &mut Vec<u8> {
        if self.buffer.is_empty() && !self.first.is_empty() {
            self.buffer.reserve(self.expected.max(self.first.len() * 2));
            self.buffer.extend_from_slice(&std::mem::take(&mut self.first));
        }
        &mut self.buffer
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        if self.buffer.is_empty() {
            self.first
        } else {
            self.buffer.into()
        }
    }
}
