//! Inflating the messages of a server (RFC 7692 7.2.2), never beyond the limit of a message.

use std::collections::VecDeque;

use flate2::{Decompress, FlushDecompress, Status};

use super::close::{INVALID_PAYLOAD, TOO_BIG, Violation};

/// What a sender leaves out at the end of each message.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// Room for the first bytes of a message.
const FIRST_ROOM: usize = 4096;
/// The most that the one before it can make of that.
const MOST_FIRST_ROOM: usize = 256 * 1024;

/// The largest window of DEFLATE.
const WINDOW: usize = 32 * 1024;

/// The inflater of one session. Its window is made for the first compressed message.
#[derive(Debug)]
pub(super) struct Inflater {
    decompress: Option<Decompress>,
    /// The bytes of the last message: the next gets as much room at once.
    last: usize,
    /// The end of the messages before this one. The inflater's own window goes with the end of a stream.
    earlier: VecDeque<u8>,
    /// Whether the server forgets its window after each message.
    forgets: bool,
}

impl Inflater {
    pub(super) fn new(forgets: bool) -> Self {
        Self {
            decompress: None,
            last: 0,
            earlier: VecDeque::new(),
            forgets,
        }
    }

    /// Whether no message has been inflated.
    pub(super) fn is_fresh(&self) -> bool {
        self.decompress.is_none()
    }

    /// Appends what these bytes stand for to the message, which must not become longer than `limit`.
    pub(super) fn push(
        &mut self,
        mut input: &[u8],
        message: &mut Vec<u8>,
        limit: usize,
    ) -> Result<(), Violation> {
        let decompress = self.decompress.get_or_insert_with(|| Decompress::new(false));
        loop {
            if message.len() == message.capacity() {
                // one byte more than the limit tells that there is more
                let most = (limit - message.len()).saturating_add(1);
                let wanted = match message.len() {
                    0 => self.last.clamp(FIRST_ROOM, MOST_FIRST_ROOM),
                    length => length,
                };
                message.reserve_exact(wanted.min(most));
            }
            let (consumed, produced) = (decompress.total_in(), message.len());
            let status = decompress
                .decompress_vec(input, message, FlushDecompress::None)
                .map_err(|_| corrupt())?;
            let consumed = usize::try_from(decompress.total_in() - consumed).unwrap_or(usize::MAX);
            input = input.get(consumed..).unwrap_or_default();
            if message.len() > limit {
                return Err(too_big(limit));
            }
            if status == Status::StreamEnd {
                // the sender's next stream refers to what it sent before as the one that ended (RFC 7692 7.2.3.4)
                let own = end_of(message, WINDOW);
                let from = (self.earlier.len() + own.len()).saturating_sub(WINDOW);
                let window: Vec<u8> = self.earlier.range(from..).chain(own).copied().collect();
                decompress.reset(false);
                decompress.set_dictionary(&window).map_err(|_| corrupt())?;
            } else if input.is_empty() && message.len() < message.capacity() {
                return Ok(());
            } else if consumed == 0 && message.len() == produced && message.len() < message.capacity() {
                return Err(corrupt());
            }
            if status == Status::StreamEnd && input.is_empty() {
                return Ok(());
            }
        }
    }

    /// Ends a message.
    pub(super) fn finish(&mut self, message: &mut Vec<u8>, limit: usize) -> Result<(), Violation> {
        self.push(&TAIL, message, limit)?;
        // a byte of room tells that nothing is left
        self.last = message.len() + 1;
        if !self.forgets {
            let end = end_of(message, WINDOW);
            let excess = (self.earlier.len() + end.len()).saturating_sub(WINDOW);
            self.earlier.drain(..excess);
            self.earlier.extend(end);
        } else if let Some(decompress) = &mut self.decompress {
            decompress.reset(false);
        }
        Ok(())
    }
}

/// At most so many of the last bytes.
fn end_of(bytes: &[u8], most: usize) -> &[u8] {
    &bytes[bytes.len().saturating_sub(most)..]
}

/// The violation of a message longer than this.
pub(super) fn too_big(limit: usize) -> Violation {
    Violation::new(
        TOO_BIG,
        format!("the server sent a message of more than {limit} bytes"),
    )
}

