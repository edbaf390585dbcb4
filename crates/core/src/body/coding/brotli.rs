//! `br`: brotli (RFC 7932).

use brotli_decompressor::{
    BrotliDecoderHasMoreOutput, BrotliDecoderIsFinished, BrotliDecoderTakeOutput, BrotliDecompressStream,
    BrotliResult, BrotliState, StandardAlloc,
};

use super::codec::{CodecStatus, Decoded, invalid};
use crate::Error;

/// The decoder's state, some kilobytes, and its window of at most 16 MiB.
pub(super) struct Brotli(Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>);

impl Brotli {
    pub(super) fn new() -> Self {
        // strict: no "large window" extension, which is not part of the content coding and would let a server ask for a
        // window of 1 GiB
        Self(Box::new(BrotliState::new_strict(
            StandardAlloc::default(),
            StandardAlloc::default(),
            StandardAlloc::default(),
        )))
    }

    /// Copies output straight from the decoder's window: one copy, and no zeroed buffer.
    pub(super) fn decode(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<Decoded, Error> {
        let (mut available, mut consumed) = (input.len(), 0);
        let result = BrotliDecompressStream(
            &mut available,
            &mut consumed,
            input,
            &mut 0,
            &mut 0,
            &mut [],
            &mut 0,
            &mut self.0,
        );
        if matches!(result, BrotliResult::ResultFailure) {
            return Err(invalid("br", "the data is corrupt"));
        }
        while output.len() < output.capacity() && BrotliDecoderHasMoreOutput(&self.0) {
            let mut size = output.capacity() - output.len();
            output.extend_from_slice(BrotliDecoderTakeOutput(&mut self.0, &mut size));
        }
        let status = if BrotliDecoderIsFinished(&self.0) {
            CodecStatus::Ended
        } else if matches!(result, BrotliResult::NeedsMoreInput) && !BrotliDecoderHasMoreOutput(&self.0) {
            CodecStatus::NeedsInput
        } else {
            CodecStatus::HasMore
        };
        Ok(Decoded { consumed, status })
    }
}
