//! Rules of RFC 9113 and RFC 8441 for servers that `h2` does not check.

use super::counts::Fault;
use super::frame::{ACK, Frame, GOAWAY, SETTINGS};

const ENABLE_PUSH: u16 = 2;
const ENABLE_CONNECT_PROTOCOL: u16 = 8;

const HTTP1: &[u8] = b"HTTP/1.";

/// What the server has said that binds it.
#[derive(Default)]
pub(super) struct Rules {
    takes_connect_protocol: bool,
}

impl Rules {
    /// The fault of a frame that has come as a whole.
    pub(super) fn check(&mut self, frame: &Frame<'_>) -> Option<Fault> {
        // h2 would only reset the stream, and not decode the block, on which those that follow depend
        if frame.dependency() == Some(frame.stream()) {
            return Some(Fault::BreaksRule("a stream must not depend on itself"));
        }
        if !frame.has_settings() {
            return None;
        }
        for (setting, value) in frame.settings() {
            match (setting, value) {
                (ENABLE_PUSH, 1) => return Some(Fault::BreaksRule("a server must not enable push")),
                (ENABLE_CONNECT_PROTOCOL, 1) => self.takes_connect_protocol = true,
                (ENABLE_CONNECT_PROTOCOL, 0) if self.takes_connect_protocol => {
                    return Some(Fault::BreaksRule("extended CONNECT cannot be switched off"));
                }
                _ => {}
            }
        }
        None
    }
}

/// The fault of the first bytes that a server sends, which must be SETTINGS (3.4). A server may also begin with GOAWAY,
/// whose reason tells more than this rule.
pub(super) fn fault_of_first(bytes: &[u8]) -> Option<Fault> {
    // no frame may be longer than 16 KiB yet
    if *bytes.first()? != 0 {
        let common = bytes.len().min(HTTP1.len());
        let is_http1 = bytes[..common] == HTTP1[..common];
        return Some(if is_http1 {
            Fault::SpeaksHttp1
        } else {
            Fault::SpeaksNoHttp2
        });
    }
    let (kind, flags) = (*bytes.get(3)?, *bytes.get(4)?);
    let may_be_first = kind == GOAWAY || (kind == SETTINGS && flags & ACK == 0);
    (!may_be_first).then_some(Fault::BreaksRule("its first frame is not SETTINGS"))
}
