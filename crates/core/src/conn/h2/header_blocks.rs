//! The pseudo-header fields of the server's header blocks (RFC 9113 8.3). `h2` leaves those out that it has no use for, and
//! does not tell that they were there.
//!
//! Only the names count. So values are skipped, and of HPACK's dynamic table (RFC 7541 2.3.2) one needs no more than what
//! kind of name each entry has: an entry that was evicted is one that no valid block refers to.

use super::frame::Frame;

/// The number of entries of the static table.
const STATIC: usize = 61;

const STATUS: &[u8] = b":status";
/// The same in HPACK's Huffman code.
const STATUS_IN_HUFFMAN: [u8; 5] = [0xb8, 0x84, 0x8d, 0x36, 0xa3];
/// The Huffman code of a colon is 7 bits long.
const COLON_IN_HUFFMAN: u8 = 0b101_1100;

/// Which pseudo-header fields a block has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PseudoFields {
    pub(super) has_status: bool,
    /// Whether it has one that no response has.
    pub(super) has_others: bool,
    /// Whether its status may be that of an interim response: it is none of those that HPACK's static table has.
    pub(super) may_be_interim: bool,
}

/// What kind of name a field has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Field,
    Status,
    OtherPseudo,
}

/// Reads the header blocks of a connection, in their order.
#[derive(Default)]
pub(super) struct HeaderBlocks {
    /// The block that is arriving, if it has more than one frame.
    block: Vec<u8>,
    table: Table,
}

impl HeaderBlocks {
    /// Takes a frame of HEADERS or CONTINUATION. Returns what its block has, if it ends with that and can be read: for one
    /// that cannot, `h2` ends the connection.
    pub(super) fn read(&mut self, frame: &Frame<'_>) -> Option<PseudoFields> {
        let fragment = frame.block_fragment()?;
        if frame.is_head() {
            self.block.clear();
            if frame.ends_block() {
                return self.table.read(fragment);
            }
        }
        self.block.extend_from_slice(fragment);
        frame.ends_block().then(|| self.table.read(&self.block)).flatten()
    }
}

/// The kinds of names in the dynamic table, the latest entry in the lowest bit. Of 4 KiB, which is what the client leaves
/// it at, there are at most 128 entries.
#[derive(Default)]
struct Table {
    status: u128,
    other_pseudo: u128,
}

impl Table {
    /// Reads a block (RFC 7541 6). `None`: it is none.
    fn read(&mut self, mut block: &[u8]) -> Option<PseudoFields> {
        let mut found = PseudoFields::default();
        while let Some(first) = block.first() {
            let (name, is_static) = match first {
                0x80.. => {
                    let index = integer(&mut block, 7)?;
                    (self.name(index), index <= STATIC)
                }
                0x40..=0x7f => {
                    let name = self.literal(&mut block, 6)?;
                    self.insert(name);
                    (name, false)
                }
                0x20..=0x3f => {
                    // the size of the table
                    integer(&mut block, 5)?;
                    continue;
                }
                0..=0x1f => (self.literal(&mut block, 4)?, false),
            };
            match name {
                Name::Field => {}
                Name::Status => {
                    found.has_status = true;
                    found.may_be_interim |= !is_static;
                }
                Name::OtherPseudo => found.has_others = true,
            }
        }
        Some(found)
    }

    /// The name of a field that is not in the table as a whole, whose index has this many bits.
    #[inline]
    fn literal(&self, block: &mut &[u8], bits: u8) -> Option<Name> {
        let name = match integer(block, bits)? {
            0 => name(&string(block)?),
            index => self.name(index),
        };
        skip_string(block)?;
        Some(name)
    }

    fn name(&self, index: usize) -> Name {
        // the static table: RFC 7541 appendix A
        match index {
            1..=7 => Name::OtherPseudo,
            8..=14 => Name::Status,
            0 | 15..=STATIC => Name::Field,
            _ => {
                let entry = u32::try_from(index - STATIC - 1).ok();
                let entry = entry.and_then(|age| 1_u128.checked_shl(age)).unwrap_or(0);
                if self.status & entry != 0 {
                    Name::Status
                } else if self.other_pseudo & entry != 0 {
                    Name::OtherPseudo
                } else {
                    Name::Field
                }
            }
        }
    }

