//! A body decoder alone, without a connection.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::body::CollectedBody;
use crate::body::coding::CodingRules;

fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().into()
}

fn body_decoder(coding: &str, allowed: Option<u64>) -> BodyDecoder {
    BodyDecoder::new(Decoder::for_codings(coding, CodingRules::Httpx).unwrap(), allowed)
}

/// All pieces of what was pushed.
fn pieces(decoder: &mut BodyDecoder) -> Result<Vec<(Bytes, u64)>, Error> {
    std::iter::from_fn(|| decoder.next_piece().transpose()).collect()
}

fn collect(decoder: &mut BodyDecoder, chunk: Bytes, body: &mut CollectedBody) -> Result<(), Error> {
    decoder.push(chunk);
    while decoder.collect(body)? {}
    Ok(())
}

fn assert_too_large(error: &Error) {
    assert_eq!(
        (error.kind, error.phase, error.request_sent),
        (Kind::ResponseTooLarge, Phase::Body, RequestSent::Yes)
    );
}

#[test]
fn uncoded_bytes_pass_through_uncopied() {
    let mut decoder = body_decoder("", None);
    let chunk = Bytes::from(vec![7; 3 * PIECE]);
    for _ in 0..2 {
        decoder.push(chunk.clone());
        let pieces = pieces(&mut decoder).unwrap();
        assert_eq!(pieces.len(), 1);
        assert_eq!(
            (pieces[0].0.as_ptr(), pieces[0].1),
            (chunk.as_ptr(), chunk.len() as u64)
        );
    }
    decoder.finish().unwrap();
    assert_eq!((decoder.wire_bytes, decoder.uncounted()), (6 * PIECE as u64, 0));
}

#[test]
fn decoded_pieces_are_bounded_and_count_each_byte_of_the_wire_once() {
    let body = vec![7; 5 * PIECE / 2];
    let coded = gzip(&body);
    for size in [coded.len(), 100, 1] {
        let mut decoder = body_decoder("gzip", None);
        let (mut length, mut wire) = (0, 0);
        for chunk in coded.chunks(size) {
            decoder.push(Bytes::copy_from_slice(chunk));
            for (piece, stands_for) in pieces(&mut decoder).unwrap() {
                assert!((1..=PIECE).contains(&piece.len()));
                length += piece.len();
                wire += stands_for;
            }
        }
        decoder.finish().unwrap();
        assert_eq!(length, body.len());
        assert_eq!(
            wire + decoder.uncounted(),
            coded.len() as u64,
            "in chunks of {size}"
        );
    }
}

#[test]
fn bytes_that_yield_no_output_stay_uncounted() {
    let coded = gzip(b"text");
    let (text, trailer) = coded.split_at(coded.len() - 8);
    let mut decoder = body_decoder("gzip", None);
    decoder.push(Bytes::copy_from_slice(text));
    assert_eq!(
        pieces(&mut decoder).unwrap(),
        [("text".into(), text.len() as u64)]
    );
    decoder.push(Bytes::copy_from_slice(trailer));
    assert_eq!(pieces(&mut decoder).unwrap(), []);
    assert_eq!(decoder.uncounted(), 8);
    decoder.finish().unwrap();
}

#[test]
fn a_body_may_have_as_many_bytes_as_allowed_and_not_one_more() {
    let body = vec![7; 3000];
    for (coding, bytes) in [("", Bytes::from(body.clone())), ("gzip", gzip(&body))] {
        for (allowed, fits) in [(3000, true), (2999, false), (0, false)] {
            let mut streamed = body_decoder(coding, Some(allowed));
            streamed.push(bytes.clone());
            let mut whole = body_decoder(coding, Some(allowed));
            let mut collected = CollectedBody::default();
            let outcomes = (
                pieces(&mut streamed),
                collect(&mut whole, bytes.clone(), &mut collected),
            );
            if fits {
                assert_eq!(outcomes.0.unwrap().len(), 1);
                outcomes.1.unwrap();
                assert!(collected.into_bytes() == body);
            } else {
                assert_too_large(&outcomes.0.unwrap_err());
                assert_too_large(&outcomes.1.unwrap_err());
            }
        }
    }
}

#[test]
fn decoding_stops_where_the_body_is_too_large() {
    let bomb = gzip(&vec![0; 16 * PIECE]);
    let mut decoder = body_decoder("gzip", Some(1000));
    let mut body = CollectedBody::default();
    assert_too_large(&collect(&mut decoder, bomb, &mut body).unwrap_err());
    assert!(body.into_bytes().len() <= 1000 + COLLECTED_PIECE);
}

#[test]
fn a_whole_body_of_one_chunk_is_not_copied_and_one_of_several_is_joined() {
    let chunk = Bytes::from_static(b"0123456789");
    let mut decoder = body_decoder("", None);
    let mut body = CollectedBody::expecting(Some(10));
    collect(&mut decoder, chunk.clone(), &mut body).unwrap();
    assert_eq!(body.into_bytes().as_ptr(), chunk.as_ptr());

    let mut body = CollectedBody::expecting(Some(u64::MAX));
    for _ in 0..3 {
        collect(&mut decoder, chunk.clone(), &mut body).unwrap();
    }
    assert_eq!(body.into_bytes(), "0123456789".repeat(3));
    assert!(CollectedBody::default().into_bytes().is_empty());
}

#[test]
fn a_whole_body_is_decoded_in_parts_that_join() {
    let text = "the same again; ".repeat(200_000);
    let coded = gzip(text.as_bytes());
    for size in [coded.len(), 1000] {
        let mut decoder = body_decoder("gzip", None);
        let mut body = CollectedBody::default();
        for chunk in coded.chunks(size) {
            collect(&mut decoder, Bytes::copy_from_slice(chunk), &mut body).unwrap();
        }
        decoder.finish().unwrap();
        assert!(body.into_bytes() == text);
        assert_eq!(decoder.wire_bytes, coded.len() as u64);
    }
}

#[test]
fn a_body_that_ends_before_its_coding_does_is_an_error() {
    let coded = gzip(b"text");
    let mut decoder = body_decoder("gzip", None);
    decoder.push(coded.slice(..coded.len() - 1));
    assert_eq!(pieces(&mut decoder).unwrap().len(), 1);
    let error = decoder.finish().unwrap_err();
    assert_eq!(
        (error.kind, error.request_sent),
        (Kind::DecodingError, RequestSent::Yes)
    );
}
