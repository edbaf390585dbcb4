//! Messages about responses that violate HTTP. They use h11's words, which users of HTTPX know and match.
//!
//! A message shows only the name of a header line: the value may be a secret.

use std::io;

use http::StatusCode;
use http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};

use crate::exchange::RequestHead;

/// The most bytes of a line that a message shows.
const SHOWN_LINE: usize = 100;
/// The most bytes shown of a line that may continue a header's value.
const SHOWN_REST: usize = 20;

const CONFLICTING_LENGTHS: &str = "conflicting Content-Length headers";

/// The message for a head that hyper refused with this error.
pub(super) fn head(lines: &[u8], refusal: &str) -> String {
    match head_violation(lines) {
        Some(violation) => format!("{violation} ({refusal})"),
        None => format!("illegal response head: {refusal}"),
    }
}

/// The message for a body whose framing hyper refused with this error.
pub(super) fn framing(error: &io::Error) -> String {
    let words = error.to_string();
    let violation = match words.to_ascii_lowercase().as_str() {
        lower if lower.starts_with("invalid chunk body") => "malformed chunk footer",
        lower if lower.contains("chunk size") || lower.contains("chunk extension") => "illegal chunk header",
        "invalid header name" | "invalid header value" => "illegal header line",
        _ => "illegal response body",
    };
    format!("{violation}: {words}")
}

/// The message for a response that hyper accepts although it violates HTTP; `None` if it does not.
///
/// hyper reads a body in an unknown transfer coding until the connection ends. The caller would get the coding, or the
/// framing of the chunks, as the body.
pub(super) fn response(
    status: StatusCode,
    headers: &HeaderMap,
    request: &RequestHead,
) -> Option<&'static str> {
    if status == StatusCode::SWITCHING_PROTOCOLS && !request.asks_for_upgrade() {
        return Some(
            "Received server _SWITCH_UPGRADE event without a pending proposal: 101 was not asked for",
        );
    }
    let mut length = None;
    let mut coding = None;
    let mut has_many_codings = false;
    // one walk costs less than to look for two names
    for (name, value) in headers {
        if name == CONTENT_LENGTH {
            // hyper takes `030, 30` for one length, of which a proxy may read another (RFC 9112 6.3)
            if lengths_of(value.as_bytes()).any(|other| *length.get_or_insert(other) != other) {
                return Some(CONFLICTING_LENGTHS);
            }
        } else if name == TRANSFER_ENCODING {
            has_many_codings |= coding.replace(value.as_bytes()).is_some();
        }
    }
    if has_many_codings {
        return Some("multiple Transfer-Encoding headers");
    }
    let is_chunked = coding?.eq_ignore_ascii_case(b"chunked");
    (!is_chunked).then_some("Only Transfer-Encoding: chunked is supported")
}

