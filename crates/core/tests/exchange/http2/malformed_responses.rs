//! Responses that break the rules for fields (RFC 9113 8.2, 8.3): each fails its own request, and no other unless the
//! compression of fields is in an unknown state behind it.

use httpxide_core::{Error, Kind, RequestSent};

use super::frames::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, OK, PADDED, PRIORITIZED, field, frame,
};
use super::opened::open;
use crate::recorder::End;
use crate::request::Request;
use crate::run;

/// A field that goes into HPACK's dynamic table. `name` is its index, or the bytes of a name with their length.
fn indexed(name: &[u8], value: &str) -> Vec<u8> {
    let mut bytes = if name.len() == 1 {
        vec![0x40 | name[0]]
    } else {
        [&[0x40][..], name].concat()
    };
    bytes.push(u8::try_from(value.len()).unwrap());
    bytes.extend_from_slice(value.as_bytes());
    bytes
}

/// The entry of the dynamic table that came so many entries before the latest.
fn entry(age: u8) -> Vec<u8> {
    vec![0x80 | (62 + age)]
}

fn with_ok(fields: &[u8]) -> Vec<u8> {
    [OK, fields].concat()
}

/// What becomes of a request that gets these frames, and of another on its connection.
async fn outcome(frames: &[Vec<u8>]) -> (Error, Result<(), Error>) {
    let mut opened = open([Request::get(), Request::get()]).await;
    for frame in frames {
        opened.peer.0.write(frame).await;
    }
    let error = opened.calls[0].error().await;
    opened.peer.answer(3, &[]).await;
    let other = match opened.calls[1].end().await {
        End::Failed(error) => Err(error),
        _ => Ok(()),
    };
    (error, other)
}

/// Asserts that these frames fail their own request and no other.
async fn fails_alone(name: &str, frames: &[Vec<u8>]) {
    let (error, other) = outcome(frames).await;
    assert_eq!(
        (error.kind, error.code, error.request_sent, error.http2_code),
        (
            Kind::RemoteProtocolError,
            "ERR_INVALID_RESPONSE",
            RequestSent::Yes,
            Some(1)
        ),
        "{name}: {error}"
    );
    assert!(other.is_ok(), "{name}: {other:?}");
}

/// Heads that are malformed and can be decoded.
fn malformed_heads() -> Vec<(&'static str, Vec<u8>)> {
    let mut heads = vec![
        ("no status", field("a", "b")),
        ("two statuses", with_ok(OK)),
        ("a status behind a field", [field("a", "b"), OK.to_vec()].concat()),
        ("status 101", field(":status", "101")),
        ("a space before a value", with_ok(&field("a", " b"))),
        ("a tab behind a value", with_ok(&field("a", "b\t"))),
        (
            "a space in an interim head",
            [field(":status", "103"), field("a", " ")].concat(),
        ),
        (
            "two lengths",
            with_ok(&[field("content-length", "1"), field("content-length", "2")].concat()),
        ),
        ("a length that is none", with_ok(&field("content-length", "x"))),
        (":path of the static table", with_ok(&[0x84])),
        (":method of the static table", with_ok(&[0x82])),
        (":authority by its index", with_ok(&[0x01, 1, b'a'])),
        (
            ":scheme by its index, for the dynamic table",
            with_ok(&indexed(&[6], "http")),
        ),
        (
            ":authority in Huffman code",
            with_ok(&[0x10, 0x88, 0xb8, 0x3b, 0x53, 0x39, 0xec, 0x32, 0x7d, 0x7f, 0]),
        ),
        (
            ":path of an interim head",
            [field(":status", "103"), vec![0x84]].concat(),
        ),
        (":path before the status", [&[0x84], OK].concat()),
        (
            ":path behind another size of the table",
            [&[0x3f, 0x21, 0x84], OK].concat(),
        ),
    ];
    for name in [":method", ":scheme", ":authority", ":path", ":protocol"] {
        heads.push((name, [field(name, "a"), OK.to_vec()].concat()));
    }
    for name in [
        "connection",
        "keep-alive",
        "proxy-connection",
        "transfer-encoding",
        "upgrade",
        "te",
    ] {
        heads.push((name, with_ok(&field(name, "a"))));
    }
    heads
}

