//! What a connection and its streams tell each other.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;

use super::server_preface::ServerPreface;
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
    /// Whether the server answers in HTTP/1.
    pub(super) speaks_http1: Cell<bool>,
    /// The error that ended writing.
    pub(super) write_error: RefCell<Option<io::Error>>,
    /// The error that ended reading. h2 keeps only its kind.
    pub(super) read_error: RefCell<Option<io::Error>>,
    /// Whether a PING got no answer in time.
    pub(super) ping_timed_out: Cell<bool>,
    pub(super) server_preface: ServerPreface,
    pub(super) facts: Rc<OpenConnection>,
    deadlines: RefCell<Vec<Deadline>>,
}

impl Counts {
    /// Of a new connection.
    pub(super) fn new(facts: Rc<OpenConnection>) -> Self {
        Self {
            written: Cell::new(0),
            received: Cell::new(0),
            streams: Cell::new(0),
            has_answered: Cell::new(false),
            speaks_http1: Cell::new(false),
            ping_timed_out: Cell::new(false),
            write_error: RefCell::default(),
            read_error: RefCell::default(),
            server_preface: ServerPreface::default(),
            facts,
            deadlines: RefCell::default(),
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
