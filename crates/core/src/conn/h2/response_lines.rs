//! The head of a response as lines of text, which is how heads leave the engine.

use http::response::Parts;

/// The length of the status line.
const STATUS_LINE: usize = "HTTP/2 200\r\n".len();

/// Status line and header lines, each with its line end. HTTP/2 has no reason phrase. Names are in lower case; fields of
/// the same name stand together, in the order in which they arrived.
pub(super) fn write(lines: &mut Vec<u8>, head: &Parts) {
    lines.clear();
    let fields = head.headers.iter();
    let bytes: usize = fields
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    lines.reserve(STATUS_LINE + bytes);
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
