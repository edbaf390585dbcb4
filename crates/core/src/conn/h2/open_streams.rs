//! The streams of a connection, as their frames arrive.
//!
//! When a connection ends, `h2` forgets which responses had ended before. It also takes frames of closed streams without
//! end, and does not tell why it rejects a head.

use std::collections::VecDeque;

use bytes::Bytes;
use h2::{Reason, SendStream};

use super::frame::Frame;
use super::header_blocks::PseudoFields;
use super::windows::MIN_STREAM_WINDOW;

/// The largest window (RFC 9113 6.9.1).
const MAX_WINDOW: u64 = (1 << 31) - 1;
/// The window of a stream until the server says otherwise (RFC 9113 6.9.2).
const INITIAL_WINDOW: u32 = 65_535;
/// The most bytes by which the window of a connection grows for padding that `h2` has not seen.
const MAX_UNSEEN: u32 = 1 << 30;

/// See the [module](self).
pub(super) struct OpenStreams {
    /// Those in use, in the order of their numbers, which is about that of their ends.
    streams: VecDeque<OpenStream>,
    /// The window that the server gives to each stream.
    initial_window: u32,
    /// Whether the stream whose header block is arriving ends with that.
    ends_with_block: bool,
    /// Header blocks so far.
    heads: u64,
    /// The stream with the head that could not be decoded.
    undecoded: Option<u32>,
    /// Bytes that may still arrive on streams that the client gave up.
    late: u64,
    /// The most bytes of padding of one stream that `h2` does not see.
    max_unseen: usize,
    /// Bytes of padding that `h2` has not seen.
    unseen: u32,
    /// The number of the latest stream.
    latest: u32,
}

struct OpenStream {
    id: u32,
    /// The direction to the server, if nothing more is sent in it.
    sent: Option<SendStream<Bytes>>,
    /// By how much the server has opened its window.
    opened: u64,
    /// Bytes of the longest of its header blocks so far, as they are sent.
    head: usize,
    /// Bytes of the header block that is arriving.
    block: usize,
    /// The place of its latest header block among all.
    order: u64,
    /// The pseudo-header fields of its latest header block.
    fields: PseudoFields,
    /// Those of all its header blocks so far.
    all_fields: PseudoFields,
    /// Bytes of padding that `h2` has not seen.
    unseen: usize,
    /// Bytes of its content.
    content: u64,
    /// Whether h2 has passed its response on.
    is_passed: bool,
    has_ended: bool,
}

impl OpenStreams {
    /// Of a connection whose streams have this window.
    pub(super) fn new(window: u32) -> Self {
        Self {
            streams: VecDeque::new(),
            initial_window: INITIAL_WINDOW,
            ends_with_block: false,
            heads: 0,
            undecoded: None,
            late: 0,
            max_unseen: (window.min(MIN_STREAM_WINDOW) / 4) as usize,
            unseen: 0,
            latest: 0,
        }
    }

    /// A request has begun. Its number is above all others. `sent` is the direction to the server of one without a body.
    pub(super) fn begin(&mut self, id: u32, sent: Option<SendStream<Bytes>>) {
        self.latest = id;
        self.streams.push_back(OpenStream {
            id,
            sent,
            opened: 0,
            head: 0,
            block: 0,
            order: 0,
            fields: PseudoFields::default(),
            all_fields: PseudoFields::default(),
            unseen: 0,
            content: 0,
            is_passed: false,
            has_ended: false,
        });
    }

    /// The client is done with a stream. If its response has not ended, up to `window` bytes may be on their way.
    pub(super) fn leave(&mut self, id: u32, window: u32) {
        if let Some(index) = self.index(id)
            && let Some(stream) = self.streams.remove(index)
            && !stream.has_ended
        {
            self.late += u64::from(window);
        }
    }

    /// Whether a frame is DATA without content, and `h2` need not see it. `h2` closes a connection after 100 of them,
    /// however long it lives; and a server that pads its frames may send one before the trailers of each response.
    ///
    /// Padding that `h2` does not see is lost to the window of its stream, of which it gets a small part only, and to that of
    /// the connection, which [grows](Self::unseen) by it.
    pub(super) fn takes_without_effect(&mut self, frame: &Frame<'_>) -> bool {
        if !frame.is_empty_data() || self.unseen >= MAX_UNSEEN {
            return false;
        }
        let length = frame.length();
        let may_be_unseen = match self.index(frame.stream()) {
            Some(index) => {
                let stream = &mut self.streams[index];
                stream.unseen += length;
                stream.takes_data() && stream.unseen <= self.max_unseen
            }
            None => self.was_opened(frame.stream()) && self.late > 0 && length as u64 <= self.late,
        };
        if may_be_unseen {
            // at most 256 bytes
            self.unseen += u32::try_from(length).unwrap_or_default();
        }
        may_be_unseen
    }

    /// How many bytes of padding `h2` has not seen, which are lost to the window of the connection.
    pub(super) fn unseen(&self) -> u32 {
        self.unseen
    }

    /// The server gives this window to each stream from now on.
    pub(super) fn set_initial_window(&mut self, window: u32) {
        self.initial_window = window;
    }

    /// Takes note of a frame that opens the window of a stream. Resets the stream of a request without a body if its window
    /// overflows (RFC 9113 6.9.1): there `h2` takes no note of it, and its response may never come.
    pub(super) fn open_window(&mut self, id: u32, increment: u32) {
        let Some(index) = self.index(id) else { return };
        let stream = &mut self.streams[index];
        stream.opened += u64::from(increment);
        if let Some(sent) = &mut stream.sent
            && u64::from(self.initial_window) + stream.opened > MAX_WINDOW
        {
            sent.send_reset(Reason::FLOW_CONTROL_ERROR);
        }
    }

