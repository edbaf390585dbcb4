//! The streams of a connection, as their frames arrive.
//!
//! When a connection ends, `h2` forgets which responses had ended before. It also takes frames of closed streams without
//! end, and does not tell why it rejects a head.

use super::incoming_frames::Frame;

/// See the [module](self).
#[derive(Default)]
pub(super) struct OpenStreams {
    /// Those in use, in the order of their numbers.
    streams: Vec<OpenStream>,
    /// Whether the stream whose header block is arriving ends with that.
    ends_with_block: bool,
    /// Bytes that may still arrive on streams that the client gave up.
    late: u64,
}

struct OpenStream {
    id: u32,
    /// Bytes of the longest of its header blocks so far, as they are sent.
    head: usize,
    /// Bytes of the header block that is arriving.
    block: usize,
    has_ended: bool,
}

impl OpenStreams {
    /// A request has begun. Its number is above all others.
    pub(super) fn begin(&mut self, id: u32) {
        self.streams.push(OpenStream {
            id,
            head: 0,
            block: 0,
            has_ended: false,
        });
    }

    /// The client is done with a stream. If its response has not ended, up to `window` bytes may be on their way.
    pub(super) fn leave(&mut self, id: u32, window: u32) {
        if let Ok(index) = self.index(id)
            && !self.streams.remove(index).has_ended
        {
            self.late += u64::from(window);
        }
    }

    /// Whether a frame is DATA without bytes, which has no effect. `h2` closes a connection after 100 of them.
    pub(super) fn is_without_effect(&self, frame: &Frame<'_>) -> bool {
        frame.is_data()
            && frame.length() == 0
            && !frame.ends_stream()
            && self
                .index(frame.stream())
                .is_ok_and(|index| self.streams[index].takes_data())
    }

    /// Takes note of a frame. True if it has a part of a response that was asked for, or ends one.
    pub(super) fn receive(&mut self, frame: &Frame<'_>) -> bool {
        let length = frame.length();
        let (is_data, is_head) = (frame.is_data(), frame.is_head());
        if !is_data && !is_head && !frame.is_continuation() {
            return false;
        }
        let index = self.index(frame.stream());
        let stream = index.ok().and_then(|index| self.streams.get_mut(index));
        let Some(stream) = stream.filter(|stream| !stream.has_ended) else {
            let is_late = is_data && (1..=self.late).contains(&(length as u64));
            if is_late {
                self.late -= length as u64;
            }
            return is_late;
        };
        if is_data {
            stream.has_ended = frame.ends_stream();
            return length > 0 || stream.has_ended;
        }
        if is_head {
            stream.block = 0;
            self.ends_with_block = frame.ends_stream();
        }
        // an empty block counts, too
        stream.block += length.max(1);
        stream.head = stream.head.max(stream.block);
        stream.has_ended = self.ends_with_block && frame.ends_block();
        is_head && self.ends_with_block
    }

    /// Whether the whole response of a stream in use has arrived.
    pub(super) fn has_ended(&self, id: u32) -> bool {
        self.index(id).is_ok_and(|index| self.streams[index].has_ended)
    }

    /// The length of the longest head of a stream in use, also of an interim or a malformed one; 0 if there was none.
    pub(super) fn head_length(&self, id: u32) -> usize {
        self.index(id).map_or(0, |index| self.streams[index].head)
    }

    fn index(&self, id: u32) -> Result<usize, usize> {
        self.streams.binary_search_by_key(&id, |stream| stream.id)
    }
}

impl OpenStream {
    fn takes_data(&self) -> bool {
        self.head > 0 && !self.has_ended
    }
}
