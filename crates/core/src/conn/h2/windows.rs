//! How much of its responses a connection lets a server send before they are read (RFC 9113 5.2).
//!
//! `h2` gives bytes back to the window of their stream and to that of the connection at once, when they are read. Unread
//! responses would so take the connection's window from all others. Therefore the connection's window grows by what they
//! hold, up to a limit; and when they hold much, the windows of all streams shrink, so that the limit is not reached.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use bytes::Bytes;
use h2::FlowControl;
use h2::client::Connection;
use slab::Slab;

use super::counts::Counts;
use super::settings::{Http2Settings, MAX_WINDOW};
use super::wire::Wire;

/// The least window to which streams shrink: that of one frame of the usual size.
pub(super) const MIN_STREAM_WINDOW: u32 = 16 * 1024;

/// The windows of one connection.
pub(super) struct Windows {
    /// The window of a stream while unread responses hold little.
    largest: u32,
    /// The window of the connection beyond what unread responses hold.
    free: u32,
    /// What unread responses may hold beyond that.
    unread: u32,
    /// The window of a stream now.
    stream: Cell<u32>,
    /// The streams whose reader may stall.
    streams: RefCell<Slab<FlowControl>>,
    /// The number of bytes received at which the windows are set anew.
    next: Cell<u64>,
}

impl Windows {
    pub(super) fn new(settings: &Http2Settings) -> Self {
        Self {
            largest: settings.stream_window(),
            free: settings.connection_window(),
            unread: settings.unread_window(),
            stream: Cell::new(settings.stream_window()),
            streams: RefCell::default(),
            next: Cell::new(0),
        }
    }

    /// The window of a stream now.
    pub(super) fn stream(&self) -> u32 {
        self.stream.get()
    }

    /// Sets the windows to what unread responses hold now. `received` is the number of bytes received so far, and `unseen`
    /// how many of them `h2` does not give back to the connection's window.
    pub(super) fn adjust(&self, driver: &mut Connection<Wire, Bytes>, received: u64, unseen: u32) {
        if received < self.next.get() {
            return;
        }
        self.next.set(received + u64::from(self.free / 4));
        let streams = self.streams.borrow();
        let held: usize = streams.iter().map(|(_, stream)| stream.used_capacity()).sum();
        let held = u32::try_from(held).unwrap_or(u32::MAX).min(self.unread);
        let target = (self.free + held).saturating_add(unseen).min(MAX_WINDOW);
        driver.set_target_window_size(target);
        let (now, wanted) = (self.stream.get(), self.stream_window(held, streams.len()));
        let differs = wanted <= now / 2 || wanted / 2 >= now || (wanted == self.largest && wanted > now);
        // fails while the server has not acknowledged the last change
        if differs && driver.set_initial_window_size(wanted).is_ok() {
            self.stream.set(wanted);
        }
    }

    /// The window with which so many streams together keep the limit, when they hold so much already.
    fn stream_window(&self, held: u32, streams: usize) -> u32 {
        if held <= self.free {
            return self.largest;
        }
        let streams = u32::try_from(streams).unwrap_or(u32::MAX).max(1);
        let share = (self.unread - held) / streams;
        share.max(MIN_STREAM_WINDOW).min(self.largest)
    }
}

/// A response whose unread bytes count. Dropping it ends that.
pub(super) struct Counted {
    counts: Rc<Counts>,
    key: usize,
}

impl Counted {
    pub(super) fn new(counts: &Rc<Counts>, stream: &FlowControl) -> Self {
        let key = counts.windows.streams.borrow_mut().insert(stream.clone());
        Self {
            counts: Rc::clone(counts),
            key,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.counts.windows.streams.borrow_mut().remove(self.key);
    }
}
