//! How long the parts of a request took.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use super::{DialProgress, OpenConnection};

/// How long the parts of a failed request took, the one in which it failed included. `None`: it did not happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Waiting for room, or for a connection that was being opened for another request.
    pub pool: Option<Duration>,
    /// The name's resolution.
    pub dns: Option<Duration>,
    /// TCP or the Unix socket, and the way through a proxy.
    pub connect: Option<Duration>,
    /// The handshakes of TLS.
    pub tls: Option<Duration>,
    /// From the head's sending to the response's head.
    pub first_byte: Option<Duration>,
    /// From the response's head to the end of its body.
    pub download: Option<Duration>,
}

/// What a response tells of its connection. The times of the connection itself are among its facts.
#[derive(Clone, Copy, Debug, Default)]
pub struct ResponseTimes {
    /// The connection's number, 0 if it has none; see [`Connections`](super::Connections).
    pub connection: u32,
    /// Whether the connection was not opened for this request.
    pub is_reused: bool,
    /// As in [`Timings`].
    pub pool: Duration,
    /// As in [`Timings`].
    pub first_byte: Duration,
}

/// When the parts of a request began.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    /// The last dial for this request.
    dial: RefCell<Option<Rc<DialProgress>>>,
    connection: RefCell<Option<Rc<OpenConnection>>>,
    is_reused: Cell<bool>,
    /// When the connection began with it.
    began: Cell<Option<Instant>>,
    head_at: Cell<Option<Instant>>,
}

impl Timeline {
    /// A connection is being opened for the request.
    pub(crate) fn dialing(&self, progress: &Rc<DialProgress>) {
        self.dial.replace(Some(Rc::clone(progress)));
    }

    /// The connection began at this time with the request, which was submitted at `started`.
    pub(crate) fn begin(&self, connection: &Rc<OpenConnection>, at: Instant, started: Instant) {
        self.is_reused
            .set(connection.carries_another() || connection.dial().started < started);
        self.connection.replace(Some(Rc::clone(connection)));
        // the connection knows from here on how long its dial took
        self.dial.replace(None);
        self.began.set(Some(at));
    }

    /// The response's head came at this time.
    pub(crate) fn head_received(&self, at: Instant) {
        self.head_at.set(Some(at));
    }

    /// The connection was stale. The request begins again on another one.
    pub(crate) fn restart(&self) {
        self.began.set(None);
        self.head_at.set(None);
        self.end();
    }

    /// The request is over: it no longer refers to its connection.
    pub(crate) fn end(&self) {
        self.connection.replace(None);
        self.dial.replace(None);
    }

    /// The time from the response's head to this moment.
    pub(crate) fn since_head(&self, at: Instant) -> Duration {
        self.head_at.get().map_or(Duration::ZERO, |head_at| at - head_at)
    }

    /// What the response tells.
    pub(crate) fn of_response(&self, started: Instant) -> ResponseTimes {
        let (began, head_at) = (self.began.get(), self.head_at.get());
        let connection = self.connection.borrow();
        ResponseTimes {
            connection: connection.as_ref().map_or(0, |connection| connection.number),
            is_reused: self.is_reused.get(),
            pool: self.pool(connection.as_deref(), began.unwrap_or(started), started),
            first_byte: head_at
                .zip(began)
                .map_or(Duration::ZERO, |(head_at, began)| head_at - began),
        }
    }

    /// How long the request waited for a connection, which began with it at `began`.
    fn pool(&self, connection: Option<&OpenConnection>, began: Instant, started: Instant) -> Duration {
        match connection {
            Some(connection) if !self.is_reused.get() => {
                let dial = connection.dial();
                dial.started - started + dial.room.unwrap_or_default()
            }
            _ => began - started,
        }
    }

    /// The times of a request that fails now.
    pub(crate) fn of_failure(&self, started: Instant) -> Timings {
        let now = Instant::now();
        let connection = self.connection.borrow();
        let Some((began, connection)) = self.began.get().zip(connection.as_deref()) else {
            return self.of_failure_without_connection(now, started);
        };
        let dial = Some(connection.dial()).filter(|_| !self.is_reused.get());
        let head_at = self.head_at.get();
        Timings {
            pool: Some(self.pool(Some(connection), began, started)),
            dns: dial.and_then(|dial| dial.dns),
            connect: dial.and_then(|dial| dial.connect),
            tls: dial.and_then(|dial| dial.tls),
            first_byte: Some(head_at.unwrap_or(now) - began),
            download: head_at.map(|head_at| now - head_at),
        }
    }

    fn of_failure_without_connection(&self, now: Instant, started: Instant) -> Timings {
        match &*self.dial.borrow() {
            Some(dial) => {
                let times = dial.times();
                Timings {
                    pool: Some(dial.started() - started),
                    dns: times.dns,
                    connect: times.connect,
                    tls: times.tls,
                    ..Timings::default()
                }
            }
            None => Timings {
                pool: Some(now - started),
                ..Timings::default()
            },
        }
    }
}
