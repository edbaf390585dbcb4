//! A response's body on its way in: content codings undone, and no more bytes accepted than allowed.

use bytes::Bytes;

use super::coding::Decoder;
use crate::error::{Error, Kind, Phase, RequestSent};

/// The most that one decoded piece of a streamed body holds.
const PIECE: usize = 256 * 1024;
/// How much of a whole body is decoded at a time.
const PART: usize = 1024 * 1024;
/// A whole body is given room in advance up to this size; a server's word is not enough for more.
const TRUSTED_LENGTH: u64 = 16 * 1024 * 1024;

/// The bytes of one body, from the connection to whoever takes them.
pub(crate) struct BodyDecoder {
    decoder: Option<Decoder>,
    allowed: Option<u64>,
    input: Bytes,
    output: Vec<u8>,
    /// Whether the decoder may hold output for which there was no room.
    more: bool,
    produced: u64,
    counted: u64,
    /// Bytes that came over the wire.
    pub(crate) wire: u64,
}

impl BodyDecoder {
    pub(crate) fn new(decoder: Option<Decoder>, allowed: Option<u64>) -> Self {
        Self {
            decoder,
            allowed,
            input: Bytes::new(),
            output: Vec::new(),
            more: false,
            produced: 0,
            counted: 0,
            wire: 0,
        }
    }

    /// Takes what came; [`BodyDecoder::next_piece`] must have said `None` before.
    pub(crate) fn push(&mut self, chunk: Bytes) {
        self.wire += chunk.len() as u64;
        self.input = chunk;
        self.more = true;
    }

    /// The next piece, and how many bytes of the wire it stands for; `None` when more must come first.
    pub(crate) fn next_piece(&mut self) -> Result<Option<(Bytes, u64)>, Error> {
        if !self.more {
            return Ok(None);
        }
        let piece = match &mut self.decoder {
            None => {
                self.more = false;
                std::mem::take(&mut self.input)
            }
            Some(decoder) => {
                self.output.clear();
                let consumed = decoder
                    .decode(&self.input, &mut self.output, PIECE)
                    .map_err(answered)?;
                self.input = self.input.slice(consumed..);
                self.more = self.output.len() >= PIECE;
                exact(&mut self.output)
            }
        };
        self.allow(piece.len())?;
        let wire = self.uncounted();
        if piece.is_empty() {
            return Ok(None);
        }
        self.counted = self.wire;
        Ok(Some((piece, wire)))
    }

    /// Adds what came, or a good part of it, to a body that is collected whole; says whether there is more of it.
    pub(crate) fn collect(&mut self, body: &mut Collected) -> Result<bool, Error> {
        let Some(decoder) = &mut self.decoder else {
            let chunk = std::mem::take(&mut self.input);
            self.allow(chunk.len())?;
            body.push(chunk);
            return Ok(false);
        };
        let output = body.buffer();
        let before = output.len();
        // by doubling: the decoder itself makes no more room than the limit
        output.reserve(PART.min(self.input.len() * 4).max(before));
        // one byte more than allowed tells a body that is too large from one that just fits
        let allowed = self.allowed.map_or(u64::MAX, |allowed| allowed.saturating_add(1));
        let limit = usize::try_from(allowed).unwrap_or(usize::MAX).min(before + PART);
        let consumed = decoder.decode(&self.input, output, limit).map_err(answered)?;
        self.input = self.input.slice(consumed..);
        let after = output.len();
        self.allow(after - before)?;
        Ok(after >= limit)
    }

    /// To be called after the last byte: a body that ends before its coding does is an error.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        match &mut self.decoder {
            Some(decoder) => decoder.finish().map_err(answered),
            None => Ok(()),
        }
    }

    /// How many bytes of the wire came after those that the last piece stands for.
    pub(crate) fn uncounted(&self) -> u64 {
        self.wire - self.counted
    }

    fn allow(&mut self, more: usize) -> Result<(), Error> {
        self.produced += more as u64;
        match self.allowed {
            Some(allowed) if self.produced > allowed => Err(Error::new(
                Kind::ResponseTooLarge,
                Phase::Body,
                "ERR_RESPONSE_TOO_LARGE",
                format!("the response's body is larger than {allowed} bytes"),
            )
            .sent(RequestSent::Yes)),
            _ => Ok(()),
        }
    }
}

/// The bytes of a buffer, in an allocation of about their size: a decoder makes room for much more than it may have.
fn exact(output: &mut Vec<u8>) -> Bytes {
    if output.capacity() > output.len() * 2 {
        return Bytes::copy_from_slice(output);
    }
    std::mem::take(output).into()
}

fn answered(error: Error) -> Error {
    error.sent(RequestSent::Yes)
}

/// A body that is collected whole; one that comes in one piece is not copied.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    first: Bytes,
    buffer: Vec<u8>,
    expected: usize,
}

impl Collected {
    /// Room for a body of this announced length.
    pub(crate) fn expecting(length: Option<u64>) -> Self {
        let expected = length.map_or(0, |length| length.min(TRUSTED_LENGTH));
        Self {
            expected: usize::try_from(expected).unwrap_or(0),
            ..Self::default()
        }
    }

    fn push(&mut self, chunk: Bytes) {
        if self.first.is_empty() && self.buffer.is_empty() {
            self.first = chunk;
        } else {
            self.buffer().extend_from_slice(&chunk);
        }
    }