#[test]
fn a_malformed_head_fails_its_request_and_no_other() {
    run(async {
        for (name, block) in malformed_heads() {
            for flags in [END_HEADERS, END_HEADERS | END_STREAM] {
                fails_alone(name, &[frame(HEADERS, flags, 1, &block)]).await;
            }
        }
    });
}

#[test]
fn a_field_of_requests_is_found_however_its_block_is_framed() {
    run(async {
        let block = with_ok(&[indexed(&[4], &"/".repeat(99)), field("a", "b"), field("c", "d")].concat());
        for split in 0..=block.len() {
            let frames = [
                frame(HEADERS, END_STREAM, 1, &block[..split]),
                frame(CONTINUATION, END_HEADERS, 1, &block[split..]),
            ];
            fails_alone(&format!("CONTINUATION from {split}"), &frames).await;
        }
        let padded = [&[7][..], &block, &[0x84; 7]].concat();
        fails_alone("padding", &[frame(HEADERS, END_HEADERS | PADDED, 1, &padded)]).await;
        let prioritized = [&[2][..], &[0x84; 5], &block, &[0; 2]].concat();
        let flags = END_HEADERS | PADDED | PRIORITIZED;
        fails_alone("priority", &[frame(HEADERS, flags, 1, &prioritized)]).await;
    });
}

#[test]
fn a_head_that_makes_its_stream_depend_on_itself_ends_the_connection() {
    run(async {
        // h2 does not decode its block, so that all that follow would have other fields
        let block = [&[0, 0, 0, 1, 16][..], OK, &indexed(b"\x01a", "b")].concat();
        let (error, other) = outcome(&[frame(HEADERS, END_HEADERS | PRIORITIZED, 1, &block)]).await;
        for error in [error, other.unwrap_err()] {
            assert_eq!(error.code, "ERR_HTTP2_SESSION_ERROR", "{error}");
            assert!(error.message.contains("depend on itself"), "{error}");
        }
    });
}

#[test]
fn padding_and_priority_are_no_fields() {
    run(async {
        let opened = &mut open([Request::get()]).await;
        let payload = [&[2][..], &[0x84; 5], OK, &[0x84; 2]].concat();
        let flags = END_HEADERS | END_STREAM | PADDED | PRIORITIZED;
        opened.peer.send(HEADERS, flags, 1, &payload).await;
        assert_eq!(opened.calls[0].answer().await.status, 200);
    });
}

#[test]
fn a_field_of_requests_in_the_dynamic_table_is_found_at_its_place_and_nowhere_else() {
    run(async {
        let opened = &mut open(std::array::from_fn::<_, 5, _>(|_| Request::get())).await;
        let peer = &mut opened.peer;
        let path = indexed(b"\x05:path", "/");
        peer.answer(1, &[path, indexed(b"\x01a", "b")].concat()).await;
        // a third entry moves both
        peer.answer(3, &indexed(b"\x01c", "d")).await;
        peer.answer(5, &[entry(0), entry(1)].concat()).await;
        peer.answer(7, &entry(2)).await;
        // a name only
        peer.answer(9, &[0x0f, 64 - 15, 1, b'e']).await;
        for (index, is_malformed) in [(0, true), (1, false), (2, false), (3, true), (4, true)] {
            if is_malformed {
                assert_eq!(
                    opened.calls[index].error().await.code,
                    "ERR_INVALID_RESPONSE",
                    "{index}"
                );
            } else {
                assert_eq!(opened.calls[index].answer().await.status, 200, "{index}");
            }
        }
        assert_eq!(opened.caller.connections(), (0, 1, 0));
    });
}

