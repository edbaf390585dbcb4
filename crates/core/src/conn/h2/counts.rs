//! What a connection and its streams tell each other.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;

use h2::Reason;

use super::flood::{Flood, Progress};
use super::frame::Frame;
use super::header_blocks::HeaderBlocks;
use super::incoming_frames::{Handling, IncomingFrames};
use super::open_streams::OpenStreams;
use super::rules::{Rules, fault_of_first};
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
    /// The offence of the server that ends the connection.
    pub(super) fault: Cell<Option<Fault>>,
    /// The error with which the server closes the connection (GOAWAY). h2 does not tell it to the requests that the server
    /// still processes.
    pub(super) go_away: Cell<Option<Reason>>,
    /// The last stream that the server processes, once it closes the connection.
    pub(super) last_stream: Cell<Option<u32>>,
    /// Whether the server has sent settings of which no trace tells yet.
    pub(super) has_new_settings: Cell<bool>,
    /// The largest head of a response.
    pub(super) max_head: usize,
    /// Streams that the server allows at a time, as far as is known.
    pub(super) allowed: Cell<usize>,
    pub(super) open: RefCell<OpenStreams>,
    /// The error that ended writing.
    pub(super) write_error: RefCell<Option<io::Error>>,
    /// The error that ended reading. h2 keeps only its kind.
    pub(super) read_error: RefCell<Option<io::Error>>,
    pub(super) server_preface: ServerPreface,
    pub(super) windows: Windows,
    pub(super) facts: Rc<OpenConnection>,
    frames: RefCell<IncomingFrames>,
    header_blocks: RefCell<HeaderBlocks>,
    rules: RefCell<Rules>,
    flood: RefCell<Flood>,
    deadlines: RefCell<Vec<Deadline>>,
}

/// Offences of a server that end its connection, besides those that `h2` finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It answers in HTTP/1.
    SpeaksHttp1,
    /// It answers in something that is neither HTTP/2 nor HTTP/1.
    SpeaksNoHttp2,
    /// It breaks this rule of HTTP/2.
    BreaksRule(&'static str),
    /// A PING got no answer in time.
    AnswersNoPing,
    /// It sends endless frames that carry nothing of a response.
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
            last_stream: Cell::new(None),
            has_new_settings: Cell::new(false),
            max_head: settings.max_header_list_size as usize,
            allowed: Cell::new(usize::MAX),
            open: RefCell::new(OpenStreams::new(settings.stream_window())),
            write_error: RefCell::default(),
            read_error: RefCell::default(),
            server_preface: ServerPreface::default(),
            windows: Windows::new(settings),
            facts,
            frames: RefCell::default(),
            header_blocks: RefCell::default(),
            rules: RefCell::default(),
            flood: RefCell::new(Flood::new()),
            deadlines: RefCell::default(),
        }
    }

    /// Takes note of bytes from the server, and of a fault that they show. Returns how many of them must come once more,
    /// with those that follow, which may happen only if `may_hold` is true.
    pub(super) fn read(&self, bytes: &mut [u8], may_hold: bool) -> usize {
        let mut fault = None;
        let mut frames = self.frames.borrow_mut();
        let (mut open, mut flood) = (self.open.borrow_mut(), self.flood.borrow_mut());
        let (mut rules, mut header_blocks) = (self.rules.borrow_mut(), self.header_blocks.borrow_mut());
        let is_first = !self.server_preface.has_arrived();
        let held = frames.read(bytes, may_hold, |frame| {
            if !self.server_preface.has_arrived() {
                fault = fault.or_else(|| fault_of_first(frame.header()));
                self.server_preface.arrived();
            }
            // most frames are DATA
            if !frame.is_data() {
                fault = fault.or_else(|| rules.check(frame));
                self.read_control(frame, &mut open);
            }
            let has_fields = frame.is_head() || frame.is_continuation();
            let fields = has_fields.then(|| header_blocks.read(frame)).flatten();
            let handling = if open.takes_without_effect(frame) {
                Handling::Ignore
            } else {
                Handling::Pass
            };
            let floods = flood.count(open.receive(frame, fields), || Progress {
                requests: self.requests.get(),
                written: self.written.get(),
            });
            if floods {
                fault.get_or_insert(Fault::Floods);
            }
            handling
        });
        self.received
            .set(self.received.get() + (bytes.len() - held) as u64);
        if is_first && !self.server_preface.has_arrived() {
            fault = fault.or_else(|| fault_of_first(frames.arriving()));
        }
        if fault.is_some() {
            self.fault.set(fault);
        }
        held
    }

    /// Takes note of what a frame says of the connection, or of a window.
    fn read_control(&self, frame: &Frame<'_>, open: &mut OpenStreams) {
        if frame.has_settings() {
            self.has_new_settings.set(true);
            if let Some(window) = frame.initial_window() {
                open.set_initial_window(window);
            }
        } else if let Some(increment) = frame.window_increment() {
            open.open_window(frame.stream(), increment);
        } else if let Some((last_stream, code)) = frame.go_away() {
            self.last_stream.set(Some(last_stream));
            if code > 0 {
                self.go_away.set(Some(code.into()));
            }
        }
    }

    /// See [`IncomingFrames::until_next_header`].
    pub(super) fn until_next_header(&self) -> Option<usize> {
        self.frames.borrow().until_next_header()
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