fn corrupt() -> Violation {
    Violation::new(
        INVALID_PAYLOAD,
        "the server sent a compressed message that is not valid",
    )
}

#[cfg(test)]
mod tests {
    use super::super::deflate::Deflater;
    use super::super::settings::Compression;
    use super::*;

    fn deflated(message: &[u8]) -> Vec<u8> {
        let mut deflated = Vec::new();
        let agreed = Compression {
            server_no_context_takeover: false,
            client_no_context_takeover: false,
            client_max_window_bits: 15,
        };
        Deflater::new(agreed)
            .unwrap()
            .push(message, true, &mut deflated)
            .unwrap();
        deflated
    }

    #[test]
    fn a_message_may_be_as_long_as_its_limit_and_no_longer() {
        let sent = deflated(&vec![b'a'; 100_000]);
        for (limit, fits) in [(100_000, true), (99_999, false), (usize::MAX, true), (0, false)] {
            let mut message = Vec::new();
            let mut inflater = Inflater::new(false);
            let result = inflater
                .push(&sent, &mut message, limit)
                .and_then(|()| inflater.finish(&mut message, limit));
            assert_eq!(result.is_ok(), fits, "{limit}");
            if !fits {
                assert_eq!(result.unwrap_err().code, TOO_BIG);
                assert!(message.capacity() <= limit + 1, "{limit}: {}", message.capacity());
            }
        }
    }

    #[test]
    fn a_stream_may_end_with_its_message() {
        // the example of RFC 7692 7.2.3.4
        let hello = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
        let mut inflater = Inflater::new(false);
        for _ in 0..2 {
            let mut message = Vec::new();
            inflater.push(&hello, &mut message, 100).unwrap();
            inflater.finish(&mut message, 100).unwrap();
            assert_eq!(message, b"Hello");
        }
    }

    /// Messages of a sender that ends a stream with each, and refers to those before.
    fn deflated_by_streams(messages: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let mut sent: Vec<u8> = Vec::new();
        let mut streams = Vec::new();
        for message in messages {
            let mut compress = flate2::Compress::new(flate2::Compression::best(), false);
            if !sent.is_empty() {
                compress.set_dictionary(end_of(&sent, WINDOW)).unwrap();
            }
            let mut stream = Vec::with_capacity(message.len() + 1024);
            compress
                .compress_vec(message, &mut stream, flate2::FlushCompress::Finish)
                .unwrap();
            sent.extend_from_slice(message);
            streams.push(stream);
        }
        streams
    }

    #[test]
    fn a_stream_refers_to_the_messages_before_it_though_theirs_have_ended() {
        // noise: without the window, nothing of it could be referred to
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            state.to_le_bytes()[2]
        })
        .take(30_000)
        .collect();
        let messages = [
            noise[..20_000].to_vec(),
            noise[20_000..].to_vec(),
            noise.clone(),
            noise,
        ];
        let streams = deflated_by_streams(&messages);
        assert!(streams[3].len() < 1000, "{}", streams[3].len());
        let mut inflater = Inflater::new(false);
        for (stream, sent) in streams.iter().zip(&messages) {
            let mut message = Vec::new();
            inflater.push(stream, &mut message, 100_000).unwrap();
            inflater.push(&[0], &mut message, 100_000).unwrap();
            inflater.finish(&mut message, 100_000).unwrap();
            assert!(message == *sent);
        }
        // several streams make one message, which a server without takeover may send too
        let mut inflater = Inflater::new(true);
        let mut message = Vec::new();
        for stream in &streams {
            inflater.push(stream, &mut message, 100_000).unwrap();
        }
        inflater.push(&[0], &mut message, 100_000).unwrap();
        inflater.finish(&mut message, 100_000).unwrap();
        assert!(message == messages.concat());
    }

    #[test]
    fn what_is_not_deflated_is_refused() {
        let mut inflater = Inflater::new(false);
        let refused = inflater.push(&[0xff; 8], &mut Vec::new(), 100).unwrap_err();
        assert_eq!(refused.code, INVALID_PAYLOAD);
    }
}
