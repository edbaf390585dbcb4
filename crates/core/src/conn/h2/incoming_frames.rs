//! The server's frames as their bytes arrive. `h2` tells nothing of those that are not about a request.

use super::frame::{Begin, DATA, Frame, HEADER, PADDED, keeps_payload, length};

/// The most bytes of a payload that are kept, which is the most that `h2` takes of any frame.
const MAX_PAYLOAD: usize = 16 * 1024;
/// A payload of this length is long.
const LONG: usize = 4 * 1024;
/// The most bytes of padding, with those of its length (RFC 9113 6.1).
const MAX_PADDING: usize = 256;

/// A type of frames that no specification uses, which receivers ignore (RFC 9113 5.5).
const UNKNOWN: u8 = 0xff;

/// What is to happen to a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handling {
    Pass,
    Ignore,
}

/// Cuts bytes into frames.
#[derive(Default)]
pub(super) struct IncomingFrames {
    /// The start of the current frame.
    begin: Begin,
    /// Its bytes so far.
    received: usize,
    /// Its payload so far, if somebody looks at that and it does not come at once.
    payload: Vec<u8>,
}

impl IncomingFrames {
    /// Takes the next bytes, and hands on each frame that they complete. One of which `complete` says that it is to be
    /// ignored gets a type that is unknown, if its header is among these bytes.
    ///
    /// Returns how many of the bytes are to be shown once more, with those that follow. These are a part of what may be
    /// such a frame. There are none if `may_hold` is false.
    pub(super) fn read(
        &mut self,
        all: &mut [u8],
        may_hold: bool,
        mut complete: impl FnMut(&Frame<'_>) -> Handling,
    ) -> usize {
        let mut start = 0;
        while start < all.len() {
            let bytes = &all[start..];
            if may_hold && self.received == 0 && may_be_empty_data(bytes) {
                return bytes.len();
            }
            let has_header = self.received >= HEADER;
            let whole = if has_header {
                HEADER + length(&self.begin)
            } else {
                HEADER
            };
            let count = bytes.len().min(whole - self.received);
            if let Some(begin) = self.begin.get_mut(self.received..) {
                let kept = count.min(begin.len());
                begin[..kept].copy_from_slice(&bytes[..kept]);
            }
            let is_kept = has_header && keeps_payload(&self.begin);
            let comes_at_once = self.received == HEADER && self.received + count == whole;
            if is_kept && !comes_at_once && self.payload.len() < MAX_PAYLOAD {
                self.payload.extend_from_slice(&bytes[..count]);
            }
            self.received += count;
            start += count;
            if self.received >= HEADER && self.received == HEADER + length(&self.begin) {
                let payload = if is_kept && comes_at_once {
                    &bytes[..count]
                } else {
                    &self.payload
                };
                let handling = complete(&Frame {
                    begin: &self.begin,
                    payload,
                });
                if handling == Handling::Ignore
                    && let Some(kind) = start.checked_sub(self.received - 3)
                {
                    all[kind] = UNKNOWN;
                }
                self.received = 0;
                self.payload.clear();
            }
        }
        0
    }

    /// How many bytes come up to the end of the next frame's header, if the payload that is arriving is long.
    pub(super) fn until_next_header(&self) -> Option<usize> {
        let length = (self.received >= HEADER).then(|| length(&self.begin))?;
        (length >= LONG).then(|| HEADER + length - self.received + HEADER)
    }

    /// What has come of the frame that is arriving: its header, and the start of its payload.
    pub(super) fn arriving(&self) -> &[u8] {
        &self.begin[..self.received.min(self.begin.len())]
    }
}

/// Whether these bytes are a part of a frame that may be DATA without content.
fn may_be_empty_data(bytes: &[u8]) -> bool {
    let Some((header, payload)) = bytes.split_at_checked(HEADER) else {
        let kind = bytes.get(3).copied().unwrap_or(DATA);
        return bytes[0] == 0 && bytes.get(1).is_none_or(|byte| *byte <= 1) && kind == DATA;
    };
    let length = usize::from(header[0]) << 16 | usize::from(header[1]) << 8 | usize::from(header[2]);
    let has_padding = header[3] == DATA && header[4] & PADDED != 0;
    has_padding
        && length <= MAX_PADDING
        && payload.len() < length
        && payload
            .first()
            .is_none_or(|padding| 1 + usize::from(*padding) == length)
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
                frames.read(&mut piece.to_vec(), false, |frame| {
                    let settings: Vec<_> = frame.settings().collect();
                    seen.push((frame.length(), frame.stream(), settings, frame.go_away()));
                    Handling::Pass
                });
                let ends = [15, 24, 53, 72];
                let complete = ends.iter().filter(|end| received >= **end).count();
                assert_eq!(seen.len(), complete, "pieces of {size}, {received} bytes");
            }
            let expected = [
                (6, 0, vec![(8, 1)], None),
                (0, 0, vec![], None),
                (20, 1, vec![], None),
                (10, 0, vec![], Some((3, 11))),
            ];
            assert_eq!(seen, expected, "pieces of {size}");
        }
    }

    #[test]
    fn the_bytes_up_to_the_next_header_are_known_within_a_long_frame_only() {
        let mut frames = IncomingFrames::default();
        let mut after = |bytes: &[u8]| {
            frames.read(&mut bytes.to_vec(), false, |_| Handling::Pass);
            frames.until_next_header()
        };
        assert_eq!(after(&[0, 0x10, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(after(&[1]), Some(LONG + HEADER));
        assert_eq!(after(&[9; LONG - 1]), Some(1 + HEADER));
        assert_eq!(after(&[9, 0, 0, 5, 0, 0, 0, 0, 0, 1]), None);
        assert_eq!(after(&[9; 5]), None);
    }

    #[test]
    fn an_ignored_frame_gets_an_unknown_type_wherever_its_bytes_are_cut() {
        let sent = [
            &[0, 0, 1, 0, 0, 0, 0, 0, 1, 9][..],
            &[0, 0, 0, 0, 0, 0, 0, 0, 1],
            &[0, 0, 1, 0, 1, 0, 0, 0, 1, 9],
        ]
        .concat();
        let mut expected = sent.clone();
        expected[13] = UNKNOWN;
        for size in 1..=sent.len() {
            let mut frames = IncomingFrames::default();
            let (mut shown, mut held) = (Vec::new(), Vec::new());
            for piece in sent.chunks(size) {
                let mut bytes = [&held[..], piece].concat();
                let count = frames.read(&mut bytes, true, |frame| {
                    if frame.length() == 0 {
                        Handling::Ignore
                    } else {
                        Handling::Pass
                    }
                });
                held = bytes.split_off(bytes.len() - count);
                shown.extend(bytes);
            }
            assert_eq!(shown, expected, "pieces of {size}");
        }
    }
}
