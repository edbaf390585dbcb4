//! The messages and control frames in the bytes of a server, without I/O.
//!
//! Every rule is checked at the first byte that shows its violation: sizes in the head of a frame, text while it comes.

use bytes::BufMut;
use bytes::buf::Limit;

use super::MessageKind;
use super::close::{Close, INVALID_PAYLOAD, Violation};
use super::frame::{Head, Opcode};
use super::inflate::{Inflater, too_big};
use super::message_memory;
use super::payload::Payload;
use super::settings::Settings;
use super::utf8::{InvalidUtf8, Utf8Check};

/// The longest head of an unmasked frame.
const LONGEST_HEAD: usize = 10;
/// The rest of a frame that is at least this long is read straight into its message.
const DIRECT_FROM: u64 = 8 * 1024;
/// A flood of frames that are at least this long is read frame by frame.
const LONG_FROM: u64 = 32 * 1024;
/// So many bytes of such a frame are read with its head, and copied.
const BEGINNING: usize = 4 * 1024;
/// So much room a head gets for its claim alone. A message that is longer gets more as it comes.
const CLAIMED_ROOM: usize = 128 * 1024;

/// What a server sent.
#[derive(Debug)]
pub(super) enum Event<'a> {
    Message(MessageKind, Payload<'a>),
    Ping(&'a [u8]),
    Pong(&'a [u8]),
    Close(Close),
}

/// A message under way.
#[derive(Clone, Copy, Debug)]
struct Message {
    kind: MessageKind,
    is_compressed: bool,
}

/// A frame whose payload is under way.
#[derive(Clone, Copy, Debug)]
struct Frame {
    opcode: Opcode,
    is_final: bool,
    remaining: u64,
}

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Receiver {
    limit: usize,
    /// `None` if compression was not agreed to. Boxed: most sessions have none.
    inflater: Option<Box<Inflater>>,
    /// The start of a head whose rest is to come.
    head: Vec<u8>,
    frame: Option<Frame>,
    /// Whether the last frame was so long that it is worth a read of its own.
    is_last_long: bool,
    /// The payload of a control frame under way.
    control: Vec<u8>,
    message: Option<Message>,
    /// The message so far, inflated.
    bytes: Vec<u8>,
    text: Utf8Check,
}

impl Receiver {
    pub(super) fn new(settings: &Settings) -> Self {
        let limit = settings.max_message_bytes.unwrap_or(u64::MAX);
        Self {
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            inflater: settings
                .compression
                .map(|agreed| Box::new(Inflater::new(agreed.server_no_context_takeover))),
            head: Vec::new(),
            frame: None,
            is_last_long: false,
            control: Vec::new(),
            message: None,
            bytes: Vec::new(),
            text: Utf8Check::default(),
        }
    }

    /// Whether it is as a new one: nothing is under way, nothing has been inflated, and there is no flood of long frames.
    pub(super) fn is_fresh(&self) -> bool {
        self.frame.is_none()
            && self.head.is_empty()
            && self.message.is_none()
            && !self.is_last_long
            && self.inflater.as_ref().is_none_or(|inflater| inflater.is_fresh())
    }

    /// Makes a fresh one that of another session.
    pub(super) fn begin_session(&mut self, settings: &Settings) {
        *self = Self {
            head: std::mem::take(&mut self.head),
            control: std::mem::take(&mut self.control),
            ..Self::new(settings)
        };
    }

    /// Whether a frame is under way: what the server sends after it comes later.
    pub(super) fn is_in_frame(&self) -> bool {
        self.frame.is_some() || !self.head.is_empty()
    }

    /// The next event in these bytes, which it takes off their front; `None` when more bytes are needed.
    pub(super) fn next<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
    ) -> Result<Option<Event<'a>>, Violation> {
        loop {
            let Some(frame) = self.frame else {
                let Some(head) = self.parse_head(input)? else {
                    return Ok(None);
                };
                self.begin(head)?;
                continue;
            };
            let available =
                usize::try_from(frame.remaining).map_or(input.len(), |rest| rest.min(input.len()));
            let (piece, rest) = input.split_at(available);
            *input = rest;
            let remaining = frame.remaining - piece.len() as u64;
            self.frame = (remaining > 0).then_some(Frame { remaining, ..frame });
            if frame.opcode.is_control() {
                if remaining == 0 {
                    return self.control_event(frame.opcode, piece).map(Some);
                }
                self.control.extend_from_slice(piece);
            } else if let Some((kind, payload)) = self.data(frame, piece)? {
                return Ok(Some(Event::Message(kind, payload)));
            }
            if remaining > 0 {
                return Ok(None);
            }
        }
    }

    /// The most bytes to read at once. In a flood of long frames a larger read would take the beginning of the next frame
    /// too, so that this frame and each after it would be copied.
    pub(super) fn most_at_once(&self) -> usize {
        match self.frame {
            _ if !self.is_last_long => usize::MAX,
            None => BEGINNING,
            Some(frame) => usize::try_from(frame.remaining)
                .unwrap_or(usize::MAX)
                .saturating_add(LONGEST_HEAD),
        }
    }

    /// Where the rest of the frame under way can be read to, if that is worth it. The next frame's head has room behind it, so
    /// that a flood takes one read a message. [`Self::filled`] follows the read.
    pub(super) fn room(&mut self) -> Option<Limit<&mut Vec<u8>>> {
        let frame = self.frame.filter(|frame| frame.remaining >= DIRECT_FROM)?;
        let is_plain = self.message.is_some_and(|message| !message.is_compressed);
        if !is_plain || frame.opcode.is_control() {
            return None;
        }
        self.reserve(frame.remaining, CLAIMED_ROOM);
        let room = self.bytes.capacity() - self.bytes.len();
        let wanted = usize::try_from(frame.remaining).map_or(room, |rest| room.min(rest + LONGEST_HEAD));
        Some((&mut self.bytes).limit(wanted))
    }

    /// Takes so many bytes that were read into [`Self::room`]. Copies those behind the frame to `behind`, and returns how many
    /// they are.
    pub(super) fn filled(
        &mut self,
        count: usize,
        behind: &mut [u8],
    ) -> Result<(Option<Event<'static>>, usize), Violation> {
        let (Some(frame), Some(message)) = (self.frame, self.message) else {
            return Ok((None, 0));
        };
        let known = self.bytes.len() - count;
        let taken = usize::try_from(frame.remaining).map_or(count, |rest| count.min(rest));
        behind[..count - taken].copy_from_slice(&self.bytes[known + taken..]);
        self.bytes.truncate(known + taken);
        let remaining = frame.remaining - taken as u64;
        self.frame = (remaining > 0).then_some(Frame { remaining, ..frame });
        let ends = frame.is_final && remaining == 0;
        let message = self.added(message.kind, known, ends)?;
        let event = message.map(|(kind, payload)| Event::Message(kind, payload));
        Ok((event, count - taken))
    }

    fn parse_head(&mut self, input: &mut &[u8]) -> Result<Option<Head>, Violation> {
        if self.head.is_empty() {
            if let Some((head, length)) = Head::parse(input)? {
                *input = &input[length..];
                return Ok(Some(head));
            }
            self.head.extend_from_slice(input);
            *input = &[];
            return Ok(None);
        }
        let known = self.head.len();
        let more = input.len().min(LONGEST_HEAD - known);
        self.head.extend_from_slice(&input[..more]);
        let Some((head, length)) = Head::parse(&self.head)? else {
            *input = &[];
            return Ok(None);
        };
        *input = &input[length - known..];
        self.head.clear();
        Ok(Some(head))
    }

    /// Checks a head against the message under way.
    fn begin(&mut self, head: Head) -> Result<(), Violation> {
        let kind = match (head.opcode, &self.message) {
            (Opcode::Continuation, None) => {
                return Err(Violation::protocol("a continuation of no message"));
            }
            (Opcode::Continuation, Some(_)) if head.is_compressed => {
                return Err(Violation::protocol("a continuation with RSV1"));
            }
            (Opcode::Text | Opcode::Binary, Some(_)) => {
                return Err(Violation::protocol("a message inside of another"));
            }
            (Opcode::Text, None) => Some(MessageKind::Text),
            (Opcode::Binary, None) => Some(MessageKind::Binary),
            _ => None,
        };
        if let Some(kind) = kind {
            if head.is_compressed && self.inflater.is_none() {
                return Err(Violation::protocol("a compressed message without an agreement"));
            }
            self.message = Some(Message {
                kind,
                is_compressed: head.is_compressed,
            });
        }
        if let Some(message) = self.message
            && !head.opcode.is_control()
            && !message.is_compressed
            && head.length > (self.limit - self.bytes.len()) as u64
        {
            return Err(too_big(self.limit));
        }
        if head.opcode.is_control() {
            self.control.clear();
        } else {
            let is_plain = self.message.is_some_and(|message| !message.is_compressed);
            self.is_last_long = is_plain && head.length >= LONG_FROM;
        }
        self.frame = Some(Frame {
            opcode: head.opcode,
            is_final: head.is_final,
            remaining: head.length,
        });
        Ok(())
    }

    /// Takes a piece of a data frame; returns the message if it ends here.
    fn data<'a>(
        &mut self,
        frame: Frame,
        piece: &'a [u8],
    ) -> Result<Option<(MessageKind, Payload<'a>)>, Violation> {
        let Some(message) = self.message else {
            return Ok(None);
        };
        let ends = frame.is_final && self.frame.is_none();
        let is_text = message.kind == MessageKind::Text;
        if ends && !message.is_compressed && self.bytes.is_empty() {
            // the usual case: the message lies in the bytes that were read, and is not copied here
            self.message = None;
            if is_text {
                self.text.push(piece).map_err(|_| invalid_text())?;
                self.text.finish().map_err(|_| invalid_text())?;
            }
            return Ok(Some((message.kind, Payload::Borrowed(piece))));
        }
        let known = self.bytes.len();
        match &mut self.inflater {
            Some(inflater) if message.is_compressed => {
                inflater.push(piece, &mut self.bytes, self.limit)?;
                if ends {
                    inflater.finish(&mut self.bytes, self.limit)?;
                }
            }
            _ => {
                self.reserve(frame.remaining, piece.len().saturating_mul(4));
                self.bytes.extend_from_slice(piece);
            }
        }
        self.added(message.kind, known, ends)
    }

    /// Takes what was added to a message that had so many bytes before; returns the message if it ends here.
    fn added(
        &mut self,
        kind: MessageKind,
        known: usize,
        ends: bool,
    ) -> Result<Option<(MessageKind, Payload<'static>)>, Violation> {
        let is_text = kind == MessageKind::Text;
        if is_text {
            self.text.push(&self.bytes[known..]).map_err(|_| invalid_text())?;
        }
        if !ends {
            return Ok(None);
        }
        self.message = None;
        if is_text {
            self.text.finish().map_err(|InvalidUtf8| invalid_text())?;
        }
        let bytes = std::mem::take(&mut self.bytes);
        Ok(Some((kind, Payload::Owned(message_memory::lend(bytes)))))
    }

    /// Makes room for the rest of a frame, and the head behind it. What its head only claims counts up to `most` bytes, or four
    /// times of what has come.
    fn reserve(&mut self, rest: u64, most: usize) {
        let rest = usize::try_from(rest)
            .unwrap_or(usize::MAX)
            .saturating_add(LONGEST_HEAD);
        if rest > self.bytes.capacity() - self.bytes.len() {
            let most = self.bytes.len().saturating_mul(4).max(most);
            message_memory::reserve(&mut self.bytes, rest.min(most));
        }
    }

    fn control_event<'a>(&'a mut self, opcode: Opcode, piece: &'a [u8]) -> Result<Event<'a>, Violation> {
        let payload = if self.control.is_empty() {
            piece
        } else {
            self.control.extend_from_slice(piece);
            &self.control
        };
        match opcode {
            Opcode::Ping => Ok(Event::Ping(payload)),
            Opcode::Pong => Ok(Event::Pong(payload)),
            _ => Close::parse(payload).map(Event::Close),
        }
    }
}

fn invalid_text() -> Violation {
    Violation::new(INVALID_PAYLOAD, "the server sent text that is not UTF-8")
}

#[cfg(test)]
mod tests;
