//! Pings, those that the owner asks for and those that are sent by themselves, and the clock of their pongs.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::outgoing::Outgoing;
use super::settings::Heartbeat;

/// A ping without its pong.
#[derive(Debug)]
struct Ping {
    payload: Vec<u8>,
    since: Instant,
    /// Where it ends in what is sent.
    end: u64,
    is_asked_for: bool,
}

/// The pings of one session.
#[derive(Debug)]
pub(super) struct Pings {
    settings: Heartbeat,
    sent: RefCell<VecDeque<Ping>>,
    /// When the next ping of the session's own is due.
    next: Cell<Option<Instant>>,
    /// Makes the payloads of the session's own pings different.
    count: Cell<u32>,
    /// The clock of a pong never starts before this: until then, unread messages held the pongs back.
    not_before: Cell<Instant>,
}

impl Pings {
    pub(super) fn new(settings: Heartbeat) -> Self {
        let now = Instant::now();
        Self {
            settings,
            sent: RefCell::default(),
            next: Cell::new(settings.interval.map(|interval| now + interval)),
            count: Cell::new(0),
            not_before: Cell::new(now),
        }
    }

    /// Sends a ping that the owner asks for.
    pub(super) fn ask(&self, payload: Vec<u8>, outgoing: &Outgoing) {
        self.send(payload, outgoing, true);
    }

    /// None follows a close frame: it would have no pong, and its clock would end the session before the close timeout.
    fn send(&self, payload: Vec<u8>, outgoing: &Outgoing, is_asked_for: bool) {
        if outgoing.is_closing() {
            return;
        }
        let end = outgoing.ping(&payload);
        self.sent.borrow_mut().push_back(Ping {
            payload,
            since: Instant::now(),
            end,
            is_asked_for,
        });
    }

    /// Sends the ping that is due. None is while another awaits its pong.
    pub(super) fn send_due(&self, now: Instant, outgoing: &Outgoing) {
        let (Some(interval), Some(next)) = (self.settings.interval, self.next.get()) else {
            return;
        };
        if next > now {
            return;
        }
        self.next.set(Some(now + interval));
        if self.sent.borrow().is_empty() {
            let count = self.count.get();
            self.count.set(count.wrapping_add(1));
            self.send(count.to_be_bytes().to_vec(), outgoing, false);
        }
    }

    /// A pong came. It answers the ping with its payload and all before it (RFC 6455 5.5.3); calls `answered` with the
    /// time of each that the owner asked for. A pong without a ping is no answer.
    pub(super) fn pong(&self, payload: &[u8], mut answered: impl FnMut(Duration)) {
        let mut sent = self.sent.borrow_mut();
        let Some(last) = sent.iter().position(|ping| ping.payload == payload) else {
            return;
        };
        for ping in sent.drain(..=last) {
            if ping.is_asked_for {
                answered(ping.since.elapsed());
            }
        }
        // the next one may be far away
        sent.shrink_to_fit();
    }

    /// Starts the clock again: something other than the peer held the pongs back until now.
    pub(super) fn restart_clock(&self) {
        // that of a later ping begins later
        if !self.sent.borrow().is_empty() {
            self.not_before.set(Instant::now());
        }
    }

    /// When the oldest pong is overdue. A ping that has not left yet counts from the last bytes that the peer took.
    pub(super) fn deadline(&self, outgoing: &Outgoing) -> Option<Instant> {
        let timeout = self.settings.timeout?;
        let sent = self.sent.borrow();
        let ping = sent.front()?;
        let mut since = ping.since.max(self.not_before.get());
        if !outgoing.has_taken(ping.end) {
            since = since.max(outgoing.last_moved.get());
        }
        Some(since + timeout)
    }

    /// When the next ping is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.next.get()
    }
}
