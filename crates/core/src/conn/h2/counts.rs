//! What a connection and its streams tell each other.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;

use h2::Reason;

use super::flood::{Flood, Progress};
use super::incoming_frames::IncomingFrames;
use super::server_preface::ServerPreface;
use super::settings::Http2Settings;
use super::windows::Windows;
use crate::conn::deadline::Deadline;
use crate::facts::OpenConnection;

/// The timers that are kept for further streams.
const KEPT_DEADLINES: usize = 128;

/// The state that a connection shares with its streams.
pub(super) struct Counts {
    /// Bytes that the system took.
    pub(super) written: Cell<u64>,
    /// Bytes received.
    pub(super) received: Cell<u64>,
    /// Streams that have not ended.
    pub(super) streams: Cell<usize>,
    /// Whether a response has arrived on it: a later failure may mean that the server had closed it.
    pub(super) has_answered: Cell<bool>,
    /// Requests begun.
    pub(super) requests: Cell<u64>,
    /// What the server did for which the connection ends.
    pub(super) fault: Cell<Option<Fault>>,
    /// The error with which the server closes the connection (GOAWAY). h2 does not tell it to the requests that the server
    /// still processes.
    pub(super) go_away: Cell<Option<Reason>>,
    /// The error that ended writing.
    pub(super) write_error: RefCell<Option<io::Error>>,
    /// The error that ended reading. h2 keeps only its kind.
    pub(super) read_error: RefCell<Option<io::Error>>,
    pub(super) server_preface: ServerPreface,
    pub(super) windows: Windows,
    pub(super) facts: Rc<OpenConnection>,
    frames: RefCell<IncomingFrames>,
    flood: RefCell<Flood>,
    deadlines: RefCell<Vec<Deadline>>,
}

/// What a server does for which its connection ends, besides what `h2` finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It answers in HTTP/1.
    SpeaksHttp1,
    /// A PING got no answer in time.
    AnswersNoPing,
    /// It sends frames without end that carry nothing of a response.
    Floods,
}

impl Counts {
    /// Of a new connection.
    pub(super) fn new(facts: Rc<OpenConnection>, settings: &Http2Settings) -> Self {
        Self {
            written: Cell::new(0),
            received: Cell::new(0),
            streams: Cell::new(0),
            has_answered: Cell::new(false),
            requests: Cell::new(0),
            fault: Cell::new(None),
            go_away: Cell::new(None),
            write_error: RefCell::default(),
            read_error: RefCell::default(),
            server_preface: ServerPreface::default(),
            windows: Windows::new(settings),
            facts,
            frames: RefCell::default(),
            flood: RefCell::new(Flood::new()),
            deadlines: RefCell::default(),
        }
    }

    /// Takes note of bytes from the server, and of a fault that they show.
    pub(super) fn read(&self, bytes: &[u8]) {
        if self.received.get() == 0 && bytes.starts_with(b"HTTP/1.") {
            self.fault.set(Some(Fault::SpeaksHttp1));
        }
        self.received.set(self.received.get() + bytes.len() as u64);
        let mut floods = false;
        let mut flood = self.flood.borrow_mut();
        self.frames.borrow_mut().read(bytes, |frame| {
            self.server_preface.arrived();
            floods |= flood.count(frame.is_progress(), || Progress {
                requests: self.requests.get(),
                written: self.written.get(),
            });
            if let Some(code @ 1..) = frame.go_away() {
                self.go_away.set(Some(code.into()));
            }
        });
        if floods {
            self.fault.set(Some(Fault::Floods));
        }
    }

    /// A timer for a stream. To use one again saves an allocation and, if its time has not come, its registration.
    pub(super) fn take_deadline(&self) -> Deadline {
        self.deadlines.borrow_mut().pop().unwrap_or_else(Deadline::new)
    }

    pub(super) fn keep_deadline(&self, deadline: Deadline) {
        let mut deadlines = self.deadlines.borrow_mut();
        if deadlines.len() < KEPT_DEADLINES {
            deadlines.push(deadline);
        }
    }
}
