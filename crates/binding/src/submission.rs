//! Reading the records that JavaScript submits.
//!
//! A record is a row of little-endian 32-bit words and then bytes, padded to a multiple of four. The first word is
//! its operation, the second the exchange (or client) that it is about. `src/native/submission-queue.ts` writes them:
//! the two files change together.

use bytes::Bytes;
use httpxide_core::route::{RouteRef, Scheme};

/// No time limit.
const NO_LIMIT: u32 = u32::MAX;

/// Flags of a request: its response's body is wanted as it comes, and somebody listens to what happens to it.
const STREAM: u32 = 1;
const TRACE: u32 = 2;

/// Where the bytes of a body are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    None,
    /// Behind the record.
    Inline,
    /// The next attachment.
    Attached,
    /// In records to come.
    Streamed,
}

/// A request.
#[derive(Debug)]
pub(crate) struct StartRecord<'a> {
    pub(crate) client: u32,
    pub(crate) streamed: bool,
    pub(crate) traced: bool,
    /// Milliseconds: connect, read, write, pool, total.
    pub(crate) timeouts: [Option<u32>; 5],
    pub(crate) route: RouteRef<'a>,
    pub(crate) head: &'a [u8],
    pub(crate) place: Place,
    pub(crate) body: &'a [u8],
}

/// A record.
#[derive(Debug)]
pub(crate) enum Submission<'a> {
    Start(StartRecord<'a>),
    /// Bytes of an upload: these, or with [`Place::Attached`] the next attachment.
    Chunk(Place, &'a [u8]),
    /// The end of an upload.
    End,
    Cancel,
    /// Close the client of this number; the exchange's number is the answer's.
    CloseClient(u32),
}

/// The records of a batch, each with the number of its exchange.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(records: &'a [u8]) -> Self {
        Self { rest: records }
    }

    fn word(&mut self) -> Option<u32> {
        let (word, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u32::from_le_bytes(*word))
    }

    fn bytes(&mut self, length: u32) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length as usize)?;
        self.rest = rest;
        Some(bytes)
    }

    fn skip_padding(&mut self, written: usize) -> Option<()> {
        self.rest = self.rest.get(written.next_multiple_of(4) - written..)?;
        Some(())
    }

    fn place(&mut self) -> Option<Place> {
        Some(match self.word()? {
            0 => Place::None,
            1 => Place::Inline,
            2 => Place::Attached,
            3 => Place::Streamed,
            _ => return None,
        })
    }

    fn scheme(&mut self) -> Option<Scheme> {
        Some(match self.word()? {
            0 => Scheme::Http,
            1 => Scheme::Https,
            _ => return None,
        })
    }

    fn start(&mut self) -> Option<StartRecord<'a>> {
        let client = self.word()?;
        let flags = self.word()?;
        let mut timeouts = [None; 5];
        for timeout in &mut timeouts {
            *timeout = Some(self.word()?).filter(|limit| *limit != NO_LIMIT);
        }
        let scheme = self.scheme()?;
        let port = u16::try_from(self.word()?).ok()?;
        let host_length = self.word()?;
        let server_name_length = self.word()?;
        let head_length = self.word()?;
        let place = self.place()?;
        let body_length = self.word()?;
        let host = self.bytes(host_length)?;
        let server_name = self.bytes(server_name_length)?;
        let head = self.bytes(head_length)?;
        let body = self.bytes(body_length)?;
        self.skip_padding(host.len() + server_name.len() + head.len() + body.len())?;
        Some(StartRecord {
            client,
            streamed: flags & STREAM != 0,
            traced: flags & TRACE != 0,
            timeouts,
            route: RouteRef {
                scheme,
                host: str::from_utf8(host).ok()?,
                port,
                server_name: Some(str::from_utf8(server_name).ok()?).filter(|name| !name.is_empty()),
                uds: None,
            },
            head,
            place,
            body,
        })
    }

    fn chunk(&mut self) -> Option<Submission<'a>> {
        let place = self.place()?;
        let length = self.word()?;
        let bytes = self.bytes(length)?;
        self.skip_padding(bytes.len())?;
        Some(Submission::Chunk(place, bytes))
    }

    fn record(&mut self) -> Option<(u32, Submission<'a>)> {
        let operation = self.word()?;
        let number = self.word()?;
        let submission = match operation {
            1 => Submission::Start(self.start()?),
            2 => self.chunk()?,
            3 => Submission::End,
            4 => Submission::Cancel,
            5 => Submission::CloseClient(self.word()?),
            _ => return None,
        };
        Some((number, submission))
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = (u32, Submission<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let record = self.record();
        debug_assert!(record.is_some(), "a record that nobody wrote");
        record
    }
}

/// The attachments of a batch, in the order in which records name them.
pub(crate) type Attachments = std::vec::IntoIter<Bytes>;
