//! Records the replies to the requests of a client.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use httpxide_core::body::BodyPipe;
use httpxide_core::facts::ResponseTimes;
use httpxide_core::websocket::MessageKind;
use httpxide_core::{Disconnected, Error, Moment, Replies, Reply, Step, TraceEvent};
use tokio::sync::Notify;

/// The terminal reply of a request.
#[derive(Clone, Debug)]
pub(crate) enum End {
    Whole(Answer),
    Failed(Error),
    Closed,
}

/// A whole response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Bytes,
    pub(crate) downloaded: u64,
    pub(crate) trailers: Bytes,
}

/// An event of a trace.
#[derive(Clone, Debug)]
pub(crate) struct RecordedEvent {
    pub(crate) step: Step,
    /// `started`, `complete`, `failed` or `given up`.
    pub(crate) moment: &'static str,
    pub(crate) at: Instant,
    pub(crate) fields: Vec<String>,
    pub(crate) error: Option<Error>,
}

impl RecordedEvent {
    fn new(event: &TraceEvent<'_>) -> Self {
        let (moment, error) = match event.moment {
            Moment::Started => ("started", None),
            Moment::Complete => ("complete", None),
            Moment::Failed(error) => ("failed", Some(error.clone())),
            Moment::GivenUp => ("given up", None),
        };
        Self {
            step: event.step,
            moment,
            at: event.at,
            fields: event.fields.iter().map(|field| (*field).to_owned()).collect(),
            error,
        }
    }
}

/// The replies to one request.
#[derive(Default)]
pub(crate) struct Entry {
    /// The times of a whole response, and that of its body.
    pub(crate) times: Option<(ResponseTimes, Duration)>,
    pub(crate) streamed: Option<(u16, String, Arc<BodyPipe>)>,
    /// The lines of the interim responses.
    pub(crate) interim: Vec<String>,
    pub(crate) readable: usize,
    pub(crate) secured: usize,
    /// Of a WebSocket session: its messages, the times of its pongs, and its ends, of which there is one at most.
    pub(crate) messages: Vec<(MessageKind, Vec<u8>)>,
    pub(crate) pongs: Vec<Duration>,
    pub(crate) disconnected: Vec<(u16, String, Option<Error>)>,
    pub(crate) credit: usize,
    /// How often the body was asked for again.
    pub(crate) restarts: usize,
    pub(crate) credits: usize,
    pub(crate) end: Option<End>,
    pub(crate) trace: Vec<RecordedEvent>,
    /// The number of replies after the terminal one.
    pub(crate) late: usize,
}

/// By the keys of the requests.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) entries: RefCell<HashMap<u32, Entry>>,
    pub(crate) changed: Notify,
}

impl Replies for Recorder {
    fn reply(&self, key: u32, reply: Reply<'_>) {
        let mut entries = self.entries.borrow_mut();
        let entry = entries.entry(key).or_default();
        if entry.end.is_some() {
            entry.late += 1;
        }
        let text = |lines: &[u8]| String::from_utf8_lossy(lines).into_owned();
        match reply {
            Reply::Whole {
                head,
                body,
                downloaded,
                download,
                trailers,
            } => {
                entry.times = Some((head.times, download));
                entry.end = Some(End::Whole(Answer {
                    status: head.status,
                    head: text(head.lines),
                    body,
                    downloaded,
                    trailers,
                }));
            }
            Reply::Streamed { head, body } => entry.streamed = Some((head.status, text(head.lines), body)),
            Reply::Upgraded { head, body } => {
                entry.streamed = Some((head.status, text(head.lines), body));
            }
            Reply::Secured => entry.secured += 1,
            Reply::Message { kind, payload } => {
                entry.messages.push((kind, payload.as_bytes().to_vec()));
            }
            Reply::Pong(time) => entry.pongs.push(time),
            Reply::Disconnected(Disconnected {
                code,
                reason,
                failure,
            }) => {
                entry.disconnected.push((code, reason.to_owned(), failure));
            }
            Reply::Informational { lines, .. } => entry.interim.push(text(lines)),
            Reply::Readable => entry.readable += 1,
            Reply::Credit(bytes) => {
                entry.credit += bytes;
                entry.credits += 1;
            }
            Reply::Taken(bytes) => entry.credit += bytes,
            Reply::RestartBody => entry.restarts += 1,
            Reply::Trace(event) => entry.trace.push(RecordedEvent::new(&event)),
            Reply::Failed(error) => entry.end = Some(End::Failed(error)),
            Reply::Closed => entry.end = Some(End::Closed),
        }
        self.changed.notify_waiters();
    }
}
