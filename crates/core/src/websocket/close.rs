//! The end of a session: its codes (RFC 6455 7.4), the payload of a close frame, and what makes a client fail a session.

use std::borrow::Cow;

/// The peer goes away.
pub(super) const GOING_AWAY: u16 = 1001;
/// A violation of the protocol.
pub(super) const PROTOCOL_ERROR: u16 = 1002;
/// A close frame without a code. Never sent.
pub(super) const NO_STATUS: u16 = 1005;
/// No close frame. Never sent.
pub(super) const ABNORMAL: u16 = 1006;
/// Text that is not UTF-8, or a payload that is not deflated.
pub(super) const INVALID_PAYLOAD: u16 = 1007;
/// A message that is too long.
pub(super) const TOO_BIG: u16 = 1009;

/// A violation of the server: the code with which the client closes, and the reason in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    pub(super) code: u16,
    pub(super) message: Cow<'static, str>,
}

impl Violation {
    pub(super) fn new(code: u16, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(super) fn protocol(what: &'static str) -> Self {
        Self::new(PROTOCOL_ERROR, format!("the server sent {what}"))
    }
}

/// Code and reason of a close frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Close {
    /// [`NO_STATUS`] if there is none.
    pub(super) code: u16,
    pub(super) reason: String,
}

impl Close {
    pub(super) fn new(code: u16, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
        }
    }

    /// Reads the payload of a server's close frame.
    pub(super) fn parse(payload: &[u8]) -> Result<Self, Violation> {
        let (code, reason) = match payload {
            [] => return Ok(Self::new(NO_STATUS, "")),
            [_] => return Err(Violation::protocol("a close frame of one byte")),
            [high, low, reason @ ..] => (u16::from_be_bytes([*high, *low]), reason),
        };
        if !is_sent(code) {
            return Err(Violation::protocol(
                "a close frame with a code that none may have",
            ));
        }
        match str::from_utf8(reason) {
            Ok(reason) => Ok(Self::new(code, reason)),
            Err(_) => Err(Violation::new(
                INVALID_PAYLOAD,
                "the server sent a close frame whose reason is not UTF-8",
            )),
        }
    }

    /// The payload of a client's close frame.
    pub(super) fn payload(&self) -> Vec<u8> {
        if self.code == NO_STATUS {
            return Vec::new();
        }
        let mut payload = self.code.to_be_bytes().to_vec();
        payload.extend_from_slice(self.reason.as_bytes());
        payload
    }
}

/// Whether a close frame may have this code (RFC 6455 7.4.2, and the registry of IANA).
fn is_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_no_frame_may_have_are_refused() {
        for code in [
            0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535_u16,
        ] {
            assert_eq!(
                Close::parse(&code.to_be_bytes()).unwrap_err().code,
                1002,
                "{code}"
            );
        }
        for code in [
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 4999_u16,
        ] {
            assert_eq!(Close::parse(&code.to_be_bytes()).unwrap().code, code);
        }
    }

    #[test]
    fn a_reason_is_utf8() {
        let close = Close::new(1000, "because \u{e9}");
        assert_eq!(Close::parse(&close.payload()).unwrap(), close);
        assert_eq!(Close::parse(&[3, 232, 0xff]).unwrap_err().code, 1007);
        assert_eq!(Close::parse(&[3]).unwrap_err().code, 1002);
        assert_eq!(Close::parse(&[]).unwrap(), Close::new(NO_STATUS, ""));
    }
}