fn lengths_of(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

fn head_violation(lines: &[u8]) -> Option<String> {
    let mut lines = lines
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = lines.next().unwrap_or_default();
    if !is_status_line(first) {
        return Some(format!("illegal status line: {}", shown(first, SHOWN_LINE)));
    }
    let headers: Vec<&[u8]> = lines.take_while(|line| !line.is_empty()).collect();
    if headers.first().is_some_and(|line| is_folded(line)) {
        return Some("continuation line at start of headers".to_owned());
    }
    headers
        .iter()
        .find_map(|line| header_violation(line))
        .or_else(|| length_violation(&headers).map(str::to_owned))
}

fn is_status_line(line: &[u8]) -> bool {
    let Some(([b'H', b'T', b'T', b'P', b'/', b'1', b'.', minor, b' ', status @ ..], phrase)) =
        line.split_at_checked(12)
    else {
        return false;
    };
    minor.is_ascii_digit()
        && status.iter().all(u8::is_ascii_digit)
        && status[0] != b'0'
        && (phrase.is_empty() || phrase[0] == b' ')
        && !has_controls(phrase)
}

fn header_violation(line: &[u8]) -> Option<String> {
    if is_folded(line) {
        return None;
    }
    let Some(colon) = memchr::memchr(b':', line) else {
        return Some(format!("illegal header line: {}", shown(line, SHOWN_REST)));
    };
    let (name, value) = line.split_at(colon);
    if http::HeaderName::from_bytes(name).is_err() {
        return Some(format!(
            "illegal header line: the name {}",
            shown(name, SHOWN_LINE)
        ));
    }
    has_controls(value).then(|| {
        format!(
            "illegal header line: a control character in the value of {}",
            shown(name, SHOWN_LINE)
        )
    })
}

fn length_violation(headers: &[&[u8]]) -> Option<&'static str> {
    let mut lengths = headers
        .iter()
        .filter_map(|line| {
            let (name, value) = line.split_at(memchr::memchr(b':', line)?);
            name.eq_ignore_ascii_case(b"content-length").then(|| &value[1..])
        })
        .flat_map(lengths_of);
    let first = lengths.next()?;
    if lengths.any(|length| length != first) {
        return Some(CONFLICTING_LENGTHS);
    }
    let is_length = first.iter().all(u8::is_ascii_digit)
        && std::str::from_utf8(first).is_ok_and(|digits| digits.parse::<u64>().is_ok());
    (!is_length).then_some("bad Content-Length")
}

fn is_folded(line: &[u8]) -> bool {
    matches!(line, [b' ' | b'\t', ..])
}

fn has_controls(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t')
}

fn shown(line: &[u8], limit: usize) -> String {
    let text = String::from_utf8_lossy(&line[..line.len().min(limit)]);
    let more = if line.len() > limit { "…" } else { "" };
    format!("\"{}{more}\"", text.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_head_is_described_by_its_first_bad_line() {
        let long = format!(
            "HTTP/1.1 200 OK\r\nSet-Cookie: a={}\nrest of a secret that is long\r\n",
            "x".repeat(99)
        );
        for (lines, expected) in [
            ("garbage\r\n", "illegal status line: \"garbage\""),
            ("", "illegal status line: \"\""),
            (
                "HTTP/1.1  200 OK\r\n",
                "illegal status line: \"HTTP/1.1  200 OK\"",
            ),
            (
                "HTTP/1.1 2000 OK\r\n",
                "illegal status line: \"HTTP/1.1 2000 OK\"",
            ),
            ("HTTP/2 200 OK\r\n", "illegal status line: \"HTTP/2 200 OK\""),
            ("HTTP/1.1 200 \0\n", "illegal status line: \"HTTP/1.1 200 \\0\""),
            (
                "HTTP/1.1 200 OK\r\n A: b\r\n",
                "continuation line at start of headers",
            ),
            (
                "HTTP/1.1 200\r\nA: b\r\n c\r\nX : 1\r\n",
                "illegal header line: the name \"X \"",
            ),
            ("HTTP/1.1 200 OK\r\n: 1\r\n", "illegal header line: the name \"\""),
            (
                "HTTP/1.1 200 OK\r\nX: secret\x07\r\n",
                "illegal header line: a control character in the value of \"X\"",
            ),
            (&long, "illegal header line: \"rest of a secret tha…\""),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 2\r\n",
                "conflicting Content-Length headers",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n",
                "conflicting Content-Length headers",
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n", "bad Content-Length"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n",
                "bad Content-Length",
            ),
            (
                "HTTP/1.1 099 OK\r\nA: b\r\n",
                "illegal status line: \"HTTP/1.1 099 OK\"",
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n",
                "illegal response head: ",
            ),
        ] {
            let message = head(lines.as_bytes(), "hyper's error");
            assert!(message.starts_with(expected), "{message}");
            assert!(message.contains("hyper's error"), "{message}");
        }
    }

    #[test]
    fn a_message_shows_a_bounded_part_of_a_status_line() {
        let message = head(&[b'x'; 5000], "word");
        assert_eq!(
            message,
            format!("illegal status line: \"{}…\" (word)", "x".repeat(SHOWN_LINE))
        );
    }
}
