//! UTF-8 that is checked as it arrives: a bad byte is found before the rest of its message is there.

/// The check of one text message, piece by piece.
#[derive(Debug, Default)]
pub(super) struct Utf8Check {
    /// The start of a character whose rest is to come.
    partial: [u8; 4],
    length: usize,
}

/// The text has a byte that it cannot have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InvalidUtf8;

impl Utf8Check {
    /// Checks the next piece.
    pub(super) fn push(&mut self, mut piece: &[u8]) -> Result<(), InvalidUtf8> {
        while self.length > 0 {
            let Some((next, rest)) = piece.split_first() else {
                return Ok(());
            };
            piece = rest;
            self.partial[self.length] = *next;
            self.length += 1;
            match str::from_utf8(&self.partial[..self.length]) {
                Ok(_) => self.length = 0,
                Err(error) if error.error_len().is_some() => return Err(InvalidUtf8),
                Err(_) => {}
            }
        }
        let Err(error) = str::from_utf8(piece) else {
            return Ok(());
        };
        if error.error_len().is_some() {
            return Err(InvalidUtf8);
        }
        // at most three bytes: four are a character or invalid
        let start = &piece[error.valid_up_to()..];
        self.partial[..start.len()].copy_from_slice(start);
        self.length = start.len();
        Ok(())
    }

    /// Ends the text, and begins the next one.
    pub(super) fn finish(&mut self) -> Result<(), InvalidUtf8> {
        if std::mem::take(&mut self.length) == 0 {
            Ok(())
        } else {
            Err(InvalidUtf8)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of bytes after which a text is refused; `None` if all of it is text.
    fn refused_after(bytes: &[u8]) -> Option<usize> {
        let mut check = Utf8Check::default();
        for (at, byte) in bytes.iter().enumerate() {
            if check.push(&[*byte]).is_err() {
                return Some(at + 1);
            }
        }
        check.finish().err().map(|_| bytes.len())
    }

    #[test]
    fn a_text_is_valid_however_it_is_cut() {
        let text = "\u{0}a\u{7f}\u{80}\u{7ff}\u{800}\u{fffd}\u{ffff}\u{10000}\u{10ffff}z";
        assert_eq!(refused_after(text.as_bytes()), None);
        for first in 0..text.len() {
            for second in first..text.len() {
                let mut check = Utf8Check::default();
                for piece in [
                    &text.as_bytes()[..first],
                    &text.as_bytes()[first..second],
                    &text.as_bytes()[second..],
                ] {
                    assert_eq!(check.push(piece), Ok(()));
                }
                assert_eq!(check.finish(), Ok(()));
            }
        }
    }

    #[test]
    fn the_first_byte_that_no_text_can_have_is_refused() {
        for (bytes, after) in [
            (&[0x61, 0xff][..], 2),
            (&[0x80], 1),
            (&[0xc0], 1),
            (&[0xc3, 0x28], 2),
            (&[0xe0, 0x80], 2),
            (&[0xed, 0xa0], 2),
            (&[0xf4, 0x90], 2),
            (&[0xf5], 1),
            (&[0xf0, 0x9f, 0x98], 3),
        ] {
            assert_eq!(refused_after(bytes), Some(after), "{bytes:x?}");
        }
    }
}
