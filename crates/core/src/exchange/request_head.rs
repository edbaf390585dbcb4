//! The head of a request, exactly as HTTP/1.1 sends it.
//!
//! The bytes are parsed once. Bytes that are not one well-formed head are refused before any is sent, and hyper frames the
//! body as the head announces it (RFC 9112 6).

use std::cell::RefCell;
use std::mem::MaybeUninit;

use bytes::Bytes;
use http::Method;

use super::framing::{Framing, FramingHeaders, Presence, Upgrade, invalid_head};
use crate::error::Error;

/// The most header lines. Servers accept fewer (nginx and Node far fewer). They are parsed on the stack.
const MAX_HEADERS: usize = 256;

/// A checked request head.
#[derive(Clone, Debug)]
pub struct RequestHead {
    /// Request line, header lines and the blank line. Empty once it is not needed any more.
    wire: RefCell<Bytes>,
    /// The method of the request line.
    pub method: Method,
    /// How the body is delimited.
    pub framing: Framing,
    /// Whether `Connection: close` makes this the connection's last request.
    pub close: bool,
    /// Whether the server can tell a repetition of the request by its `Idempotency-Key`.
    has_idempotency_key: bool,
    proxy_credentials: Presence,
    host: Presence,
    recipient: Recipient,
    /// The protocol that it asks for.
    upgrade: Upgrade,
}

/// Whom a head asks, by its method and the form of its target (RFC 9112 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recipient {
    Server,
    /// By CONNECT, or by a whole URL.
    Proxy,
}

impl RequestHead {
    /// The head of no request.
    pub(crate) fn none() -> Self {
        Self {
            wire: RefCell::default(),
            method: Method::GET,
            framing: Framing::None,
            close: false,
            has_idempotency_key: false,
            proxy_credentials: Presence::Absent,
            host: Presence::Absent,
            recipient: Recipient::Server,
            upgrade: Upgrade::None,
        }
    }

    /// The bytes of the head.
    pub fn wire(&self) -> Bytes {
        self.wire.borrow().clone()
    }

    /// Frees the bytes of the head, which is not sent again.
    pub(crate) fn forget_wire(&self) {
        self.wire.take();
    }

    /// Checks a head given as wire bytes.
    ///
    /// # Errors
    ///
    /// `LocalProtocolError` when the bytes are not exactly one head of HTTP/1.1.
    pub fn parse(wire: Bytes) -> Result<Self, Error> {
        let mut headers = [const { MaybeUninit::uninit() }; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut []);
        let status = httparse::ParserConfig::default().parse_request_with_uninit_headers(
            &mut request,
            &wire,
            &mut headers,
        );
        match status {
            Ok(httparse::Status::Complete(length)) if length == wire.len() => {}
            Ok(_) => return Err(invalid_head("the head ends early or late")),
            Err(error) => {
                let Some(ascii) = with_ascii_target(&wire) else {
                    return Err(invalid_head(&error.to_string()));
                };
                let head = Self::parse(ascii)?;
                return Ok(Self {
                    wire: RefCell::new(wire),
                    ..head
                });
            }
        }
        let method = request.method.unwrap_or_default();
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| invalid_head("invalid method"))?;
        let mut announced = FramingHeaders::default();
        for header in request.headers.iter() {
            announced.read(header.name, header.value)?;
        }
        let target = request.path.unwrap_or_default();
        let recipient = if method == Method::CONNECT || !(target.starts_with('/') || target == "*") {
            Recipient::Proxy
        } else {
            Recipient::Server
        };
        Ok(Self {
            wire: RefCell::new(if announced.repeats_length {
                with_one_length(&wire)
            } else {
                wire
            }),
            method,
            recipient,
            framing: announced.framing,
            close: announced.close,
            has_idempotency_key: announced.has_idempotency_key,
            proxy_credentials: announced.proxy_credentials,
            host: announced.host,
            upgrade: announced.upgrade,
        })
    }

    /// Fails without a `Host`, which HTTP/1.1 asks for (RFC 9112 3.2). HTTP/2 has the authority of the URL in its place.
    pub(crate) fn check_host(&self) -> Result<(), Error> {
        match self.host {
            Presence::Present => Ok(()),
            Presence::Absent => Err(invalid_head("Missing mandatory Host: header")),
        }
    }

    /// Whether it asks its recipient to be a proxy.
    pub(crate) fn is_for_proxy(&self) -> bool {
        self.recipient == Recipient::Proxy
    }

    /// Removes the credentials for a proxy, which are not the server's (RFC 9110 11.7.2).
    pub(crate) fn drop_proxy_credentials(&mut self) {
        if std::mem::take(&mut self.proxy_credentials) == Presence::Present {
            let wire = self.wire();
            let kept = lines(&wire).filter(|line| !has_name(line, b"proxy-authorization"));
            self.wire = RefCell::new(kept.flatten().copied().collect());
        }
    }

    /// Whether it does no harm if the server gets the request twice: its method is safe (RFC 9110 9.2.1), or it has an
    /// `Idempotency-Key`. PUT and DELETE are idempotent too, but a repetition can undo what another client did in between.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.has_idempotency_key
            || matches!(
                self.method,
                Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
            )
    }

    /// Whether the request asks for another protocol (RFC 9110 7.8).
    pub(crate) fn asks_for_upgrade(&self) -> bool {
        self.method == Method::CONNECT || self.upgrade != Upgrade::None
    }

    /// Whether the request asks for a WebSocket (RFC 6455 4.1).
    pub(crate) fn asks_for_websocket(&self) -> bool {
        self.upgrade == Upgrade::WebSocket && self.method == Method::GET
    }
}

