//! Interim responses (RFC 9110 15.2), any number of which may precede a response.

use super::slot::Slot;
use crate::exchange::Exchange;

/// The status of a server that wants the request's body (RFC 9110 15.2.1).
const CONTINUE: u16 = 100;

/// Delivers the interim responses that have arrived.
pub(super) fn deliver<S: Slot>(slot: &mut S, exchange: &Exchange) {
    while let Some(lines) = slot.take_interim() {
        let Some((version, status)) = status_of(&lines) else {
            continue;
        };
        if status == CONTINUE {
            exchange.body().fulfil_expectation();
        }
        if let Some(trace) = exchange.trace() {
            trace.interim_head_received(version, &status.to_string());
        }
        exchange.interim_response(status, &lines);
    }
}

/// The version and the status in a status line.
fn status_of(lines: &[u8]) -> Option<(&str, u16)> {
    let line = lines.split(|byte| *byte == b'\r' || *byte == b'\n').next()?;
    let mut words = str::from_utf8(line).ok()?.split(' ');
    Some((words.next()?, words.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_line_has_a_version_and_a_status() {
        assert_eq!(status_of(b"HTTP/2 103\r\na: b\r\n"), Some(("HTTP/2", 103)));
        assert_eq!(status_of(b"HTTP/1.1 100 Continue\n"), Some(("HTTP/1.1", 100)));
        assert_eq!(status_of(b"HTTP/1.1"), None);
    }
}
