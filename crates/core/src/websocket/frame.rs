//! The head of a frame (RFC 6455 5.2).

use bytes::BytesMut;

use super::close::Violation;

/// The most bytes of a control frame's payload (RFC 6455 5.5).
pub(super) const MAX_CONTROL: u64 = 125;

/// The bit of a frame that is masked.
const MASKED: u8 = 0x80;
/// The length is in the two bytes that follow …
const TWO_BYTES: u8 = 0x7e;
/// … or in eight.
const EIGHT_BYTES: u8 = 0x7f;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Opcode {
    fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xa => Self::Pong,
            _ => return None,
        })
    }

    fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xa,
        }
    }

    pub(super) fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// The head of a frame that a server sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) is_final: bool,
    /// RSV1: the message is compressed (RFC 7692 6).
    pub(super) is_compressed: bool,
    pub(super) opcode: Opcode,
    pub(super) length: u64,
}

impl Head {
    /// The bytes of the head that starts with these two, if they are allowed.
    fn length_of(first: u8, second: u8) -> Result<usize, Violation> {
        if first & 0x30 != 0 {
            return Err(Violation::protocol("a frame with the reserved bits RSV2 or RSV3"));
        }
        let Some(opcode) = Opcode::from_bits(first & 0x0f) else {
            return Err(Violation::protocol("a frame with a reserved opcode"));
        };
        if second & MASKED != 0 {
            return Err(Violation::protocol("a masked frame, which only clients send"));
        }
        if opcode.is_control() {
            if first & 0x80 == 0 {
                return Err(Violation::protocol("a fragmented control frame"));
            }
            if first & 0x40 != 0 {
                return Err(Violation::protocol("a compressed control frame"));
            }
            if u64::from(second) > MAX_CONTROL {
                return Err(Violation::protocol("a control frame of more than 125 bytes"));
            }
        }
        Ok(match second {
            TWO_BYTES => 4,
            EIGHT_BYTES => 10,
            _ => 2,
        })
    }

    /// Parses the head at the start of these bytes: the head and its own length, or `None` if more bytes are needed.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Violation> {
        let [first, second, rest @ ..] = bytes else {
            return Ok(None);
        };
        let head_length = Self::length_of(*first, *second)?;
        let Some(extended) = rest.get(..head_length - 2) else {
            return Ok(None);
        };
        let length = match extended {
            [] => u64::from(*second),
            _ => extended
                .iter()
                .fold(0, |length, byte| length << 8 | u64::from(*byte)),
        };
        let is_minimal = match head_length {
            4 => length > 125,
            10 => length > u64::from(u16::MAX),
            _ => true,
        };
        if !is_minimal {
            return Err(Violation::protocol("a length in more bytes than it needs"));
        }
        if length >> 63 != 0 {
            return Err(Violation::protocol("a length of more than 63 bits"));
        }
        let head = Self {
            is_final: first & 0x80 != 0,
            is_compressed: first & 0x40 != 0,
            opcode: Opcode::from_bits(first & 0x0f).unwrap_or(Opcode::Continuation),
            length,
        };
        Ok(Some((head, head_length)))
    }

    /// Appends the head of a client's frame, which is masked.
    pub(super) fn write(&self, mask: [u8; 4], into: &mut BytesMut) {
        let first = self.opcode.bits() | u8::from(self.is_final) << 7 | u8::from(self.is_compressed) << 6;
        match self.length {
            0..=125 => into.extend_from_slice(&[first, MASKED | self.length.to_le_bytes()[0]]),
            126..=0xffff => {
                into.extend_from_slice(&[first, MASKED | TWO_BYTES]);
                into.extend_from_slice(&self.length.to_be_bytes()[6..]);
            }
            _ => {
                into.extend_from_slice(&[first, MASKED | EIGHT_BYTES]);
                into.extend_from_slice(&self.length.to_be_bytes());
            }
        }
        into.extend_from_slice(&mask);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_in_the_fewest_bytes() {
        for (length, head) in [
            (0, &[0x82, 0x80][..]),
            (125, &[0x82, 0xfd]),
            (126, &[0x82, 0xfe, 0, 126]),
            (65_535, &[0x82, 0xfe, 0xff, 0xff]),
            (65_536, &[0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let mut bytes = BytesMut::new();
            let written = Head {
                is_final: true,
                is_compressed: false,
                opcode: Opcode::Binary,
                length,
            };
            written.write([1, 2, 3, 4], &mut bytes);
            assert_eq!(bytes, [head, &[1, 2, 3, 4]].concat()[..]);
            // a server's frame is the same without a mask
            let mut unmasked = head.to_vec();
            unmasked[1] &= 0x7f;
            for end in 0..unmasked.len() {
                assert_eq!(Head::parse(&unmasked[..end]).unwrap(), None);
            }
            assert_eq!(Head::parse(&unmasked).unwrap(), Some((written, unmasked.len())));
        }
    }

    #[test]
    fn what_a_server_must_not_send_is_refused_by_the_first_bytes_that_show_it() {
        for bytes in [
            &[0xa2, 0][..],
            &[0x92, 0],
            &[0x83, 0],
            &[0x87, 0],
            &[0x8b, 0],
            &[0x8f, 0],
            &[0x82, 0x80],
            &[0x09, 0],
            &[0xc9, 0],
            &[0x89, 126],
            &[0x88, 127],
            &[0x82, 126, 0, 125],
            &[0x82, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
            &[0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0],
        ] {
            assert_eq!(Head::parse(bytes).unwrap_err().code, 1002, "{bytes:x?}");
        }
    }
}