    fn insert(&mut self, name: Name) {
        self.status = self.status << 1 | u128::from(name == Name::Status);
        self.other_pseudo = self.other_pseudo << 1 | u128::from(name == Name::OtherPseudo);
    }
}

/// The bytes of a string, as they are sent.
struct Text<'a> {
    is_huffman: bool,
    bytes: &'a [u8],
}

fn name(name: &Text<'_>) -> Name {
    let status = if name.is_huffman {
        &STATUS_IN_HUFFMAN
    } else {
        STATUS
    };
    let is_pseudo = name.bytes.first().is_some_and(|first| {
        if name.is_huffman {
            first >> 1 == COLON_IN_HUFFMAN
        } else {
            *first == b':'
        }
    });
    if name.bytes == status {
        Name::Status
    } else if is_pseudo {
        Name::OtherPseudo
    } else {
        Name::Field
    }
}

/// Takes a string (RFC 7541 5.2).
fn string<'a>(block: &mut &'a [u8]) -> Option<Text<'a>> {
    let is_huffman = block.first()? & 0x80 != 0;
    let length = integer(block, 7)?;
    let bytes = block.split_off(..length)?;
    Some(Text { is_huffman, bytes })
}

#[inline]
fn skip_string(block: &mut &[u8]) -> Option<()> {
    let length = integer(block, 7)?;
    *block = block.get(length..)?;
    Some(())
}

/// Takes an integer of so many bits, and more bytes if it is larger (RFC 7541 5.1). `None` also for one of more bytes than
/// `h2` takes.
#[inline]
fn integer(block: &mut &[u8], bits: u8) -> Option<usize> {
    let largest = (1 << bits) - 1;
    let first = *block.split_off_first()? & largest;
    if first < largest {
        return Some(first.into());
    }
    larger_integer(block, first.into())
}

/// The integer that begins with the largest value of its bits. Apart, as few are so large.
#[cold]
fn larger_integer(block: &mut &[u8], mut value: usize) -> Option<usize> {
    for shift in [0, 7, 14, 21] {
        let byte = *block.split_off_first()?;
        value += usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(has_status: bool, has_others: bool, may_be_interim: bool) -> PseudoFields {
        PseudoFields {
            has_status,
            has_others,
            may_be_interim,
        }
    }

    #[test]
    fn only_a_status_of_the_static_table_is_surely_final() {
        let mut table = Table::default();
        for index in 8..=14 {
            assert_eq!(table.read(&[0x80 | index]), Some(fields(true, false, false)));
        }
        let interim = [
            &b"\x08\x03103"[..],
            b"\x18\x03103",
            b"\x00\x07:status\x03103",
            b"\x00\x85\xb8\x84\x8d\x36\xa3\x82\x08\x19",
            // from here on in the dynamic table
            b"\x48\x03103",
            b"\xbe",
            b"\x7e\x03102",
            // beside one that is final
            b"\x88\x08\x03103",
            b"\x08\x03103\x88",
        ];
        for block in interim {
            assert_eq!(table.read(block), Some(fields(true, false, true)), "{block:x?}");
        }
    }

    #[test]
    fn names_are_found_behind_values_of_any_length() {
        let mut table = Table::default();
        for length in [0, 1, 126, 127, 128, 254, 255, 20_000] {
            let mut block = vec![0x0f, 39];
            if length < 127 {
                block.push(u8::try_from(length).unwrap());
            } else {
                block.push(0x7f);
                let mut rest = length - 127;
                while rest >= 0x80 {
                    block.push(0x80 | u8::try_from(rest % 0x80).unwrap());
                    rest /= 0x80;
                }
                block.push(u8::try_from(rest).unwrap());
            }
            block.resize(block.len() + length, b'a');
            assert_eq!(table.read(&block), Some(fields(false, false, false)), "{length}");
            let whole = block.len();
            block.push(0x84);
            assert_eq!(table.read(&block), Some(fields(false, true, false)), "{length}");
            // a value that breaks off
            if length > 0 {
                assert_eq!(table.read(&block[..whole - 1]), None, "{length}");
            }
        }
    }
}