#[test]
fn an_entry_that_the_table_has_no_room_for_counts_as_one_that_is_gone() {
    run(async {
        let opened = &mut open(std::array::from_fn::<_, 3, _>(|_| Request::get())).await;
        let peer = &mut opened.peer;
        peer.answer(1, &indexed(b"\x05:path", "/")).await;
        let large = [&[0x40, 1, b'a', 0x7f, 0x81, 0x27][..], &[b'b'; 5120]].concat();
        peer.answer(3, &[large, indexed(b"\x01c", "d")].concat()).await;
        peer.answer(5, &entry(0)).await;
        assert_eq!(opened.calls[0].error().await.code, "ERR_INVALID_RESPONSE");
        assert_eq!(opened.calls[1].answer().await.status, 200);
        assert!(opened.calls[2].answer().await.head.contains("c: d"));
    });
}

#[test]
fn malformed_trailers_fail_their_request_and_no_other() {
    run(async {
        for (name, trailers) in [
            ("a space behind a value", field("a", "b ")),
            (":status of the static table", OK.to_vec()),
            (":status behind its index", vec![0x08, 3, b'2', b'0', b'1']),
            (":status by its name", field(":status", "200")),
            (
                ":status in Huffman code",
                vec![0, 0x85, 0xb8, 0x84, 0x8d, 0x36, 0xa3, 3, b'2', b'0', b'0'],
            ),
            (":status of the dynamic table", entry(0)),
            (":path", vec![0x84]),
            ("connection", field("connection", "close")),
        ] {
            for has_body in [false, true] {
                let mut frames = vec![frame(HEADERS, END_HEADERS, 1, &indexed(&[8], "201"))];
                if has_body {
                    frames.push(frame(DATA, 0, 1, b"body"));
                }
                frames.push(frame(HEADERS, END_HEADERS | END_STREAM, 1, &trailers));
                fails_alone(name, &frames).await;
            }
        }
    });
}

#[test]
fn a_status_of_the_dynamic_table_is_none_of_a_request() {
    run(async {
        let opened = &mut open([Request::get(), Request::get()]).await;
        let peer = &mut opened.peer;
        let last = END_HEADERS | END_STREAM;
        peer.send(HEADERS, last, 1, &indexed(b"\x07:status", "418")).await;
        peer.send(HEADERS, END_HEADERS, 3, &entry(0)).await;
        peer.send(HEADERS, last, 3, &field("a", "b")).await;
        for call in &opened.calls {
            assert_eq!(call.answer().await.status, 418);
        }
    });
}

#[test]
fn a_head_that_cannot_be_decoded_fails_its_request_and_ends_the_connection() {
    run(async {
        for (name, block) in [
            ("upper case", with_ok(&field("Upper", "case"))),
            ("a space in a name", with_ok(&field("a b", "c"))),
            ("a line end in a name", with_ok(&field("a\r\nb", "c"))),
            ("a colon in a name", with_ok(&field("a:b", "c"))),
            ("a name of no bytes", with_ok(&field("", "c"))),
            ("a control character in a name", with_ok(&field("a\x7f", "c"))),
            ("a line end in a value", with_ok(&field("a", "b\r\nc: d"))),
            ("a zero byte in a value", with_ok(&field("a", "\0"))),
            ("a field that begins with a colon", with_ok(&field(":a", "b"))),
            ("a status that is no number", field(":status", "abc")),
            ("a status of two digits", field(":status", "99")),
        ] {
            let (error, other) = outcome(&[frame(HEADERS, END_HEADERS | END_STREAM, 1, &block)]).await;
            assert_eq!(
                (error.code, error.request_sent),
                ("ERR_INVALID_RESPONSE", RequestSent::Yes),
                "{name}: {error}"
            );
            let other = other.expect_err(name);
            assert_eq!(
                (other.code, other.request_sent),
                ("ERR_HTTP2_SESSION_ERROR", RequestSent::Maybe),
                "{name}: {other}"
            );
        }
    });
}
