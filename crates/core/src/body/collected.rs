//! A body that is collected whole.

use bytes::Bytes;

/// The most room that a body gets in advance. The announced length is not trusted beyond it.
const MAX_ROOM: u64 = 16 * 1024 * 1024;

/// The bytes collected so far. A body that comes in one chunk is not copied.
#[derive(Debug, Default)]
pub(crate) struct CollectedBody {
    first: Bytes,
    buffer: Vec<u8>,
    expected: usize,
}

impl CollectedBody {
    /// An empty body that expects this announced length.
    pub(crate) fn expecting(length: Option<u64>) -> Self {
        let expected = length.map_or(0, |length| length.min(MAX_ROOM));
        Self {
            expected: usize::try_from(expected).unwrap_or(0),
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, chunk: Bytes) {
        if self.first.is_empty() && self.buffer.is_empty() {
            self.first = chunk;
        } else {
            self.buffer().extend_from_slice(&chunk);
        }
    }

    /// All bytes so far, to append to.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        if self.buffer.is_empty() && !self.first.is_empty() {
            self.buffer.reserve(self.expected.max(self.first.len() * 2));
            self.buffer.extend_from_slice(&std::mem::take(&mut self.first));
        }
        &mut self.buffer
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        if self.buffer.is_empty() {
            self.first
        } else {
            self.buffer.into()
        }
    }
}
