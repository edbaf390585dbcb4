//! The head of a request in HTTP/2 (RFC 9113 8.3.1), made of the head that is HTTP/1.1 text.

use std::iter;

use h2::ext::Protocol;
use http::header::{
    AUTHORIZATION, CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION, TE,
    TRANSFER_ENCODING, UPGRADE,
};
use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use http::{Method, Request, Version};

use super::repeated_fields::{Fields, RepeatedFields};
use crate::error::{Error, Kind, Phase};
use crate::exchange::RequestHead;
use crate::route::{self, Route};

/// Fields of one connection, which HTTP/2 forbids (RFC 9113 8.2.2), beside those that `Connection` names.
static OF_CONNECTION: [HeaderName; 5] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TRANSFER_ENCODING,
    UPGRADE,
];

/// The request without its body. Fails with a `LocalProtocolError` if the head has no form in HTTP/2.
pub(super) fn request(
    head: &RequestHead,
    route: &Route,
    repeated: &RepeatedFields,
) -> Result<Request<()>, Error> {
    let wire = head.wire();
    let end = memchr::memchr(b'\n', &wire).map_or(wire.len(), |at| at + 1);
    let (request_line, lines) = wire.split_at(end);
    let target = target_of(request_line.trim_ascii_end());
    let mut request = Request::new(());
    *request.version_mut() = Version::HTTP_2;
    *request.method_mut() = head.method.clone();
    if head.method == Method::CONNECT {
        let (headers, _) = converted(lines)?;
        *request.headers_mut() = headers;
        *request.uri_mut() = uri(None, Some(authority(target)?), None)?;
        return Ok(request);
    }
    let fields = repeated.get_or_convert(lines, || {
        let (headers, host) = converted(lines)?;
        let authority = authority_of(host, route)?;
        Ok(Fields { headers, authority })
    })?;
    let target = wire.slice_ref(target);
    let path = PathAndQuery::from_maybe_shared(target).map_err(|_| invalid("the target"))?;
    *request.uri_mut() = uri(Some(scheme_of(route)), Some(fields.authority), Some(path))?;
    *request.headers_mut() = fields.headers;
    if head.asks_for_websocket() {
        // RFC 8441 5: no key, because no intermediary could take the answer for another
        request.headers_mut().remove("sec-websocket-key");
        *request.method_mut() = Method::CONNECT;
        request
            .extensions_mut()
            .insert(Protocol::from_static("websocket"));
    }
    Ok(request)
}

/// The fields of header lines, and the value of `Host`.
fn converted(lines: &[u8]) -> Result<(HeaderMap, &[u8]), Error> {
    let lines = lines_of(lines).take_while(|line| !line.is_empty());
    let of_connection = OfConnection::named_in(lines.clone());
    let mut host = None;
    let mut headers = HeaderMap::with_capacity(of_connection.lines);
    for line in lines {
        let (name, value) = field(line).ok_or_else(|| invalid("a header line without a colon"))?;
        let name = HeaderName::from_bytes(name).map_err(|_| invalid("a header's name"))?;
        if name == HOST {
            host.get_or_insert(value);
        } else if !of_connection.includes(&name) {
            let mut value = HeaderValue::from_bytes(value).map_err(|_| invalid("a header's value"))?;
            // a secret is never in the table of the compression, whose size could tell it (RFC 7541 7.1.3)
            value.set_sensitive(name == AUTHORIZATION || name == PROXY_AUTHORIZATION);
            headers.append(name, value);
        }
    }
    Ok((headers, host.unwrap_or_default()))
}

