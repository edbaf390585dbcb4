//! Content codings as servers send them: whole, split, stacked, truncated, corrupt and hostile.

mod bodies;

use std::io::Write;

use bodies::{BROTLI_BOMB, BROTLI_TEXT, encoded_texts, gzip, hex, raw_deflate, text, zlib, zstd};
use httpxide_core::body::coding::{CodingRules, Decoder};
use httpxide_core::{Error, Kind, Phase, RequestSent};

fn decoder(codings: &str) -> Decoder {
    Decoder::for_codings(codings, CodingRules::Httpx)
        .unwrap()
        .expect("a known coding")
}

/// Decodes a body that comes in pieces, with at most `limit` bytes of output in a call.
fn decode_pieces<'a>(
    codings: &str,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    limit: usize,
) -> Result<Vec<u8>, Error> {
    let (mut decoder, mut whole) = (decoder(codings), Vec::new());
    for mut piece in pieces {
        loop {
            let mut output = Vec::new();
            let consumed = decoder.decode(piece, &mut output, limit)?;
            assert!(
                output.len() <= limit,
                "{} bytes with a limit of {limit}",
                output.len()
            );
            piece = &piece[consumed..];
            whole.extend_from_slice(&output);
            if output.len() < limit {
                assert!(
                    piece.is_empty(),
                    "{} bytes of input were not consumed",
                    piece.len()
                );
                break;
            }
        }
    }
    decoder.finish()?;
    Ok(whole)
}

fn decode(codings: &str, body: &[u8]) -> Result<Vec<u8>, Error> {
    decode_pieces(codings, [body], 1 << 20)
}

fn assert_fails(codings: &str, body: &[u8], code: &str) {
    let error = decode(codings, body).expect_err(codings);
    assert_eq!(
        (error.kind, error.phase, error.code),
        (Kind::DecodingError, Phase::Decode, code),
        "{codings}: {error}"
    );
    assert_eq!(error.request_sent, RequestSent::Yes);
}

#[test]
fn every_coding_decodes_when_split_at_every_byte() {
    for (codings, body) in encoded_texts() {
        for at in 0..=body.len() {
            let (head, tail) = body.split_at(at);
            assert_eq!(
                decode_pieces(codings, [head, tail], 1 << 20).unwrap(),
                text(),
                "{codings} split at {at}"
            );
        }
        assert_eq!(
            decode_pieces(codings, body.chunks(1), 1 << 20).unwrap(),
            text(),
            "{codings} byte by byte"
        );
    }
}

#[test]
fn the_output_can_be_taken_in_pieces_of_any_size() {
    for (codings, body) in encoded_texts() {
        for limit in [1, 2, 7, 100, text().len(), text().len() + 1] {
            assert_eq!(
                decode_pieces(codings, [&body[..]], limit).unwrap(),
                text(),
                "{codings} by {limit}"
            );
            assert_eq!(
                decode_pieces(codings, body.chunks(1), limit).unwrap(),
                text(),
                "{codings} by {limit}"
            );
        }
    }
}

#[test]
fn a_body_that_ends_at_any_byte_of_its_coding_is_truncated() {
    for (codings, body) in encoded_texts() {
        for end in 1..body.len() {
            assert_fails(codings, &body[..end], "ERR_CONTENT_TRUNCATED");
        }
    }
}

#[test]
fn bytes_before_a_truncation_are_decoded() {
    let body = gzip(&text());
    let mut output = Vec::new();
    let mut decoder = decoder("gzip");
    decoder
        .decode(&body[..body.len() - 8], &mut output, 1 << 20)
        .unwrap();
    assert_eq!(output, text());
    assert_eq!(decoder.finish().unwrap_err().code, "ERR_CONTENT_TRUNCATED");
}

#[test]
fn an_empty_body_is_valid_in_every_coding() {
    for (codings, _) in encoded_texts() {
        assert_eq!(decode(codings, b"").unwrap(), b"");
    }
    for (codings, body) in [
        ("gzip", gzip(b"")),
        ("deflate", zlib(b"")),
        ("br", hex("3b")),
        ("zstd", zstd(b"")),
    ] {
        assert_eq!(decode(codings, &body).unwrap(), b"", "{codings} of an empty body");
    }
}

