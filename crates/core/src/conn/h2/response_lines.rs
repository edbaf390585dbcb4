//! The head of a response as lines of text, which is how heads leave the engine.

use http::HeaderMap;
use http::response::Parts;

/// What each field counts besides its name and value.
const FIELD_OVERHEAD: usize = 32;

/// The length of the status line.
const STATUS_LINE: usize = "HTTP/2 200\r\n".len();

/// Sizes of header fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    /// As RFC 9113 6.5.2 counts it.
    pub(super) list: usize,
    /// The bytes of their lines.
    lines: usize,
}

impl Sizes {
    pub(super) fn of(fields: &HeaderMap) -> Self {
        let (mut count, mut bytes) = (0, 0);
        for (name, value) in fields {
            count += 1;
            bytes += name.as_str().len() + value.len();
        }
        Self {
            list: bytes + count * FIELD_OVERHEAD,
            lines: bytes + count * ": \r\n".len(),
        }
    }
}

/// Whether a field's value begins or ends with white space (RFC 9113 8.2.1), which h2 does not check.
pub(super) fn has_malformed_value(fields: &HeaderMap) -> bool {
    fields.values().any(|value| {
        let ends = [value.as_bytes().first(), value.as_bytes().last()];
        ends.into_iter()
            .flatten()
            .any(|byte| matches!(byte, b' ' | b'\t'))
    })
}

/// Status line and header lines, each with its line end. HTTP/2 has no reason phrase. Names are in lower case; fields of
/// the same name stand together, in the order in which they arrived.
pub(super) fn write(lines: &mut Vec<u8>, head: &Parts, sizes: Sizes) {
    lines.clear();
    lines.reserve(STATUS_LINE + sizes.lines);
    lines.extend_from_slice(b"HTTP/2 ");
    lines.extend_from_slice(head.status.as_str().as_bytes());
    lines.extend_from_slice(b"\r\n");
    for (name, value) in &head.headers {
        lines.extend_from_slice(name.as_str().as_bytes());
        lines.extend_from_slice(b": ");
        lines.extend_from_slice(value.as_bytes());
        lines.extend_from_slice(b"\r\n");
    }
}
