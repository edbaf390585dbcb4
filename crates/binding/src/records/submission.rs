//! Reading the records that JavaScript submits.

use std::time::Duration;

use bytes::Bytes;
use httpxide_core::Delivery;
use httpxide_core::body::coding::CodingRules;
use httpxide_core::body::{Form, UploadSettings};
use httpxide_core::route::{RouteRef, Scheme};
use httpxide_core::websocket::{Compression, Fragment, Heartbeat, MessageKind, Settings};
use httpxide_protocol::submission::{
    body, chunk, close_client, close_session, end, flag, message, message_flag, messages_read, open_session,
    operation, ping, record, resolved, scheme, session_flag, start, timeout, unresolved,
};

/// Where the bytes of a body are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    None,
    /// At the end of the record.
    Inline,
    /// The next attachment.
    Attached,
    /// In records to come.
    Streamed,
    /// In records to come, and in others if the engine asks for the body again.
    Replayable,
}

impl Place {
    fn from_word(word: u32) -> Option<Self> {
        Some(match word {
            body::NONE => Self::None,
            body::INLINE => Self::Inline,
            body::ATTACHED => Self::Attached,
            body::STREAMED => Self::Streamed,
            body::REPLAYABLE => Self::Replayable,
            _ => return None,
        })
    }
}

/// A request.
#[derive(Debug)]
pub(crate) struct StartRecord<'a> {
    pub(crate) client: u32,
    pub(crate) delivery: Delivery,
    pub(crate) traced: bool,
    pub(crate) informational: bool,
    pub(crate) coding_rules: CodingRules,
    /// How a body in records to come, or one that waits for a 100 (Continue), is sent.
    pub(crate) upload: UploadSettings,
    /// Milliseconds: connect, read, write, pool, total.
    pub(crate) timeouts: [Option<u32>; 5],
    /// Without its proxy.
    pub(crate) route: RouteRef<'a>,
    /// The number of its proxy; 0 is none.
    pub(crate) proxy: u32,
    /// Whether the proxy forwards the request.
    pub(crate) forwards: bool,
    pub(crate) head: &'a [u8],
    pub(crate) place: Place,
    pub(crate) body: &'a [u8],
}

fn limit(word: u32) -> Option<u32> {
    Some(word).filter(|limit| *limit != timeout::NONE)
}

fn delivery(flags: u32) -> Delivery {
    if flags & flag::STREAM != 0 {
        Delivery::Streamed
    } else if flags & flag::STREAM_REDIRECT != 0 {
        Delivery::WholeUnlessRedirect
    } else if flags & flag::WHOLE_IF_HERE != 0 {
        Delivery::WholeIfHere(if flags & flag::RAW != 0 {
            Form::Raw
        } else {
            Form::Decoded
        })
    } else {
        Delivery::Whole
    }
}

fn coding_rules(flags: u32) -> CodingRules {
    if flags & flag::FETCH_CODINGS != 0 {
        CodingRules::Fetch
    } else {
        CodingRules::Httpx
    }
}

