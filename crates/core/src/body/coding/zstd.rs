//! `zstd`: Zstandard (RFC 8878), with the window limit of RFC 9659.

use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

use super::codec::{CodecStatus, Decoded, invalid};
use crate::{Error, Kind, Phase, RequestSent};

/// 8 MiB: the most that RFC 9659 allows in this content coding, and that browsers accept. zstd's own default is 128 MiB.
const WINDOW_LOG_MAX: u32 = 23;

/// Decodes frames, skippable ones included. zstd starts each next frame by itself.
pub(super) struct Zstd(Decoder<'static>);

impl Zstd {
    pub(super) fn new() -> Result<Self, Error> {
        let decoder = Decoder::new().and_then(|mut decoder| {
            decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))?;
            Ok(decoder)
        });
        match decoder {
            Ok(decoder) => Ok(Self(decoder)),
            Err(error) => Err(Error::io(Kind::DecodingError, Phase::Decode, &error).sent(RequestSent::Yes)),
        }
    }

    pub(super) fn decode(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<Decoded, Error> {
        let mut source = InBuffer::around(input);
        let written = output.len();
        let mut target = OutBuffer::around_pos(output, written);
        let wanted = self
            .0
            .run(&mut source, &mut target)
            .map_err(|error| invalid("zstd", &error.to_string()))?;
        let drained = target.pos() < target.capacity() && source.pos() == input.len();
        let status = match wanted {
            0 => CodecStatus::Ended,
            _ if drained => CodecStatus::NeedsInput,
            _ => CodecStatus::HasMore,
        };
        Ok(Decoded {
            consumed: source.pos(),
            status,
        })
    }
}