/// The head with only the first of its `Content-Length` lines, as h11 writes it. A sender must not repeat the field
/// (RFC 9110 8.6), even with the same value.
fn with_one_length(wire: &[u8]) -> Bytes {
    let mut seen = false;
    let kept =
        lines(wire).filter(|line| !has_name(line, b"content-length") || !std::mem::replace(&mut seen, true));
    kept.flatten().copied().collect()
}

/// The lines of a head, each with its line end.
fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split_inclusive(|byte| *byte == b'\n')
}

fn has_name(line: &[u8], name: &[u8]) -> bool {
    line.get(name.len()) == Some(&b':') && line[..name.len()].eq_ignore_ascii_case(name)
}

/// The head with every byte of its target that is not ASCII replaced; `None` if the target is ASCII. httparse accepts
/// UTF-8 only, but servers accept other bytes too.
fn with_ascii_target(wire: &Bytes) -> Option<Bytes> {
    let line = wire.split(|byte| *byte == b'\n').next()?;
    let start = line.iter().position(|byte| *byte == b' ')?;
    let end = line.iter().rposition(|byte| *byte == b' ')?;
    if line[start..end].is_ascii() {
        return None;
    }
    let mut ascii = wire.to_vec();
    for byte in &mut ascii[start..end] {
        if !byte.is_ascii() {
            *byte = b'x';
        }
    }
    Some(ascii.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use crate::exchange::Framing;

    fn parse(text: &'static str) -> Result<RequestHead, Error> {
        RequestHead::parse(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn a_head_keeps_its_bytes_and_announces_its_framing() {
        let head = parse("POST /x HTTP/1.1\r\nhOST: a\r\nContent-Length: 12\r\n\r\n").unwrap();
        assert_eq!(head.framing, Framing::Length(12));
        assert_eq!(head.method, Method::POST);
        assert!(!head.close);
        assert!(head.wire().windows(4).any(|window| window == b"hOST"));
    }

    #[test]
    fn connection_close_is_found_among_other_options() {
        assert!(
            parse("GET / HTTP/1.1\r\nConnection: te, Close\r\n\r\n")
                .unwrap()
                .close
        );
        assert!(
            !parse("GET / HTTP/1.1\r\nConnection: keep-alive\r\n\r\n")
                .unwrap()
                .close
        );
    }

    #[test]
    fn safe_methods_and_an_idempotency_key_make_a_request_repeatable() {
        for (text, repeatable) in [
            ("GET / HTTP/1.1\r\n\r\n", true),
            ("HEAD / HTTP/1.1\r\n\r\n", true),
            ("OPTIONS / HTTP/1.1\r\n\r\n", true),
            ("TRACE / HTTP/1.1\r\n\r\n", true),
            ("PUT / HTTP/1.1\r\n\r\n", false),
            ("DELETE / HTTP/1.1\r\n\r\n", false),
            ("POST / HTTP/1.1\r\n\r\n", false),
            ("get / HTTP/1.1\r\n\r\n", false),
            ("POST / HTTP/1.1\r\nIDEMPOTENCY-key: 1\r\n\r\n", true),
        ] {
            assert_eq!(parse(text).unwrap().is_repeatable(), repeatable, "{text:?}");
        }
    }

    #[test]
    fn a_target_may_have_any_byte_but_controls_and_spaces() {
        let head = |target: &[u8]| [b"GET ", target, b" HTTP/1.1\r\nHost: a\r\n\r\n"].concat();
        for target in [
            &b"*"[..],
            b"a:1",
            b"http://a/b",
            b"/\xe9",
            b"\xff",
            "/\u{e9}".as_bytes(),
        ] {
            let wire = Bytes::from(head(target));
            assert_eq!(RequestHead::parse(wire.clone()).unwrap().wire(), wire);
        }
        for target in [
            &b""[..],
            b"/a b",
            b"/\xe9 b",
            b"/\xe9\0",
            b"/\xe9\x7f",
            b"/\xe9\r",
            b"/\xe9\t",
        ] {
            let error = RequestHead::parse(head(target).into()).unwrap_err();
            assert_eq!(error.kind, Kind::LocalProtocolError, "{target:?}");
        }
        let error = RequestHead::parse("G\u{e9}T / HTTP/1.1\r\n\r\n".into()).unwrap_err();
        assert_eq!(error.kind, Kind::LocalProtocolError);
    }

    #[test]
    fn a_repeated_content_length_is_sent_once() {
        let head = parse(
            "POST / HTTP/1.1\r\nA: b\r\nContent-Length: 1\r\nC: d\r\ncontent-length: 1\r\nContent-Length: 1\r\n\r\n",
        );
        let head = head.unwrap();
        assert_eq!(head.framing, Framing::Length(1));
        assert_eq!(
            head.wire(),
            "POST / HTTP/1.1\r\nA: b\r\nContent-Length: 1\r\nC: d\r\n\r\n"
        );
    }

    #[test]
    fn credentials_for_a_proxy_can_be_removed() {
        let text = "GET / HTTP/1.1\r\nA: b\r\nproxy-AUTHORIZATION: x\r\nProxy-Authorization-Info: y\r\n\r\n";
        let mut head = parse(text).unwrap();
        head.drop_proxy_credentials();
        assert_eq!(
            head.wire(),
            "GET / HTTP/1.1\r\nA: b\r\nProxy-Authorization-Info: y\r\n\r\n"
        );
    }

    #[test]
    fn connect_and_a_whole_url_ask_for_a_proxy() {
        for (text, asks) in [
            ("GET / HTTP/1.1\r\n\r\n", false),
            ("OPTIONS * HTTP/1.1\r\n\r\n", false),
            ("GET http://a/ HTTP/1.1\r\n\r\n", true),
            ("CONNECT a:1 HTTP/1.1\r\n\r\n", true),
        ] {
            assert_eq!(parse(text).unwrap().is_for_proxy(), asks, "{text:?}");
        }
    }

    #[test]
    fn the_upgrade_header_and_connect_ask_for_an_upgrade() {
        for (text, asks) in [
            ("GET / HTTP/1.1\r\nHost: a\r\nupgrade: websocket\r\n\r\n", true),
            ("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", true),
            (
                "GET / HTTP/1.1\r\nUpgrade-Insecure-Requests: 1\r\nA: upgrade:\r\n\r\n",
                false,
            ),
        ] {
            assert_eq!(parse(text).unwrap().asks_for_upgrade(), asks, "{text:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_exactly_one_head_are_refused() {
        for text in [
            "",
            "GET / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "GET /a b HTTP/1.1\r\n\r\n",
            "G\0T / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nA: \0\r\n\r\n",
            "GET / HTTP/1.1\r\nA B: c\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nB: c\r\nhOST: a\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        ] {
            assert_eq!(
                parse(text).unwrap_err().kind,
                Kind::LocalProtocolError,
                "{text:?}"
            );
        }
    }
}
