//! One frame of the server (RFC 9113 4.1), and what its fields say.

/// The length of a frame's header.
pub(super) const HEADER: usize = 9;
/// As many bytes of every payload are kept: GOAWAY has its error code there.
const KEPT: usize = 8;
/// The payload of `WINDOW_UPDATE`: an increment.
const INCREMENT: usize = 4;
/// The length of one setting.
const SETTING: usize = 6;
/// The priority in HEADERS (RFC 9113 6.2).
const PRIORITY_FIELDS: usize = 5;

pub(super) const DATA: u8 = 0;
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
pub(super) const PADDED: u8 = 8;
const PRIORITY: u8 = 0x20;

/// The start of a frame: its header, and the start of its payload.
pub(super) type Begin = [u8; HEADER + KEPT];

/// A frame that has come as a whole.
pub(super) struct Frame<'a> {
    pub(super) begin: &'a Begin,
    /// All of it, of a frame whose payload is [kept](keeps_payload).
    pub(super) payload: &'a [u8],
}

/// The length of the payload.
pub(super) fn length(begin: &Begin) -> usize {
    let [first, second, third, ..] = *begin;
    usize::from(first) << 16 | usize::from(second) << 8 | usize::from(third)
}

/// Whether somebody looks at the payload of such a frame.
pub(super) fn keeps_payload(begin: &Begin) -> bool {
    matches!(begin[3], HEADERS | SETTINGS | CONTINUATION)
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

    /// Whether it is DATA without content, padded or not, that does not end its stream.
    pub(super) fn is_empty_data(&self) -> bool {
        self.is_data() && !self.ends_stream() && self.length() == self.padding()
    }

    /// How many bytes DATA has besides its padding.
    pub(super) fn content_length(&self) -> usize {
        self.length().saturating_sub(self.padding())
    }

    /// The bytes of padding, with that of its length.
    fn padding(&self) -> usize {
        if self.begin[4] & PADDED == 0 {
            return 0;
        }
        1 + usize::from(self.begin[HEADER])
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

    /// Its part of a header block, of HEADERS or CONTINUATION; `None` if the frame is malformed.
    pub(super) fn block_fragment(&self) -> Option<&[u8]> {
        if self.is_continuation() {
            return Some(self.payload);
        }
        let content = self.without_padding()?;
        content.get(if self.has_priority() { PRIORITY_FIELDS } else { 0 }..)
    }

    /// The stream on which HEADERS make theirs depend (RFC 9113 5.3.2).
    pub(super) fn dependency(&self) -> Option<u32> {
        if !self.is_head() || !self.has_priority() {
            return None;
        }
        let bytes = self.without_padding()?.first_chunk()?;
        Some(u32::from_be_bytes(*bytes) & MAX_STREAM)
    }

    fn has_priority(&self) -> bool {
        self.begin[4] & PRIORITY != 0
    }

    fn without_padding(&self) -> Option<&[u8]> {
        if self.begin[4] & PADDED == 0 {
            return Some(self.payload);
        }
        let (padding, rest) = self.payload.split_first()?;
        rest.get(..rest.len().checked_sub(usize::from(*padding))?)
    }

    /// Whether it is SETTINGS, and not the acknowledgement of such a frame.
    pub(super) fn has_settings(&self) -> bool {
        self.begin[3] == SETTINGS && self.begin[4] & ACK == 0
    }

    /// The settings of SETTINGS, with their values.
    pub(super) fn settings(&self) -> impl Iterator<Item = (u16, u32)> {
        let (settings, _) = self.payload.as_chunks::<SETTING>();
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