    fn buffer(&mut self) -> &mut Vec<u8> {
        if self.buffer.is_empty() && !self.first.is_empty() {
            self.buffer.reserve(self.expected.max(self.first.len() * 2));
            self.buffer.extend_from_slice(&std::mem::take(&mut self.first));
        }
        &mut self.buffer
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        if self.buffer.is_empty() {
            self.first
        } else {
            self.buffer.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap().into()
    }

    fn inflow(coding: &str, allowed: Option<u64>) -> BodyDecoder {
        BodyDecoder::new(Decoder::for_codings(coding).unwrap(), allowed)
    }

    /// All pieces of what was pushed.
    fn pieces(inflow: &mut BodyDecoder) -> Result<Vec<(Bytes, u64)>, Error> {
        std::iter::from_fn(|| inflow.next_piece().transpose()).collect()
    }

    fn collect(inflow: &mut BodyDecoder, chunk: Bytes, body: &mut Collected) -> Result<(), Error> {
        inflow.push(chunk);
        while inflow.collect(body)? {}
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
        let mut inflow = inflow("", None);
        let chunk = Bytes::from(vec![7; 3 * PIECE]);
        for _ in 0..2 {
            inflow.push(chunk.clone());
            let pieces = pieces(&mut inflow).unwrap();
            assert_eq!(pieces.len(), 1);
            assert_eq!(
                (pieces[0].0.as_ptr(), pieces[0].1),
                (chunk.as_ptr(), chunk.len() as u64)
            );
        }
        inflow.finish().unwrap();
        assert_eq!((inflow.wire, inflow.uncounted()), (6 * PIECE as u64, 0));
    }

    #[test]
    fn decoded_pieces_are_bounded_and_count_each_byte_of_the_wire_once() {
        let body = vec![7; 5 * PIECE / 2];
        let coded = gzip(&body);
        for size in [coded.len(), 100, 1] {
            let mut inflow = inflow("gzip", None);
            let (mut decoded, mut wire) = (0, 0);
            for chunk in coded.chunks(size) {
                inflow.push(Bytes::copy_from_slice(chunk));
                for (piece, stands_for) in pieces(&mut inflow).unwrap() {
                    assert!((1..=PIECE).contains(&piece.len()));
                    decoded += piece.len();
                    wire += stands_for;
                }
            }
            inflow.finish().unwrap();
            assert_eq!(decoded, body.len());
            assert_eq!(
                wire + inflow.uncounted(),
                coded.len() as u64,
                "in chunks of {size}"
            );
        }
    }

    #[test]
    fn a_coding_that_ends_without_output_leaves_its_bytes_uncounted() {
        let coded = gzip(b"text");
        let (text, trailer) = coded.split_at(coded.len() - 8);
        let mut inflow = inflow("gzip", None);
        inflow.push(Bytes::copy_from_slice(text));
        assert_eq!(pieces(&mut inflow).unwrap(), [("text".into(), text.len() as u64)]);
        inflow.push(Bytes::copy_from_slice(trailer));
        assert_eq!(pieces(&mut inflow).unwrap(), []);
        assert_eq!(inflow.uncounted(), 8);
        inflow.finish().unwrap();
    }

    #[test]
    fn a_body_may_have_as_many_bytes_as_allowed_and_not_one_more() {
        let body = vec![7; 3000];
        for (coding, bytes) in [("", Bytes::from(body.clone())), ("gzip", gzip(&body))] {
            for (allowed, fits) in [(3000, true), (2999, false), (0, false)] {
                let mut streamed = inflow(coding, Some(allowed));
                streamed.push(bytes.clone());
                let mut whole = inflow(coding, Some(allowed));
                let mut collected = Collected::default();
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
    fn a_body_that_inflates_stops_where_it_is_too_large() {
        let bomb = gzip(&vec![0; 16 * PIECE]);
        let mut inflow = inflow("gzip", Some(1000));
        let mut body = Collected::default();
        assert_too_large(&collect(&mut inflow, bomb, &mut body).unwrap_err());
        assert!(body.into_bytes().len() <= 1000 + PART);
    }

    #[test]
    fn a_whole_body_of_one_chunk_is_not_copied_and_one_of_several_is_joined() {
        let chunk = Bytes::from_static(b"0123456789");
        let mut inflow = inflow("", None);
        let mut body = Collected::expecting(Some(10));
        collect(&mut inflow, chunk.clone(), &mut body).unwrap();
        assert_eq!(body.into_bytes().as_ptr(), chunk.as_ptr());

        let mut body = Collected::expecting(Some(u64::MAX));
        for _ in 0..3 {
            collect(&mut inflow, chunk.clone(), &mut body).unwrap();
        }
        assert_eq!(body.into_bytes(), "0123456789".repeat(3));
        assert!(Collected::default().into_bytes().is_empty());
    }

    #[test]
    fn a_whole_body_is_decoded_in_parts_that_join() {
        let text = "the same again; ".repeat(200_000);
        let coded = gzip(text.as_bytes());
        for size in [coded.len(), 1000] {
            let mut inflow = inflow("gzip", None);
            let mut body = Collected::default();
            for chunk in coded.chunks(size) {
                collect(&mut inflow, Bytes::copy_from_slice(chunk), &mut body).unwrap();
            }
            inflow.finish().unwrap();
            assert!(body.into_bytes() == text);
            assert_eq!(inflow.wire, coded.len() as u64);
        }
    }

    #[test]
    fn a_body_that_ends_before_its_coding_does_is_an_error() {
        let coded = gzip(b"text");
        let mut inflow = inflow("gzip", None);
        inflow.push(coded.slice(..coded.len() - 1));
        assert_eq!(pieces(&mut inflow).unwrap().len(), 1);
        let error = inflow.finish().unwrap_err();
        assert_eq!(
            (error.kind, error.request_sent),
            (Kind::DecodingError, RequestSent::Yes)
        );
    }
}
