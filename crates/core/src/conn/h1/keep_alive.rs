//! The `Keep-Alive` header: how long a server keeps an idle connection, and for how many requests (RFC 2068 19.7.1.1; no
//! later RFC has it, and most servers send it).

use std::time::Duration;

use http::header::{HeaderMap, HeaderName};

static KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

/// What is taken off the announced time. The server's clock starts when it has written the response, and the next request
/// must have arrived when it ends: two ways through the network, which take less than this almost everywhere.
const MARGIN: Duration = Duration::from_secs(1);

/// What a response says about its connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct KeepAlive {
    /// How long the connection may be idle before the next request. `None`: the response does not say.
    pub(super) kept_for: Option<Duration>,
    /// Whether the connection takes no further request.
    pub(super) is_exhausted: bool,
}

impl KeepAlive {
    /// What a further response on the same connection says. One without the header changes nothing: servers that announce a
    /// time with their first response only keep to it, and a connection that is closed too soon costs less than a lost POST.
    pub(super) fn updated(self, headers: &HeaderMap) -> Self {
        let read = Self::of(headers);
        Self {
            kept_for: read.kept_for.or(self.kept_for),
            ..read
        }
    }

    /// Reads a response's headers. Malformed parameters and unknown ones are ignored. Of several, the shortest time counts.
    /// Values in quotes and semicolons between parameters are read too: some servers write them.
    ///
    /// `timeout=0` is what a server says that keeps connections for less than a second: too short to rely on. `max=1` allows
    /// one more request; the response to that one says `Connection: close`.
    fn of(headers: &HeaderMap) -> Self {
        let mut read = Self::default();
        if !headers.contains_key(&KEEP_ALIVE) {
            return read;
        }
        let values = headers.get_all(&KEEP_ALIVE).iter();
        for parameter in values.flat_map(|value| value.as_bytes().split(|byte| matches!(byte, b',' | b';'))) {
            match numeric(parameter) {
                Some((name, 0)) if is_known(name) => read.is_exhausted = true,
                Some((name, seconds)) if name.eq_ignore_ascii_case(b"timeout") => {
                    let announced = Duration::from_secs(seconds.into());
                    // half of a time so short that the margin would leave nothing of it
                    let kept_for = announced.saturating_sub(MARGIN).max(announced / 2);
                    read.kept_for = Some(read.kept_for.map_or(kept_for, |other| other.min(kept_for)));
                }
                _ => {}
            }
        }
        read
    }
}

fn is_known(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"timeout") || name.eq_ignore_ascii_case(b"max")
}

/// A parameter whose value begins with a number: `2`, `2s` and `2.5` are 2, as for Node.js's agent. `None` for any other, also
/// for a number too large to matter.
fn numeric(parameter: &[u8]) -> Option<(&[u8], u32)> {
    let at = parameter.iter().position(|byte| *byte == b'=')?;
    let value = parameter[at + 1..].trim_ascii();
    let value = value.strip_prefix(b"\"").unwrap_or(value).trim_ascii_start();
    let length = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = std::str::from_utf8(&value[..length]).ok()?.parse().ok()?;
    Some((parameter[..at].trim_ascii(), number))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn read(values: &[&str]) -> KeepAlive {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(&KEEP_ALIVE, HeaderValue::from_str(value).unwrap());
        }
        KeepAlive::of(&headers)
    }

    #[test]
    fn the_announced_time_counts_less_a_margin() {
        for (values, milliseconds) in [
            (&["timeout=5"][..], Some(4000)),
            (&["Timeout = 75 , max=100"], Some(74_000)),
            (&["timeout=2"], Some(1000)),
            (&["timeout=1"], Some(500)),
            (&["max=100, timeout=10", "timeout=3"], Some(2000)),
            (&["timeout=\"5\""], Some(4000)),
            (&["timeout=5; max=100;"], Some(4000)),
            (&["timeout=2s"], Some(1000)),
            (&["timeout=2.5"], Some(1000)),
            (&["timeout=\"5s\", max=7x"], Some(4000)),
            (&["timeout=\"5"], Some(4000)),
            (&["max=1"], None),
            (&[], None),
        ] {
            let kept_for = milliseconds.map(Duration::from_millis);
            let expected = KeepAlive {
                kept_for,
                is_exhausted: false,
            };
            assert_eq!(read(values), expected, "{values:?}");
        }
    }

    #[test]
    fn no_time_or_no_request_left_ends_the_connection() {
        for value in ["timeout=0", "timeout=0.5", "max=0", "timeout=5, max=0", "MAX = 0"] {
            assert!(read(&[value]).is_exhausted, "{value}");
        }
    }

    #[test]
    fn what_is_malformed_or_unknown_says_nothing() {
        for value in [
            "",
            ",,",
            "timeout",
            "timeout=",
            "timeout=-1",
            "timeout=+5",
            "timeout=.5",
            "timeout=s",
            "timeout=\"\"",
            "timeout=99999999999999999999",
            "5",
            "=5",
            "xtimeout=5",
            "other=0",
            "timeout:5",
        ] {
            assert_eq!(read(&[value]), KeepAlive::default(), "{value:?}");
        }
    }

    #[test]
    fn a_response_without_the_header_changes_nothing_but_the_requests_that_are_left() {
        let mut headers = HeaderMap::new();
        let first = read(&["timeout=5, max=0"]);
        let kept = first.updated(&headers);
        assert_eq!((kept.kept_for, kept.is_exhausted), (first.kept_for, false));
        headers.append(&KEEP_ALIVE, HeaderValue::from_static("timeout=9"));
        assert_eq!(kept.updated(&headers), read(&["timeout=9"]));
    }

    proptest! {
        #[test]
        fn a_connection_is_never_kept_for_as_long_as_announced(seconds in 1u32..) {
            let kept_for = read(&[&format!("timeout={seconds}")]).kept_for.unwrap();
            let announced = Duration::from_secs(seconds.into());
            prop_assert!(kept_for < announced && kept_for >= announced / 2);
            prop_assert!(announced <= kept_for + MARGIN);
        }
    }
}