    /// Takes note of a frame, and of the pseudo-header fields of the block that it ends. True if it has a part of a response
    /// that was asked for, or ends one.
    pub(super) fn receive(&mut self, frame: &Frame<'_>, fields: Option<PseudoFields>) -> bool {
        let length = frame.length();
        let (is_data, is_head) = (frame.is_data(), frame.is_head());
        if !is_data && !is_head && !frame.is_continuation() {
            return false;
        }
        let index = self.index(frame.stream());
        let stream = index.and_then(|index| self.streams.get_mut(index));
        let Some(stream) = stream.filter(|stream| !stream.has_ended) else {
            let is_late = is_data && (1..=self.late).contains(&(length as u64));
            if is_late {
                self.late -= length as u64;
            }
            return is_late;
        };
        if is_data {
            stream.has_ended = frame.ends_stream();
            stream.content += frame.content_length() as u64;
            return !frame.is_empty_data();
        }
        if is_head {
            stream.block = 0;
            self.heads += 1;
            stream.order = self.heads;
            self.ends_with_block = frame.ends_stream();
        }
        stream.all_fields.may_be_interim |= fields.is_none_or(|fields| fields.may_be_interim);
        if let Some(fields) = fields {
            stream.fields = fields;
            stream.all_fields.has_status |= fields.has_status;
            stream.all_fields.has_others |= fields.has_others;
        }
        // an empty block counts, too
        stream.block += length.max(1);
        stream.head = stream.head.max(stream.block);
        stream.has_ended = self.ends_with_block && frame.ends_block();
        is_head && self.ends_with_block
    }

    /// Whether an interim response of a stream in use may have arrived. To ask `h2` instead takes its next event out of its
    /// queue and puts it back.
    pub(super) fn may_have_interim(&self, id: u32) -> bool {
        self.index(id)
            .is_some_and(|index| self.streams[index].all_fields.may_be_interim)
    }

    /// Whether a header block of a stream in use had a pseudo-header field that no response has.
    pub(super) fn has_request_fields(&self, id: u32) -> bool {
        self.index(id)
            .is_some_and(|index| self.streams[index].all_fields.has_others)
    }

    /// Whether the latest header block of a stream in use, which is that of its trailers, had a pseudo-header field.
    pub(super) fn has_pseudo_trailers(&self, id: u32) -> bool {
        self.index(id)
            .is_some_and(|index| self.streams[index].fields != PseudoFields::default())
    }

    /// How many bytes of the content of a stream in use have arrived. `h2` does not pass on those of a frame with which there
    /// are too many or too few.
    pub(super) fn content_of(&self, id: u32) -> u64 {
        self.index(id).map_or(0, |index| self.streams[index].content)
    }

    /// Whether the whole response of a stream in use has arrived.
    pub(super) fn has_ended(&self, id: u32) -> bool {
        self.index(id).is_some_and(|index| self.streams[index].has_ended)
    }

    /// The length of the longest head of a stream in use, also of an interim or a malformed one; 0 if there was none.
    pub(super) fn head_length(&self, id: u32) -> usize {
        self.index(id).map_or(0, |index| self.streams[index].head)
    }

    /// h2 has passed a response on. False if it has a pseudo-header field that no response has.
    pub(super) fn pass(&mut self, id: u32) -> bool {
        let Some(index) = self.index(id) else { return true };
        let stream = &mut self.streams[index];
        stream.is_passed = true;
        !stream.all_fields.has_others
    }

    /// Whether the head of this stream is the first that h2 did not pass on, and so the reason for which it closed the
    /// connection. More of them may have come behind it.
    pub(super) fn is_undecoded(&mut self, id: u32) -> bool {
        let heads = self
            .streams
            .iter()
            .filter(|stream| stream.head > 0 && !stream.is_passed);
        let first = heads.min_by_key(|stream| stream.order).map(|stream| stream.id);
        // the streams fail and leave one by one
        self.undecoded = self.undecoded.or(first);
        self.undecoded == Some(id)
    }

    /// Whether a request has begun on this stream: the numbers of a client are odd (RFC 9113 5.1.1).
    fn was_opened(&self, id: u32) -> bool {
        id % 2 == 1 && id <= self.latest
    }

    /// The place of a stream in use. The numbers of a client are odd, so that it follows from that of the oldest unless one
    /// between them has ended.
    #[inline]
    fn index(&self, id: u32) -> Option<usize> {
        let oldest = self.streams.front()?.id;
        let place = (id.checked_sub(oldest)? / 2) as usize;
        match self.streams.get(place) {
            Some(stream) if stream.id == id => Some(place),
            _ => self.search(id),
        }
    }

    #[inline(never)]
    fn search(&self, id: u32) -> Option<usize> {
        self.streams.binary_search_by_key(&id, |stream| stream.id).ok()
    }
}

impl OpenStream {
    fn takes_data(&self) -> bool {
        self.head > 0 && !self.has_ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_found_in_whatever_order_others_leave() {
        let mut open = OpenStreams::new(MIN_STREAM_WINDOW);
        let ids = || (0..64).map(|number| 2 * number + 1);
        ids().for_each(|id| open.begin(id, None));
        let mut left = Vec::new();
        // all of them, and no two in a row
        for id in ids().map(|id| (id * 27) % 128) {
            for id in ids() {
                let place = open.index(id);
                assert_eq!(place.is_some(), !left.contains(&id), "{id} after {left:?}");
                assert!(place.is_none_or(|place| open.streams[place].id == id));
            }
            open.leave(id, 0);
            left.push(id);
        }
        assert!(open.streams.is_empty());
        assert_eq!(open.index(1), None);
    }
}