#[test]
fn invalid_data_is_a_decoding_error_in_every_coding() {
    for codings in ["gzip", "deflate", "br", "zstd", "gzip, br"] {
        assert_fails(codings, &[0xff; 64], "ERR_CONTENT_DECODING");
    }
    assert_fails("gzip", b"<html>not compressed</html>", "ERR_CONTENT_DECODING");
}

#[test]
fn a_wrong_checksum_is_a_decoding_error() {
    for (codings, mut body) in [("gzip", gzip(&text())), ("deflate", zlib(&text()))] {
        let checksum = body.len() - if codings == "gzip" { 8 } else { 1 };
        body[checksum] ^= 1;
        assert_fails(codings, &body, "ERR_CONTENT_DECODING");
    }
}

#[test]
fn brotli_and_stacked_codings_decode_as_in_httpx() {
    let brotli = hex("8b0380746573742031323303");
    assert_eq!(decode("br", &brotli).unwrap(), b"test 123");
    assert_eq!(decode("br, identity", &brotli).unwrap(), b"test 123");
    assert_eq!(decode("identity, br", &brotli).unwrap(), b"test 123");
    assert_eq!(
        decode("deflate, gzip", &gzip(&raw_deflate(b"test 123"))).unwrap(),
        b"test 123"
    );
}

#[test]
fn zstd_decodes_several_frames_and_skips_skippable_ones() {
    let skippable = [hex("502a4d1807000000"), vec![0; 7]].concat();
    let body = [skippable.clone(), zstd(b"foo"), skippable, zstd(b"bar")].concat();
    assert_eq!(decode("zstd", &body).unwrap(), b"foobar");
    assert_eq!(decode_pieces("zstd", body.chunks(1), 1).unwrap(), b"foobar");
    assert_fails("zstd", &body[..body.len() - 1], "ERR_CONTENT_TRUNCATED");
}

#[test]
fn gzip_decodes_several_members_and_ignores_other_bytes_after_them() {
    let members = [gzip(b"foo"), gzip(b""), gzip(b"bar")].concat();
    for trailing in [
        &b""[..],
        &[0; 512],
        b"garbage",
        b"\0\0garbage",
        b"\x1f",
        b"\x1fgarbage",
        b"\0\x1f\0",
        &[b"-", &members[..]].concat(),
    ] {
        let body = [&members[..], trailing].concat();
        for size in [body.len(), 1] {
            assert_eq!(
                decode_pieces("gzip", body.chunks(size), 1).unwrap(),
                b"foobar",
                "{trailing:?}"
            );
        }
    }
    assert_fails(
        "gzip",
        &[&members[..], b"\x1f\x8bgarbage"].concat(),
        "ERR_CONTENT_DECODING",
    );
    for cut in [2, 3, members.len() - 1] {
        assert_fails(
            "gzip",
            &[&members[..], &members[..cut]].concat(),
            "ERR_CONTENT_TRUNCATED",
        );
    }
}

#[test]
fn bytes_after_a_deflate_stream_are_ignored() {
    for body in [zlib(&text()), raw_deflate(&text())] {
        for trailing in [&[0; 9][..], b"garbage", &body] {
            let body = [&body[..], trailing].concat();
            assert_eq!(decode("deflate", &body).unwrap(), text());
            assert_eq!(decode_pieces("deflate", body.chunks(1), 1).unwrap(), text());
            assert_eq!(
                decode("gzip, deflate", &zlib(&[&gzip(b"x")[..], trailing].concat())).unwrap(),
                b"x"
            );
        }
    }
}

#[test]
fn bytes_after_a_brotli_stream_are_an_error_unless_zero() {
    let body = hex(BROTLI_TEXT);
    assert_eq!(decode("br", &[&body[..], &[0; 9]].concat()).unwrap(), text());
    assert_fails("br", &[&body[..], b"garbage"].concat(), "ERR_CONTENT_DECODING");
}

#[test]
fn names_of_codings_are_case_insensitive_and_unknown_ones_are_skipped() {
    assert_eq!(decode("  GZip ", &gzip(b"x")).unwrap(), b"x");
    assert_eq!(decode("x-gzip", &gzip(b"x")).unwrap(), b"x");
    assert_eq!(decode("compress, gzip,, utf-8", &gzip(b"x")).unwrap(), b"x");
    for nothing in ["", " ", "identity", "Identity, identity", "compress", ",,,"] {
        assert!(
            Decoder::for_codings(nothing, CodingRules::Httpx)
                .unwrap()
                .is_none(),
            "{nothing:?}"
        );
    }
}

