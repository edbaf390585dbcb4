//! Deflating the messages of the client (RFC 7692 7.2.1).

use flate2::{Compress, CompressError, Compression as Level, FlushCompress};

use super::settings::Compression;

/// What is left out at the end of each message.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// Less room than this could make zlib write the end of a flush twice.
const LEAST_ROOM: usize = 64;
/// Half of the time of zlib's default level, for a tenth more bytes.
const LEVEL: u32 = 2;
/// The smallest window that zlib writes for.
const SMALLEST_WINDOW: u8 = 9;

/// The deflater of one session. Its window is made for the first message.
#[derive(Debug)]
pub(super) struct Deflater {
    compress: Option<Compress>,
    window_bits: u8,
    forgets: bool,
}

impl Deflater {
    /// `None` if the server's window is smaller than zlib can write for: then messages go as they are, as they may.
    pub(super) fn new(agreed: Compression) -> Option<Self> {
        (agreed.client_max_window_bits >= SMALLEST_WINDOW).then(|| Self {
            compress: None,
            window_bits: agreed.client_max_window_bits.min(15),
            forgets: agreed.client_no_context_takeover,
        })
    }

    /// Appends the deflated form of a message, or of a part of one.
    pub(super) fn push(
        &mut self,
        mut input: &[u8],
        is_last: bool,
        into: &mut Vec<u8>,
    ) -> Result<(), CompressError> {
        let compress = self.compress.get_or_insert_with(|| {
            Compress::new_with_window_bits(Level::new(LEVEL), false, self.window_bits)
        });
        let start = into.len();
        loop {
            into.reserve((input.len() / 2).max(LEAST_ROOM));
            let consumed = compress.total_in();
            compress.compress_vec(input, into, FlushCompress::Sync)?;
            let consumed = usize::try_from(compress.total_in() - consumed).unwrap_or(usize::MAX);
            input = input.get(consumed..).unwrap_or_default();
            if input.is_empty() && into.len() < into.capacity() {
                break;
            }
        }
        if is_last {
            if into[start..].ends_with(&TAIL) {
                into.truncate(into.len() - TAIL.len());
            }
            if into.len() == start {
                // a block of its own (RFC 7692 7.2.3.6)
                into.push(0);
            }
            if self.forgets {
                compress.reset();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::inflate::Inflater;
    use super::*;

    fn agreed(forgets: bool, bits: u8) -> Compression {
        Compression {
            server_no_context_takeover: forgets,
            client_no_context_takeover: forgets,
            client_max_window_bits: bits,
        }
    }

    #[test]
    fn what_is_deflated_inflates_to_the_same_in_one_part_or_many() {
        for (forgets, bits) in [(false, 15), (true, 15), (false, 9), (true, 9)] {
            let mut deflater = Deflater::new(agreed(forgets, bits)).unwrap();
            let mut inflater = Inflater::new(forgets);
            for length in [0, 1, 100, 125, 126, 5_000, 70_000, 0, 300_000] {
                let message: Vec<u8> = (0..length)
                    .map(|at: usize| u8::try_from(at * at % 251).unwrap())
                    .collect();
                for parts in [1, 2, 7] {
                    let mut received = Vec::new();
                    let part = message.len().div_ceil(parts).max(1);
                    let mut chunks: Vec<&[u8]> = message.chunks(part).collect();
                    chunks.push(&[]);
                    let last = chunks.len() - 1;
                    for (at, chunk) in chunks.into_iter().enumerate() {
                        let mut sent = Vec::new();
                        deflater.push(chunk, at == last, &mut sent).unwrap();
                        inflater.push(&sent, &mut received, usize::MAX).unwrap();
                    }
                    inflater.finish(&mut received, usize::MAX).unwrap();
                    assert_eq!(received, message);
                }
            }
        }
    }

    #[test]
    fn a_window_too_small_for_zlib_means_no_deflater() {
        assert!(Deflater::new(agreed(false, 8)).is_none());
    }
}
