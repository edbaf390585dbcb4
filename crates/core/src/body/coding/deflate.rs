//! `deflate`: the zlib format in the standard (RFC 9110, 8.4.1.2), raw deflate from many servers.

use flate2::Decompress;

use super::codec::{CodecStatus, Decoded, inflate};
use crate::Error;

/// Determines the format from the first two bytes, then inflates.
///
/// The zlib header (RFC 1950, 2.2) has method 8, a window of at most 2^15 bytes, and is a multiple of 31 as a number of
/// two bytes. A raw stream with such bytes would begin with a stored block whose padding bits are not zero, which no
/// encoder writes.
pub(super) enum Deflate {
    /// The header is not complete. Holds the first byte, if it has come.
    Undecided(Option<u8>),
    Zlib(Decompress),
    Raw(Decompress),
}

impl Deflate {
    pub(super) fn new() -> Self {
        Self::Undecided(None)
    }

    pub(super) fn decode(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<Decoded, Error> {
        let held = match self {
            Self::Zlib(inflater) | Self::Raw(inflater) => return inflate(inflater, input, output, "deflate"),
            Self::Undecided(held) => *held,
        };
        let (first, second) = match (held, input) {
            (Some(first), _) => (first, input.first()),
            (None, [first, rest @ ..]) => (*first, rest.first()),
            (None, []) => {
                return Ok(Decoded {
                    consumed: 0,
                    status: CodecStatus::NeedsInput,
                });
            }
        };
        let Some(zlib) = is_zlib(first, second.copied()) else {
            *self = Self::Undecided(Some(first));
            return Ok(Decoded {
                consumed: input.len(),
                status: CodecStatus::NeedsInput,
            });
        };
        let mut inflater = Decompress::new(zlib);
        if let Some(first) = held {
            inflate(&mut inflater, &[first], output, "deflate")?;
        }
        let decoded = inflate(&mut inflater, input, output, "deflate");
        *self = if zlib {
            Self::Zlib(inflater)
        } else {
            Self::Raw(inflater)
        };
        decoded
    }
}

/// Whether these bytes begin the zlib format; `None` if that depends on the second, which has not come.
fn is_zlib(first: u8, second: Option<u8>) -> Option<bool> {
    if first & 0x0f != 8 || first >> 4 > 7 {
        return Some(false);
    }
    second.map(|second| u16::from_be_bytes([first, second]).is_multiple_of(31))
}