#[test]
fn by_the_rules_of_fetch_an_unknown_coding_leaves_the_body_as_it_is() {
    let by_fetch = |codings: &str| Decoder::for_codings(codings, CodingRules::Fetch).unwrap();
    for unknown in ["compress", "gzip, compress", "compress, gzip", "br, other, br"] {
        assert!(by_fetch(unknown).is_none(), "{unknown}");
    }
    for known in ["gzip", "identity, gzip", "gzip,, Identity", " BR , gzip"] {
        assert!(by_fetch(known).is_some(), "{known}");
    }
}

#[test]
fn by_the_rules_of_fetch_a_body_may_lack_its_check_sum_but_no_content() {
    let stored: Vec<u8> = (0..=255).collect();
    for content in [
        text(),
        b"hello world".to_vec(),
        b"a".repeat(300),
        stored,
        Vec::new(),
    ] {
        for (coding, body, check) in [
            ("gzip", gzip(&content), 8),
            ("deflate", zlib(&content), 4),
            ("deflate", raw_deflate(&content), 0),
        ] {
            let lacks = |cut: usize| cut < body.len() - check;
            for cut in 1..=body.len() {
                let mut decoder = Decoder::for_codings(coding, CodingRules::Fetch).unwrap().unwrap();
                let mut output = Vec::new();
                decoder.decode(&body[..cut], &mut output, 1 << 20).unwrap();
                match decoder.finish() {
                    Ok(()) => assert!(
                        !lacks(cut) && output == content,
                        "{coding}: {cut} of {}",
                        body.len()
                    ),
                    Err(error) => {
                        assert!(lacks(cut), "{coding}: {cut} of {}: {error}", body.len());
                        assert_eq!(error.code, "ERR_CONTENT_TRUNCATED");
                    }
                }
            }
            if check > 0 {
                assert_fails(coding, &body[..body.len() - 1], "ERR_CONTENT_TRUNCATED");
            }
        }
    }
}

#[test]
fn more_than_five_codings_are_refused() {
    assert!(Decoder::for_codings("gzip, gzip, gzip, gzip, gzip, identity", CodingRules::Httpx).is_ok());
    let error = Decoder::for_codings("gzip, gzip, gzip, gzip, gzip, br", CodingRules::Httpx)
        .err()
        .unwrap();
    assert_eq!(
        (error.kind, error.code),
        (Kind::DecodingError, "ERR_CONTENT_DECODING")
    );
}

#[test]
fn a_zstd_window_above_8_mib_is_refused() {
    for (log, accepted) in [(23, true), (24, false)] {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(log).unwrap();
        encoder.write_all(&text()).unwrap();
        let body = encoder.finish().unwrap();
        assert_eq!(decode("zstd", &body).is_ok(), accepted, "window of 2^{log}");
    }
    assert_fails("zstd", &hex("28b52ffd00f8"), "ERR_CONTENT_DECODING");
}

#[test]
fn a_decompression_bomb_yields_no_more_than_the_limit_in_a_call() {
    const SIZE: usize = 8 << 20;
    let zeros = vec![0; SIZE];
    for (codings, bomb) in [
        ("gzip", gzip(&zeros)),
        ("deflate", raw_deflate(&zeros)),
        ("zstd", zstd(&zeros)),
        ("br", hex(BROTLI_BOMB)),
        ("gzip, gzip", gzip(&gzip(&zeros))),
        ("br, zstd", zstd(&hex(BROTLI_BOMB))),
    ] {
        let (mut decoder, mut output) = (decoder(codings), Vec::new());
        let (mut input, mut total) = (&bomb[..], 0);
        loop {
            input = &input[decoder.decode(input, &mut output, 64 << 10).unwrap()..];
            assert!(
                output.capacity() <= 64 << 10,
                "{codings}: {} bytes held",
                output.capacity()
            );
            total += output.len();
            if output.len() < 64 << 10 {
                break;
            }
            output.clear();
        }
        decoder.finish().unwrap();
        assert_eq!((total, input.len()), (SIZE, 0), "{codings}");
    }
}