/// The lines of a head, which all end in LF.
fn lines_of(mut head: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    iter::from_fn(move || {
        let (line, rest) = head.split_at(memchr::memchr(b'\n', head)?);
        head = &rest[1..];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

/// Name and value of a header line.
fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    Some((&line[..colon], line[colon + 1..].trim_ascii()))
}

fn target_of(line: &[u8]) -> &[u8] {
    let start = line.iter().position(|byte| *byte == b' ').map_or(0, |at| at + 1);
    let end = line.iter().rposition(|byte| *byte == b' ').unwrap_or(line.len());
    line.get(start..end).unwrap_or_default()
}

fn uri(
    scheme: Option<Scheme>,
    authority: Option<Authority>,
    path: Option<PathAndQuery>,
) -> Result<Uri, Error> {
    let mut parts = http::uri::Parts::default();
    parts.scheme = scheme;
    parts.authority = authority;
    parts.path_and_query = path;
    Uri::from_parts(parts).map_err(|_| invalid("the target"))
}

fn scheme_of(route: &Route) -> Scheme {
    match route.scheme {
        route::Scheme::Http => Scheme::HTTP,
        route::Scheme::Https => Scheme::HTTPS,
    }
}

fn authority_of(host: &[u8], route: &Route) -> Result<Authority, Error> {
    let default_port = match route.scheme {
        route::Scheme::Http => 80,
        route::Scheme::Https => 443,
    };
    match host {
        b"" if route.port == default_port => authority(route.host.as_bytes()),
        b"" => authority(format!("{}:{}", route.host, route.port).as_bytes()),
        host => authority(host),
    }
}

fn authority(bytes: &[u8]) -> Result<Authority, Error> {
    // RFC 9113 8.3.1: without userinfo
    let has_user = memchr::memchr(b'@', bytes).is_some();
    let authority = Authority::try_from(bytes).ok().filter(|_| !has_user);
    authority.ok_or_else(|| invalid("the Host header"))
}

/// Which fields are only for one connection.
#[derive(Default)]
struct OfConnection<'a> {
    /// The header lines of the request.
    lines: usize,
    /// The options of `Connection`, except those of [`OF_CONNECTION`].
    options: Vec<&'a [u8]>,
    /// Whether `TE` says more than `trailers`, which alone is allowed.
    includes_te: bool,
}

impl<'a> OfConnection<'a> {
    fn named_in(lines: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut of_connection = Self::default();
        for (name, value) in lines.filter_map(field) {
            of_connection.lines += 1;
            // lengths first: an integer comparison passes over nearly every header
            match name.len() {
                2 if name.eq_ignore_ascii_case(b"te") => of_connection.includes_te |= value != b"trailers",
                10 if name.eq_ignore_ascii_case(b"connection") => {
                    let options = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
                    of_connection
                        .options
                        .extend(options.filter(|option| !is_known(option)));
                }
                _ => {}
            }
        }
        of_connection
    }

    fn includes(&self, name: &HeaderName) -> bool {
        if *name == TE {
            return self.includes_te;
        }
        let bytes = name.as_str().as_bytes();
        OF_CONNECTION.contains(name)
            || self
                .options
                .iter()
                .any(|option| option.eq_ignore_ascii_case(bytes))
    }
}

/// Whether the field that an option of `Connection` names is one of [`OF_CONNECTION`].
fn is_known(option: &[u8]) -> bool {
    let mut names = OF_CONNECTION.iter().map(HeaderName::as_str);
    names.any(|name| option.eq_ignore_ascii_case(name.as_bytes()))
}

fn invalid(part: &str) -> Error {
    Error::new(
        Kind::LocalProtocolError,
        Phase::Write,
        "ERR_INVALID_REQUEST",
        format!("illegal request head: {part} has no form in HTTP/2"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::RouteRef;

    fn converted(head: &'static [u8], origin: &str) -> Result<Request<()>, Error> {
        converted_after(&RepeatedFields::default(), head, origin)
    }

    fn converted_after(
        repeated: &RepeatedFields,
        head: &'static [u8],
        origin: &str,
    ) -> Result<Request<()>, Error> {
        let head = RequestHead::parse(head.into()).unwrap();
        request(&head, &RouteRef::to_origin(origin).unwrap().into(), repeated)
    }

    #[test]
    fn the_target_and_the_host_become_pseudo_headers() {
        let request = converted(
            b"GET /a%20b?c=%3D HTTP/1.1\r\nHost: example.org:8080\r\nX-One: 1\r\nx-one: 2\r\n\r\n",
            "https://other:1",
        )
        .unwrap();
        assert_eq!(request.uri(), "https://example.org:8080/a%20b?c=%3D");
        assert!(!request.headers().contains_key(HOST));
        let ones: Vec<_> = request.headers().get_all("x-one").iter().collect();
        assert_eq!(ones, ["1", "2"]);
    }

    #[test]
    fn repeated_lines_give_the_same_request_as_the_first_ones() {
        let repeated = RepeatedFields::default();
        let sent = |target: &str, lines: &str| {
            let head = format!("GET {target} HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
            let request = converted_after(&repeated, head.leak().as_bytes(), "https://b:443").unwrap();
            (
                request.uri().to_string(),
                request.headers().clone(),
                request
                    .headers()
                    .get(AUTHORIZATION)
                    .is_some_and(HeaderValue::is_sensitive),
            )
        };
        let lines = "Authorization: b\r\nX-One: 1\r\nx-one: 2\r\n";
        let (_, headers, _) = sent("/0", lines);
        for count in 1..4 {
            let target = format!("/{count}");
            let expected = (format!("https://a{target}"), headers.clone(), true);
            assert_eq!(sent(&target, lines), expected);
        }
        let (_, others, _) = sent("/4", "X-One: 1\r\n");
        assert_eq!(others.len(), 1);
        assert_eq!(sent("/5", lines).1, headers);
    }

    #[test]
    fn repeated_lines_of_a_websocket_leave_out_each_key() {
        let repeated = RepeatedFields::default();
        let head = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: k\r\n\r\n";
        for _ in 0..4 {
            let request = converted_after(&repeated, head, "https://a:443").unwrap();
            assert_eq!(request.method(), Method::CONNECT);
            assert!(request.headers().is_empty());
            assert!(request.extensions().get::<Protocol>().is_some());
        }
    }

    #[test]
    fn without_a_host_the_authority_is_that_of_the_route() {
        let of = |origin| {
            let request = converted(b"GET / HTTP/1.1\r\n\r\n", origin).unwrap();
            request.uri().authority().unwrap().to_string()
        };
        assert_eq!(of("http://a:80"), "a");
        assert_eq!(of("https://a:443"), "a");
        assert_eq!(of("http://[::1]:443"), "[::1]:443");
    }

    #[test]
    fn fields_of_the_connection_are_dropped() {
        let request = converted(
            b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop, te\r\nX-Hop: 1\r\nKeep-Alive: 1\r\nTE: trailers\r\n\
            Proxy-Connection: x\r\nTransfer-Encoding: chunked\r\nUpgrade: h2c\r\nAccept: a\r\n\r\n",
            "http://a:80",
        )
        .unwrap();
        let names: Vec<_> = request.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["te", "accept"]);
        let request = converted(b"GET / HTTP/1.1\r\nTE: gzip\r\n\r\n", "http://a:80").unwrap();
        assert!(request.headers().is_empty());
    }

    #[test]
    fn secrets_are_not_kept_in_the_table_of_the_compression() {
        let request = converted(
            b"GET / HTTP/1.1\r\nAuthorization: b\r\nA: b\r\n\r\n",
            "http://a:80",
        )
        .unwrap();
        assert!(request.headers()[AUTHORIZATION].is_sensitive());
        assert!(!request.headers()["a"].is_sensitive());
    }

    #[test]
    fn a_target_may_be_an_asterisk_but_nothing_without_a_form_in_http2() {
        let request = converted(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "http://a:80").unwrap();
        assert_eq!(request.uri().path(), "*");
        let connect = converted(b"CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n", "http://a:80").unwrap();
        assert_eq!(connect.uri(), "b:1");
        for head in [
            &b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"[..],
            b"GET /\" HTTP/1.1\r\nHost: a/b\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: user@a\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: user:word@a:80\r\n\r\n",
            b"CONNECT user@a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
        ] {
            let error = converted(head, "http://a:80").unwrap_err();
            assert_eq!(
                (error.kind, error.code),
                (Kind::LocalProtocolError, "ERR_INVALID_REQUEST")
            );
        }
    }
}
