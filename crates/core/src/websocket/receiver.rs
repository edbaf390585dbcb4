//! The messages and control frames in the bytes of a server, without I/O.
//!
//! Every rule is checked at the first byte that shows its violation: sizes in the head of a frame, text while it comes.

use bytes::Bytes;

use super::MessageKind;
use super::close::{Close, INVALID_PAYLOAD, Violation};
use super::frame::{Head, Opcode};
use super::inflate::{Inflater, too_big};
use super::settings::Settings;
use super::utf8::{InvalidUtf8, Utf8Check};

/// The longest head of an unmasked frame.
const LONGEST_HEAD: usize = 10;

/// The bytes of a message.
#[derive(Debug)]
pub enum Payload<'a> {
    /// In the memory that was read into.
    Borrowed(&'a [u8]),
    /// In memory of its own.
    Owned(Bytes),
}

impl Payload<'_> {
    /// How many they are.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }
}

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
    /// `None` if compression was not agreed to.
    inflater: Option<Inflater>,
    /// The start of a head whose rest is to come.
    head: Vec<u8>,
    frame: Option<Frame>,
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
                .map(|agreed| Inflater::new(agreed.server_no_context_takeover)),
            head: Vec::new(),
            frame: None,
            control: Vec::new(),
            message: None,
            bytes: Vec::new(),
            text: Utf8Check::default(),
        }
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
            _ => self.append(frame, piece),
        }
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
        Ok(Some((message.kind, Payload::Owned(bytes.into()))))
    }

    fn append(&mut self, frame: Frame, piece: &[u8]) {
        // room for the rest of a frame whose length is known, but not for what a head only claims
        let rest = usize::try_from(frame.remaining).unwrap_or(usize::MAX);
        if rest > self.bytes.capacity() - self.bytes.len() {
            let wanted = rest.min(self.bytes.len().max(piece.len()).saturating_mul(4));
            self.bytes.reserve(wanted.max(piece.len()));
        }
        self.bytes.extend_from_slice(piece);
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
