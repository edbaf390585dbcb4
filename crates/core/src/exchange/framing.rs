//! What a request's header lines say to the connection: how they delimit its body (RFC 9112 6), whether they end it.

use crate::error::{Error, Kind, Phase};

/// How the body that follows a head is delimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// No `Content-Length` and no `Transfer-Encoding`: no body.
    #[default]
    None,
    /// `Content-Length`.
    Length(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
}

/// The protocol that `Upgrade` asks for (RFC 9110 7.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Upgrade {
    /// None.
    #[default]
    None,
    /// WebSocket, which HTTP/2 has a form for (RFC 8441).
    WebSocket,
    /// Another one.
    Other,
}

/// What the header lines read so far announce.
#[derive(Debug, Default)]
pub(super) struct FramingHeaders {
    pub(super) framing: Framing,
    /// Whether `Connection` has the option `close`.
    pub(super) close: bool,
    /// Whether there is an `Idempotency-Key`.
    pub(super) has_idempotency_key: bool,
    pub(super) proxy_credentials: Presence,
    /// Whether `Upgrade` asks for another protocol, and for which.
    pub(super) upgrade: Upgrade,
    /// Whether `Content-Length` occurs more than once, with one value.
    pub(super) repeats_length: bool,
    pub(super) host: Presence,
}

/// Whether a head has a header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Presence {
    #[default]
    Absent,
    Present,
}

impl FramingHeaders {
    /// Reads a header line.
    pub(super) fn read(&mut self, name: &str, value: &[u8]) -> Result<(), Error> {
        // lengths first: an integer comparison passes over nearly every header
        match name.len() {
            4 if name.eq_ignore_ascii_case("host") => self.read_host(),
            14 if name.eq_ignore_ascii_case("content-length") => self.read_length(parse_length(value)?),
            17 if name.eq_ignore_ascii_case("transfer-encoding") => self.read_transfer_encoding(value),
            15 if name.eq_ignore_ascii_case("idempotency-key") => {
                self.has_idempotency_key = true;
                Ok(())
            }
            19 if name.eq_ignore_ascii_case("proxy-authorization") => {
                self.proxy_credentials = Presence::Present;
                Ok(())
            }
            7 if name.eq_ignore_ascii_case("upgrade") => {
                self.upgrade = if value.trim_ascii().eq_ignore_ascii_case(b"websocket") {
                    Upgrade::WebSocket
                } else {
                    Upgrade::Other
                };
                Ok(())
            }
            10 if name.eq_ignore_ascii_case("connection") => {
                self.close |= value
                    .split(|byte| *byte == b',')
                    .any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A server must refuse a request with two of them, and what is in between may choose either (RFC 9112 3.2).
    fn read_host(&mut self) -> Result<(), Error> {
        if std::mem::replace(&mut self.host, Presence::Present) == Presence::Present {
            return Err(invalid_head("Found multiple Host: headers"));
        }
        Ok(())
    }

    fn read_length(&mut self, length: u64) -> Result<(), Error> {
        match self.framing {
            Framing::None => self.framing = Framing::Length(length),
            Framing::Length(earlier) if earlier == length => self.repeats_length = true,
            Framing::Length(_) => return Err(invalid_head("conflicting Content-Length headers")),
            Framing::Chunked => {
                return Err(invalid_head("conflicting Content-Length and Transfer-Encoding"));
            }
        }
        Ok(())
    }

    fn read_transfer_encoding(&mut self, value: &[u8]) -> Result<(), Error> {
        if !value.eq_ignore_ascii_case(b"chunked") {
            return Err(invalid_head("Only Transfer-Encoding: chunked is supported"));
        }
        if self.framing != Framing::None {
            return Err(invalid_head("conflicting Content-Length and Transfer-Encoding"));
        }
        self.framing = Framing::Chunked;
        Ok(())
    }
}

fn parse_length(value: &[u8]) -> Result<u64, Error> {
    let digits = value.trim_ascii();
    // str::parse would accept a sign, which RFC 9110 8.6 does not
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(invalid_head("bad Content-Length"));
    }
    std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| invalid_head("bad Content-Length"))
}

/// The error of a request head that must not be sent.
pub(super) fn invalid_head(reason: &str) -> Error {
    Error::new(
        Kind::LocalProtocolError,
        Phase::Write,
        "ERR_INVALID_REQUEST",
        format!("illegal request head: {reason}"),
    )
}
