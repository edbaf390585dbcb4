//! The content codings by name, behind one interface: a step from bytes to bytes.

use flate2::{Decompress, FlushDecompress, Status};

use super::brotli::Brotli;
use super::deflate::Deflate;
use super::failure;
use super::zstd::Zstd;
use crate::Error;

/// zlib's largest window, 2^15 bytes: the only one that accepts every stream.
const WINDOW_BITS: u8 = 15;

/// What a gzip member begins with (RFC 1952, 2.3.1).
pub(super) const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The state of one coding. Each variant decodes one member (gzip), frame (zstd) or stream.
pub(super) enum Coding {
    Gzip(Decompress),
    Deflate(Deflate),
    Brotli(Brotli),
    Zstd(Zstd),
}

/// What one step did.
pub(super) struct Step {
    /// Bytes of the input that are used up.
    pub(super) consumed: usize,
    pub(super) outcome: Outcome,
}

/// Why a step stopped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All of the input is consumed and all that follows from it is written.
    Drained,
    /// The room in the output is used up, or the coding wants to be called again.
    Pending,
    /// The member, frame or stream is complete, verified and wholly written.
    Ended,
}

/// What stands behind a complete member, frame or stream.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// A further one.
    Further,
    /// A further one, if the next byte is the second of [`GZIP_MAGIC`].
    Undecided,
    /// Nothing that belongs to the coding.
    Nothing,
}

impl Coding {
    /// The coding of this name; `None` for `identity` and for names that are not known.
    pub(super) fn named(name: &str) -> Result<Option<Self>, Error> {
        Ok(Some(
            if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
                Self::Gzip(Decompress::new_gzip(WINDOW_BITS))
            } else if name.eq_ignore_ascii_case("deflate") {
                Self::Deflate(Deflate::new())
            } else if name.eq_ignore_ascii_case("br") {
                Self::Brotli(Brotli::new())
            } else if name.eq_ignore_ascii_case("zstd") {
                Self::Zstd(Zstd::new()?)
            } else {
                return Ok(None);
            },
        ))
    }

    /// The registered name, for messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Gzip(_) => "gzip",
            Self::Deflate(_) => "deflate",
            Self::Brotli(_) => "br",
            Self::Zstd(_) => "zstd",
        }
    }

    /// Decodes from `input` into the spare capacity of `output`, of which there must be some.
    pub(super) fn step(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<Step, Error> {
        match self {
            Self::Gzip(inflater) => inflate(inflater, input, output, "gzip"),
            Self::Deflate(deflate) => deflate.step(input, output),
            Self::Brotli(brotli) => brotli.step(input, output),
            Self::Zstd(zstd) => zstd.step(input, output),
        }
    }

    /// Judges what stands behind a complete member, frame or stream; `rest` has a byte at least.
    ///
    /// As in HTTPX, what follows upon gzip and deflate data is ignored, and is an error behind br.
    pub(super) fn behind(&self, rest: &[u8]) -> Result<Behind, Error> {
        match self {
            Self::Gzip(_) => Ok(match rest {
                [first] if *first == GZIP_MAGIC[0] => Behind::Undecided,
                _ if rest.starts_with(&GZIP_MAGIC) => Behind::Further,
                _ => Behind::Nothing,
            }),
            Self::Zstd(_) => Ok(Behind::Further),
            Self::Deflate(_) => Ok(Behind::Nothing),
            Self::Brotli(_) => Err(invalid("br", "there are bytes behind its end")),
        }
    }

    /// Gets ready for a further member or frame.
    pub(super) fn restart(&mut self) {
        if let Self::Gzip(inflater) = self {
            // The argument is for zlib headers; the gzip format chosen above is kept.
            inflater.reset(true);
        }
    }
}

/// One step of zlib, in whichever of its formats `inflater` was made for.
pub(super) fn inflate(
    inflater: &mut Decompress,
    input: &[u8],
    output: &mut Vec<u8>,
    coding: &'static str,
) -> Result<Step, Error> {
    let before = inflater.total_in();
    let status = inflater
        .decompress_vec(input, output, FlushDecompress::None)
        .map_err(|error| invalid(coding, error.message().unwrap_or("invalid data")))?;
    // The difference is at most input.len().
    let consumed = usize::try_from(inflater.total_in() - before).unwrap_or(input.len());
    let outcome = match status {
        Status::StreamEnd => Outcome::Ended,
        // zlib stops for nothing but the lack of input or of room.
        Status::Ok | Status::BufError if output.len() < output.capacity() => Outcome::Drained,
        Status::Ok | Status::BufError => Outcome::Pending,
    };
    Ok(Step { consumed, outcome })
}

/// The bytes are not what the coding's name says.
pub(super) fn invalid(coding: &str, detail: &str) -> Error {
    failure(
        "ERR_CONTENT_DECODING",
        format!("the body is not valid {coding}: {detail}"),
    )
}