/// A record.
#[derive(Debug)]
pub(crate) enum Submission<'a> {
    Start(StartRecord<'a>),
    /// Bytes of an upload: these, or with [`Place::Attached`] the next attachment.
    Chunk(Place, &'a [u8]),
    /// The end of an upload, and the lines of its trailers.
    End(&'a [u8]),
    /// An upload begins again.
    BodyRestarted,
    /// The announced bytes of a part of an upload have come.
    BodyPartFull,
    /// A part of an upload is longer than announced.
    BodyPartTooLong,
    Cancel,
    CloseStream,
    /// Begins a session, on the bytes of the stream of this number or on the stream that has its own.
    OpenSession(Option<u32>, Settings),
    /// A message, or a part of one: these bytes, or with [`Place::Attached`] the next attachment.
    Message(MessageKind, Fragment, Place, &'a [u8]),
    Ping(&'a [u8]),
    /// Code and reason.
    CloseSession(Option<u16>, &'a str),
    /// Bytes of messages that were read, with what each message counts beside them.
    MessagesRead(usize),
    /// What the look-up of the record's number has found: addresses and milliseconds, with a NUL between each two.
    Resolved(&'a str),
    /// Why that look-up failed.
    Unresolved(&'a str),
    /// Close the client of this number; the record's number is that of the answer.
    CloseClient(u32),
    /// Forget the proxy of the record's number.
    ForgetProxy,
}

/// The records of a batch, each with the number of its exchange.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(records: &'a [u8]) -> Self {
        Self { rest: records }
    }

    /// The next `WORDS` words, still to be read.
    fn peek<const WORDS: usize>(&self) -> Option<[u32; WORDS]> {
        let (words, _) = self.rest.as_chunks::<4>();
        let words = words.first_chunk::<WORDS>()?;
        Some(words.map(u32::from_le_bytes))
    }

    /// The words of a record, all of them.
    fn words<const WORDS: usize>(&mut self) -> Option<[u32; WORDS]> {
        let words = self.peek()?;
        self.bytes(WORDS * 4)?;
        Some(words)
    }

    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    fn skip_padding(&mut self, written: usize) -> Option<()> {
        self.bytes(written.next_multiple_of(4) - written)?;
        Some(())
    }

    fn start(&mut self) -> Option<StartRecord<'a>> {
        let words = self.words::<{ start::WORDS }>()?;
        let host = self.bytes(words[start::HOST_LENGTH] as usize)?;
        let server_name = self.bytes(words[start::SERVER_NAME_LENGTH] as usize)?;
        let head = self.bytes(words[start::HEAD_LENGTH] as usize)?;
        let body = self.bytes(words[start::BODY_LENGTH] as usize)?;
        self.skip_padding(host.len() + server_name.len() + head.len() + body.len())?;
        let place = Place::from_word(words[start::BODY])?;
        let timeouts = [
            start::CONNECT,
            start::READ,
            start::WRITE,
            start::POOL,
            start::TOTAL,
        ];
        Some(StartRecord {
            client: words[start::CLIENT],
            delivery: delivery(words[start::FLAGS]),
            traced: words[start::FLAGS] & flag::TRACE != 0,
            informational: words[start::FLAGS] & flag::INFORMATIONAL != 0,
            coding_rules: coding_rules(words[start::FLAGS]),
            upload: UploadSettings {
                is_replayable: place == Place::Replayable,
                expect: limit(words[start::EXPECT])
                    .map(|milliseconds| Duration::from_millis(u64::from(milliseconds))),
                has_trailers: words[start::FLAGS] & flag::TRAILERS != 0,
            },
            timeouts: timeouts.map(|word| limit(words[word])),
            route: RouteRef {
                scheme: match words[start::SCHEME] {
                    scheme::HTTP => Scheme::Http,
                    scheme::HTTPS => Scheme::Https,
                    _ => return None,
                },
                host: str::from_utf8(host).ok()?,
                port: u16::try_from(words[start::PORT]).ok()?,
                server_name: Some(str::from_utf8(server_name).ok()?).filter(|name| !name.is_empty()),
                uds: None,
                via: None,
                http1_only: false,
            },
            proxy: words[start::PROXY],
            forwards: words[start::FLAGS] & flag::FORWARD != 0,
            head,
            place,
            body,
        })
    }

    fn chunk(&mut self) -> Option<Submission<'a>> {
        let words = self.words::<{ chunk::WORDS }>()?;
        let bytes = self.bytes(words[chunk::BODY_LENGTH] as usize)?;
        self.skip_padding(bytes.len())?;
        Some(Submission::Chunk(Place::from_word(words[chunk::BODY])?, bytes))
    }

    fn open_session(&mut self) -> Option<Submission<'a>> {
        let words = self.words::<{ open_session::WORDS }>()?;
        let has = |flag| words[open_session::FLAGS] & flag != 0;
        let compression = Compression {
            server_no_context_takeover: has(session_flag::SERVER_NO_CONTEXT_TAKEOVER),
            client_no_context_takeover: has(session_flag::CLIENT_NO_CONTEXT_TAKEOVER),
            client_max_window_bits: u8::try_from(words[open_session::WINDOW_BITS]).ok()?,
        };
        let limit =
            u64::from(words[open_session::LIMIT_LOW]) | u64::from(words[open_session::LIMIT_HIGH]) << 32;
        let time = |word: usize| {
            let milliseconds = Some(words[word]).filter(|limit| *limit != timeout::NONE);
            milliseconds.map(|limit| Duration::from_millis(u64::from(limit)))
        };
        let carrier = Some(words[open_session::CARRIER]).filter(|number| *number != 0);
        let settings = Settings {
            compression: has(session_flag::COMPRESSED).then_some(compression),
            max_message_bytes: Some(limit).filter(|limit| *limit != u64::MAX),
            heartbeat: Heartbeat {
                interval: time(open_session::PING_INTERVAL),
                timeout: time(open_session::PING_TIMEOUT),
            },
            close_timeout: time(open_session::CLOSE_TIMEOUT).unwrap_or(Duration::MAX),
        };
        Some(Submission::OpenSession(carrier, settings))
    }

    fn message(&mut self) -> Option<Submission<'a>> {
        let words = self.words::<{ message::WORDS }>()?;
        let bytes = self.bytes(words[message::BODY_LENGTH] as usize)?;
        self.skip_padding(bytes.len())?;
        let has = |flag| words[message::FLAGS] & flag != 0;
        let kind = if has(message_flag::TEXT) {
            MessageKind::Text
        } else {
            MessageKind::Binary
        };
        let fragment = Fragment {
            is_first: has(message_flag::FIRST),
            is_last: has(message_flag::LAST),
        };
        let place = Place::from_word(words[message::BODY])?;
        Some(Submission::Message(kind, fragment, place, bytes))
    }

    fn ping(&mut self) -> Option<Submission<'a>> {
        let words = self.words::<{ ping::WORDS }>()?;
        let payload = self.bytes(words[ping::PAYLOAD_LENGTH] as usize)?;
        self.skip_padding(payload.len())?;
        Some(Submission::Ping(payload))
    }

    fn close_session(&mut self) -> Option<Submission<'a>> {
        let words = self.words::<{ close_session::WORDS }>()?;
        let reason = self.bytes(words[close_session::REASON_LENGTH] as usize)?;
        self.skip_padding(reason.len())?;
        let code = u16::try_from(words[close_session::CODE]).ok()?;
        let reason = str::from_utf8(reason).ok()?;
        Some(Submission::CloseSession(
            Some(code).filter(|code| *code != 0),
            reason,
        ))
    }

    fn end(&mut self) -> Option<Submission<'a>> {
        let words = self.words::<{ end::WORDS }>()?;
        let trailers = self.bytes(words[end::TRAILERS_LENGTH] as usize)?;
        self.skip_padding(trailers.len())?;
        Some(Submission::End(trailers))
    }

    fn bare(&mut self, submission: Submission<'a>) -> Option<Submission<'a>> {
        self.words::<{ record::WORDS }>()?;
        Some(submission)
    }

    /// The text of a record whose word at `length` has the number of its bytes.
    fn text<const WORDS: usize>(&mut self, length: usize) -> Option<&'a str> {
        let words = self.words::<WORDS>()?;
        let bytes = self.bytes(words[length] as usize)?;
        self.skip_padding(bytes.len())?;
        str::from_utf8(bytes).ok()
    }

    fn record(&mut self) -> Option<(u32, Submission<'a>)> {
        let words = self.peek::<{ record::WORDS }>()?;
        let submission = match words[record::OPERATION] {
            operation::START => Submission::Start(self.start()?),
            operation::CHUNK => self.chunk()?,
            operation::END => self.end()?,
            operation::BODY_RESTARTED => self.bare(Submission::BodyRestarted)?,
            operation::BODY_PART_FULL => self.bare(Submission::BodyPartFull)?,
            operation::BODY_PART_TOO_LONG => self.bare(Submission::BodyPartTooLong)?,
            operation::CANCEL => self.bare(Submission::Cancel)?,
            operation::CLOSE_STREAM => self.bare(Submission::CloseStream)?,
            operation::FORGET_PROXY => self.bare(Submission::ForgetProxy)?,
            operation::CLOSE_CLIENT => {
                let words = self.words::<{ close_client::WORDS }>()?;
                Submission::CloseClient(words[close_client::CLIENT])
            }
            operation::OPEN_SESSION => self.open_session()?,
            operation::MESSAGE => self.message()?,
            operation::PING => self.ping()?,
            operation::CLOSE_SESSION => self.close_session()?,
            operation::MESSAGES_READ => {
                let words = self.words::<{ messages_read::WORDS }>()?;
                Submission::MessagesRead(words[messages_read::COST] as usize)
            }
            operation::RESOLVED => {
                Submission::Resolved(self.text::<{ resolved::WORDS }>(resolved::TEXT_LENGTH)?)
            }
            operation::UNRESOLVED => {
                Submission::Unresolved(self.text::<{ unresolved::WORDS }>(unresolved::TEXT_LENGTH)?)
            }
            _ => return None,
        };
        Some((words[record::NUMBER], submission))
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = (u32, Submission<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let record = self.record();
        debug_assert!(record.is_some(), "a record without a layout");
        record
    }
}

/// The attachments of a batch, in the order in which records refer to them.
pub(crate) type Attachments = std::vec::IntoIter<Bytes>;
