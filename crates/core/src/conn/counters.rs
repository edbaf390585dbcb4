//! What a request's slot on a connection counts: for timeouts, and to tell what the server can have seen.

use std::cell::Cell;

use tokio::time::Instant;

use crate::body::RequestBody;
use crate::error::RequestSent;

/// The counters of one request. The code that reads and writes for the request updates them.
#[derive(Debug)]
pub(crate) struct Counters {
    /// When the connection began with the request.
    pub(super) began: Cell<Instant>,
    /// Request bytes that the system took.
    pub(super) written: Cell<u64>,
    /// Bytes received since the request began.
    pub(super) received: Cell<u64>,
    /// When bytes last moved in either direction.
    pub(super) last_moved: Cell<Instant>,
    /// Since when the peer takes no bytes although some are ready; `None` while it takes them.
    pub(super) blocked_since: Cell<Option<Instant>>,
}

impl Counters {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            began: Cell::new(now),
            written: Cell::new(0),
            received: Cell::new(0),
            last_moved: Cell::new(now),
            blocked_since: Cell::new(None),
        }
    }

    /// Starts again, for the next request on the same slot.
    pub(super) fn reset(&self) {
        self.written.set(0);
        self.received.set(0);
        let now = Instant::now();
        self.began.set(now);
        self.last_moved.set(now);
        self.blocked_since.set(None);
    }

    /// The system took these bytes.
    pub(super) fn add_written(&self, bytes: usize) {
        self.written.set(self.written.get() + bytes as u64);
        self.last_moved.set(Instant::now());
        self.blocked_since.set(None);
    }

    /// These bytes came.
    pub(super) fn add_received(&self, bytes: usize) {
        self.received.set(self.received.get() + bytes as u64);
        self.last_moved.set(Instant::now());
    }

    /// The peer takes no bytes.
    pub(super) fn block(&self) {
        if self.blocked_since.get().is_none() {
            self.blocked_since.set(Some(Instant::now()));
        }
    }

    /// Whether the system has taken the head and all of this body.
    pub(super) fn has_written(&self, body: &RequestBody) -> bool {
        body.is_taken() && self.blocked_since.get().is_none()
    }

    /// Whether bytes of a request with this body, which has ended, may still be in the system's buffers: the server has
    /// not answered, or the connection has not taken all of it.
    pub(super) fn may_leave_bytes_unsent(&self, body: &RequestBody) -> bool {
        !body.is_empty() && !body.is_held() && (self.received.get() == 0 || !self.has_written(body))
    }

    /// What the server can have seen of a request that failed.
    pub(super) fn request_sent(&self) -> RequestSent {
        if self.received.get() > 0 {
            RequestSent::Yes
        } else if self.written.get() > 0 {
            RequestSent::Maybe
        } else {
            RequestSent::No
        }
    }
}
