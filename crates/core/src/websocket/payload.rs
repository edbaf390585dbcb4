//! The bytes of a message, on its way in or out.

use bytes::Bytes;

/// The bytes of a message.
#[derive(Debug)]
pub enum Payload<'a> {
    /// In memory of somebody else, from which they are copied.
    Borrowed(&'a [u8]),
    /// In memory of its own.
    Owned(Bytes),
}

impl Payload<'_> {
    /// How many they are.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }
}
