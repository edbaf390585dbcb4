//! `deflate`: the zlib format by the standard (RFC 9110, 8.4.1.2), raw deflate by many servers.

use flate2::Decompress;

use super::codec::{Outcome, Step, inflate};
use crate::Error;

/// Judges by the first two bytes which of the formats it is, then inflates.
///
/// The zlib header (RFC 1950, 2.2) is a method of 8, a window of at most 2^15 bytes and a check that the
/// two bytes are a multiple of 31. A raw stream that looks so would have to begin with a stored block
/// whose padding bits are not zero, which no encoder writes.
pub(super) enum Deflate {
    /// Waiting for the header; the first byte, if it has come.
    Undecided(Option<u8>),
    Decided(Decompress),
}

impl Deflate {
    pub(super) fn new() -> Self {
        Self::Undecided(None)
    }

    pub(super) fn step(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<Step, Error> {
        let held = match self {
            Self::Decided(inflater) => return inflate(inflater, input, output, "deflate"),
            Self::Undecided(held) => *held,
        };
        let (first, second) = match (held, input) {
            (Some(first), _) => (first, input.first()),
            (None, [first, rest @ ..]) => (*first, rest.first()),
            (None, []) => {
                return Ok(Step {
                    consumed: 0,
                    outcome: Outcome::Drained,
                });
            }
        };
        let Some(zlib) = is_zlib(first, second.copied()) else {
            *self = Self::Undecided(Some(first));
            return Ok(Step {
                consumed: input.len(),
                outcome: Outcome::Drained,
            });
        };
        let mut inflater = Decompress::new(zlib);
        if let Some(first) = held {
            inflate(&mut inflater, &[first], output, "deflate")?;
        }
        let step = inflate(&mut inflater, input, output, "deflate");
        *self = Self::Decided(inflater);
        step
    }
}

/// Whether these bytes begin the zlib format; `None` if only the second can tell.
fn is_zlib(first: u8, second: Option<u8>) -> Option<bool> {
    if first & 0x0f != 8 || first >> 4 > 7 {
        return Some(false);
    }
    second.map(|second| u16::from_be_bytes([first, second]).is_multiple_of(31))
}
