//! What an exchange tells its owner.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::body::{BodyPipe, Form};
use crate::error::Error;
use crate::facts::ResponseTimes;
use crate::trace::TraceEvent;
use crate::websocket::{MessageKind, Payload};

/// How the exchange delivers the response's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Decoded and complete, together with the head.
    Whole,
    /// Through a [`BodyPipe`], as it arrives.
    Streamed,
    /// Streamed for a redirect (RFC 9110, 15.4), otherwise whole: the owner follows redirects whose bodies do not end.
    WholeUnlessRedirect,
    /// Whole if all of a short body came with the head, otherwise streamed: its reader then gets it without asking for it.
    /// The form is that of a whole one.
    WholeIfHere(Form),
}

/// The head of a response.
#[derive(Clone, Copy, Debug)]
pub struct ResponseHead<'a> {
    /// The status code.
    pub status: u16,
    /// Whether the lines have a `Set-Cookie`, so that no other code needs to look for one.
    pub sets_cookies: bool,
    /// The number of its stream in HTTP/2.
    pub stream_id: Option<u32>,
    /// Its connection, and how long it took.
    pub times: ResponseTimes,
    /// Status line and header lines as the server sent them, without the blank line.
    pub lines: &'a [u8],
}

/// How a WebSocket session ended.
#[derive(Debug)]
pub struct Disconnected<'a> {
    /// The code of the server's close frame; 1005 if that has none, 1006 if none came; or the code with which the client
    /// ended the session because of what the server did.
    pub code: u16,
    /// The reason in the server's close frame.
    pub reason: &'a str,
    /// Why the session ended without a close frame of the server.
    pub failure: Option<Error>,
}

/// One message of an exchange to its owner.
#[derive(Debug)]
pub enum Reply<'a> {
    /// The whole response. Terminal.
    Whole {
        /// Its head.
        head: ResponseHead<'a>,
        /// Its decoded body.
        body: Bytes,
        /// The bytes of the body on the wire, without transfer coding.
        downloaded: u64,
        /// From its head to its end.
        download: Duration,
        /// The header lines of its trailers.
        trailers: Bytes,
    },
    /// The response, whose body comes through the pipe. [`Reply::Closed`] follows.
    Streamed {
        /// Its head.
        head: ResponseHead<'a>,
        /// Its body.
        body: Arc<BodyPipe>,
    },
    /// The head of a response that turned its connection into a byte stream. [`Exchange::upgraded`](super::Exchange::upgraded)
    /// writes it; it ends with [`Reply::Closed`] or [`Reply::Failed`].
    Upgraded {
        /// Its head.
        head: ResponseHead<'a>,
        /// The bytes that the peer sends.
        body: Arc<BodyPipe>,
    },
    /// TLS has started on a byte stream.
    Secured,
    /// A message of a WebSocket session.
    Message {
        /// Text or bytes.
        kind: MessageKind,
        /// What it holds.
        payload: Payload<'a>,
    },
    /// The pong of the oldest ping that the session's owner asked for came after this time.
    Pong(Duration),
    /// A WebSocket session is over for its owner. The end of its connection follows.
    Disconnected(Disconnected<'a>),
    /// An interim response, for [`Start::informational`](super::Start::informational) only.
    Informational {
        /// The status code.
        status: u16,
        /// Status line and header lines as the server sent them, without the blank line.
        lines: &'a [u8],
    },
    /// A reader that found the pipe empty may read again.
    Readable,
    /// The connection took so many bytes of the upload, or asks for the first ones of one that waited for a 100 (Continue).
    Credit(usize),
    /// The connection took so many bytes of a session's messages. They are too few for the owner to wait for: it may be told
    /// when it is told something else, or a moment later.
    Taken(usize),
    /// The upload is needed from its beginning again: [`Upload::restarted`](crate::body::Upload::restarted) precedes it.
    RestartBody,
    /// A step of a traced request started or ended.
    Trace(TraceEvent<'a>),
    /// The request failed, or (for [`Delivery::Whole`]) its response did. Terminal.
    Failed(Error),
    /// A streamed response is over, and its pipe holds the result; or the exchange was cancelled. Terminal.
    Closed,
}

/// The owner of exchanges: one for each JavaScript environment.
pub trait Replies {
    /// Takes a reply of the exchange with this key.
    fn reply(&self, key: u32, reply: Reply<'_>);
}
