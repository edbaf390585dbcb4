//! The decoder of each content coding, behind one interface.

use flate2::{Decompress, FlushDecompress, Status};

use super::brotli::Brotli;
use super::deflate::Deflate;
use super::failure;
use super::zstd::Zstd;
use crate::Error;

/// zlib's largest window, 2^15 bytes: only this one accepts every stream.
const WINDOW_BITS: u8 = 15;

/// The first bytes of a gzip member (RFC 1952, 2.3.1).
pub(super) const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The decoder of one coding. Each variant decodes one member (gzip), frame (zstd) or stream.
pub(super) enum Codec {
    Gzip(Decompress),
    Deflate(Deflate),
    Brotli(Brotli),
    Zstd(Zstd),
}

/// The result of one call of a codec.
pub(super) struct Decoded {
    /// Input bytes that it consumed.
    pub(super) consumed: usize,
    pub(super) status: CodecStatus,
}

/// Why a codec stopped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CodecStatus {
    /// It consumed all input and wrote all output that follows from it.
    NeedsInput,
    /// The output is full, or the codec must be called again for another reason.
    HasMore,
    /// The member, frame or stream is complete, verified and fully written.
    Ended,
}

/// What the bytes after a complete member, frame or stream are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trailing {
    /// The next member or frame.
    Next,
    /// The next member, if the next byte is the second of [`GZIP_MAGIC`].
    Undecided,
    /// Bytes that do not belong to the coding, and are ignored.
    Ignored,
}

impl Codec {
    /// The codec of the coding with this name; `None` for `identity` and unknown names.
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

    /// Decodes from `input` into the spare capacity of `output`, which must not be empty.
    pub(super) fn decode(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<Decoded, Error> {
        match self {
            Self::Gzip(inflater) => inflate(inflater, input, output, "gzip"),
            Self::Deflate(deflate) => deflate.decode(input, output),
            Self::Brotli(brotli) => brotli.decode(input, output),
            Self::Zstd(zstd) => zstd.decode(input, output),
        }
    }

    /// Classifies `rest`, the bytes after a complete member, frame or stream. It has at least one byte.
    ///
    /// As in HTTPX, other bytes after gzip and deflate data are ignored, and are an error after br data.
    pub(super) fn trailing(&self, rest: &[u8]) -> Result<Trailing, Error> {
        match self {
            Self::Gzip(_) => Ok(match rest {
                [first] if *first == GZIP_MAGIC[0] => Trailing::Undecided,
                _ if rest.starts_with(&GZIP_MAGIC) => Trailing::Next,
                _ => Trailing::Ignored,
            }),
            Self::Zstd(_) => Ok(Trailing::Next),
            Self::Deflate(_) => Ok(Trailing::Ignored),
            Self::Brotli(_) => Err(invalid("br", "there are bytes behind its end")),
        }
    }

    /// Whether the data that ended here lacks nothing but a check sum. Nothing can be decoded after this call.
    pub(super) fn lacks_only_check(&mut self) -> bool {
        match self {
            Self::Gzip(inflater) | Self::Deflate(Deflate::Zlib(inflater)) => lacks_only_check(inflater),
            Self::Deflate(_) | Self::Brotli(_) | Self::Zstd(_) => false,
        }
    }

    /// Prepares for the next member or frame.
    pub(super) fn restart(&mut self) {
        if let Self::Gzip(inflater) = self {
            // the argument concerns zlib headers; the gzip format chosen above stays
            inflater.reset(true);
        }
    }
}

/// Decodes with zlib, in the format that `inflater` was made for.
pub(super) fn inflate(
    inflater: &mut Decompress,
    input: &[u8],
    output: &mut Vec<u8>,
    coding: &'static str,
) -> Result<Decoded, Error> {
    let before = inflater.total_in();
    let zlib = inflater
        .decompress_vec(input, output, FlushDecompress::None)
        .map_err(|error| invalid(coding, error.message().unwrap_or("invalid data")))?;
    // the difference is at most input.len()
    let consumed = usize::try_from(inflater.total_in() - before).unwrap_or(input.len());
    let status = match zlib {
        Status::StreamEnd => CodecStatus::Ended,
        // zlib stops only when it lacks input or room
        Status::Ok | Status::BufError if output.len() < output.capacity() => CodecStatus::NeedsInput,
        Status::Ok | Status::BufError => CodecStatus::HasMore,
    };
    Ok(Decoded { consumed, status })
}

/// Bytes of each number behind gzip and zlib data: the check sum and, with gzip, the length (RFC 1950, 2.2; RFC 1952, 2.3.1).
const NUMBER: usize = 4;

/// zlib does not tell where in its data it is, but it refuses a wrong number when it has all of it. Zeros in place of what is
/// missing are thus refused, or right, with the last byte of a number at the latest; data that is not complete takes at least
/// one of them before.
fn lacks_only_check(inflater: &mut Decompress) -> bool {
    let mut ignored = Vec::with_capacity(NUMBER * 1024);
    for zeros in 1..=2 * NUMBER {
        match inflater.decompress_vec(&[0], &mut ignored, FlushDecompress::None) {
            Ok(Status::StreamEnd) => return true,
            Ok(Status::Ok | Status::BufError) => {}
            Err(error) => {
                return match error.message() {
                    Some("incorrect data check") => zeros <= NUMBER,
                    Some("incorrect length check") => true,
                    _ => false,
                };
            }
        }
    }
    false
}

/// The error of data that is not valid in its coding.
pub(super) fn invalid(coding: &str, detail: &str) -> Error {
    failure(
        "ERR_CONTENT_DECODING",
        format!("the body is not valid {coding}: {detail}"),
    )
}
