//! The server's frames (RFC 9113 4.1) as their bytes arrive. `h2` tells nothing of those that are not about a request.

/// The length of a frame's header.
const HEADER: usize = 9;
/// As many bytes of its payload are kept: GOAWAY has its error code there.
const KEPT: usize = 8;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const GOAWAY: u8 = 7;

const END_STREAM: u8 = 1;

/// Cuts bytes into frames.
#[derive(Default)]
pub(super) struct IncomingFrames {
    /// The header and the begin of the payload of the current frame.
    begin: [u8; HEADER + KEPT],
    /// Its bytes so far.
    received: usize,
}

/// A frame that has come as a whole.
pub(super) struct Frame<'a>(&'a [u8; HEADER + KEPT]);

impl IncomingFrames {
    /// Takes the next bytes, and hands on each frame that they complete.
    pub(super) fn read(&mut self, mut bytes: &[u8], mut complete: impl FnMut(&Frame<'_>)) {
        while !bytes.is_empty() {
            let length = if self.received < HEADER {
                HEADER
            } else {
                HEADER + Frame(&self.begin).length()
            };
            let count = bytes.len().min(length - self.received);
            if let Some(begin) = self.begin.get_mut(self.received..) {
                let kept = count.min(begin.len());
                begin[..kept].copy_from_slice(&bytes[..kept]);
            }
            self.received += count;
            bytes = &bytes[count..];
            let frame = Frame(&self.begin);
            if self.received >= HEADER && self.received == HEADER + frame.length() {
                complete(&frame);
                self.received = 0;
            }
        }
    }
}

impl Frame<'_> {
    fn length(&self) -> usize {
        let [first, second, third, ..] = *self.0;
        usize::from(first) << 16 | usize::from(second) << 8 | usize::from(third)
    }

    /// Whether it has a part of a response's body, or ends a response.
    pub(super) fn is_progress(&self) -> bool {
        let (kind, flags) = (self.0[3], self.0[4]);
        match kind {
            DATA => self.length() > 0 || flags & END_STREAM != 0,
            HEADERS => flags & END_STREAM != 0,
            _ => false,
        }
    }

    /// The error code of a GOAWAY.
    pub(super) fn go_away(&self) -> Option<u32> {
        let [.., a, b, c, d] = *self.0;
        (self.0[3] == GOAWAY && self.length() >= KEPT).then(|| u32::from_be_bytes([a, b, c, d]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SETTINGS of one setting, an acknowledgement, DATA of 20 bytes, GOAWAY with `ENHANCE_YOUR_CALM` and two bytes of text.
    fn frames() -> Vec<u8> {
        [
            &[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 1][..],
            &[0, 0, 0, 4, 1, 0, 0, 0, 0],
            &[0, 0, 20, 0, 0, 0, 0, 0, 1],
            &[9; 20],
            &[0, 0, 10, 7, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 11, 104, 105],
            &[0, 0, 0, 0],
        ]
        .concat()
    }

    #[test]
    fn each_frame_is_seen_once_with_its_last_byte_however_the_bytes_are_cut() {
        let all = frames();
        for size in 1..=all.len() {
            let mut frames = IncomingFrames::default();
            let (mut seen, mut received) = (Vec::new(), 0);
            for piece in all.chunks(size) {
                received += piece.len();
                frames.read(piece, |frame| {
                    seen.push((frame.length(), frame.is_progress(), frame.go_away()));
                });
                let ends = [15, 24, 53, 72];
                let complete = ends.iter().filter(|end| received >= **end).count();
                assert_eq!(seen.len(), complete, "pieces of {size}, {received} bytes");
            }
            let expected = [
                (6, false, None),
                (0, false, None),
                (20, true, None),
                (10, false, Some(11)),
            ];
            assert_eq!(seen, expected, "pieces of {size}");
        }
    }
}
