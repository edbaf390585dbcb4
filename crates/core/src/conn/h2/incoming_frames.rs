//! The server's frames (RFC 9113 4.1) as their bytes arrive. `h2` tells nothing of those that are not about a request.

/// The length of a frame's header.
const HEADER: usize = 9;
/// As many bytes of its payload are kept: GOAWAY has its error code there.
const KEPT: usize = 8;
/// The most bytes of SETTINGS that are kept, which is the most that `h2` takes of any frame.
const MAX_SETTINGS: usize = 16 * 1024;
/// A payload of this length is long.
const LONG: usize = 4 * 1024;
/// The payload of `WINDOW_UPDATE`: an increment.
const INCREMENT: usize = 4;
/// The length of one setting.
const SETTING: usize = 6;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
pub(super) const SETTINGS: u8 = 4;
pub(super) const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

/// The largest number of a stream.
const MAX_STREAM: u32 = (1 << 31) - 1;
/// The largest increment of a window.
const MAX_WINDOW_INCREMENT: u32 = (1 << 31) - 1;

/// A setting.
const INITIAL_WINDOW_SIZE: u16 = 4;

const END_STREAM: u8 = 1;
pub(super) const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

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
    /// The header and the begin of the payload of the current frame.
    begin: [u8; HEADER + KEPT],
    /// Its bytes so far.
    received: usize,
    /// Its payload, of SETTINGS.
    settings: Vec<u8>,
}

/// A frame that has come as a whole.
pub(super) struct Frame<'a> {
    begin: &'a [u8; HEADER + KEPT],
    settings: &'a [u8],
}

impl IncomingFrames {
    /// Takes the next bytes, and hands on each frame that they complete. One of which `complete` says that it is to be
    /// ignored gets a type that is unknown, if its header is among these bytes.
    ///
    /// Returns how many of the bytes are to be shown once more, with those that follow. These are a part of a header that
    /// may be such a frame's. There are none if `may_hold` is false.
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
            if has_header && self.begin[3] == SETTINGS && self.settings.len() < MAX_SETTINGS {
                self.settings.extend_from_slice(&bytes[..count]);
            }
            self.received += count;
            start += count;
            if self.received >= HEADER && self.received == HEADER + length(&self.begin) {
                let handling = complete(&Frame {
                    begin: &self.begin,
                    settings: &self.settings,
                });
                if handling == Handling::Ignore
                    && let Some(kind) = start.checked_sub(self.received - 3)
                {
                    all[kind] = UNKNOWN;
                }
                self.received = 0;
                self.settings.clear();
            }
        }
        0
    }

    /// How many bytes come up to the end of the next frame's header, if the payload that is arriving is long.
    pub(super) fn until_next_header(&self) -> Option<usize> {
        let length = (self.received >= HEADER).then(|| length(&self.begin))?;
        (length >= LONG).then(|| HEADER + length - self.received + HEADER)
    }

    /// What has come of the frame that is arriving: its header, and the begin of its payload.
    pub(super) fn arriving(&self) -> &[u8] {
        &self.begin[..self.received.min(HEADER + KEPT)]
    }
}

/// Whether these bytes are a part of a header, and that may be one of DATA of length 0.
fn may_be_empty_data(bytes: &[u8]) -> bool {
    const BEGIN: [u8; 4] = [0, 0, 0, DATA];
    bytes.len() < HEADER && bytes.iter().zip(BEGIN).all(|(byte, begin)| *byte == begin)
}

fn length(begin: &[u8; HEADER + KEPT]) -> usize {
    let [first, second, third, ..] = *begin;
    usize::from(first) << 16 | usize::from(second) << 8 | usize::from(third)
}

impl Frame<'_> {
    pub(super) fn header(&self) -> &[u8] {
        &self.begin[..HEADER]
    }

    /// The length of its payload.
    pub(super) fn length(&self) -> usize {
        length(self.begin)
    }

    /// The number of its stream; 0 for a frame of the connection.
    pub(super) fn stream(&self) -> u32 {
        self.number_at(5) & MAX_STREAM
    }

    fn number_at(&self, index: usize) -> u32 {
        let bytes = self.begin[index..].first_chunk();
        bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes))
    }

    pub(super) fn is_data(&self) -> bool {
        self.begin[3] == DATA
    }

    /// Whether a header block begins with it.
    pub(super) fn is_head(&self) -> bool {
        self.begin[3] == HEADERS
    }

    pub(super) fn is_continuation(&self) -> bool {
        self.begin[3] == CONTINUATION
    }

    /// Whether DATA or HEADERS end their stream.
    pub(super) fn ends_stream(&self) -> bool {
        self.begin[4] & END_STREAM != 0
    }

    /// Whether HEADERS or CONTINUATION end their header block.
    pub(super) fn ends_block(&self) -> bool {
        self.begin[4] & END_HEADERS != 0
    }

    /// Whether it is SETTINGS, and not the acknowledgement of such a frame.
    pub(super) fn has_settings(&self) -> bool {
        self.begin[3] == SETTINGS && self.begin[4] & ACK == 0
    }

    /// The settings of SETTINGS, with their values.
    pub(super) fn settings(&self) -> impl Iterator<Item = (u16, u32)> {
        let (settings, _) = self.settings.as_chunks::<SETTING>();
        settings.iter().filter_map(|setting| {
            let (name, value) = setting.split_first_chunk()?;
            let value = value.first_chunk()?;
            Some((u16::from_be_bytes(*name), u32::from_be_bytes(*value)))
        })
    }

    /// The last value of `SETTINGS_INITIAL_WINDOW_SIZE` in SETTINGS.
    pub(super) fn initial_window(&self) -> Option<u32> {
        let windows = self.settings().filter(|(name, _)| *name == INITIAL_WINDOW_SIZE);
        windows.map(|(_, window)| window).last()
    }

    /// By how much `WINDOW_UPDATE` opens a window.
    pub(super) fn window_increment(&self) -> Option<u32> {
        let is_update = self.begin[3] == WINDOW_UPDATE && self.length() == INCREMENT;
        is_update.then(|| self.number_at(HEADER) & MAX_WINDOW_INCREMENT)
    }

    /// The last stream that a GOAWAY names, and its error code.
    pub(super) fn go_away(&self) -> Option<(u32, u32)> {
        let is_go_away = self.begin[3] == GOAWAY && self.length() >= KEPT;
        is_go_away.then(|| (self.number_at(HEADER) & MAX_STREAM, self.number_at(HEADER + 4)))
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
