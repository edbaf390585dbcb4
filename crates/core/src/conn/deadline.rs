//! The timeouts of a request that is on a connection.
//!
//! A slot has one timer, which moves only forward: it is set for the earliest deadline, and set again when it fires
//! early because bytes moved meanwhile. So a request that is answered in time costs no timer operation.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::counters::Counters;
use crate::body::RequestBody;
use crate::error::{Error, Kind, Phase, RequestSent};
use crate::exchange::{Exchange, total_timeout};

/// What a request waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// The response's head.
    Head,
    /// Bytes of the response's body, since this time.
    Body(Instant),
    /// The reader of the response. Only `total` limits this wait.
    Reader,
}

/// The timer of a slot.
pub(super) struct Deadline {
    timer: Pin<Box<Sleep>>,
    set_for: Option<Instant>,
}

impl Deadline {
    pub(super) fn new() -> Self {
        Self {
            timer: Box::pin(sleep_until(Instant::now() + Duration::from_secs(1))),
            set_for: None,
        }
    }

    /// Ready with the error of the first deadline that has passed.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
        exchange: &Exchange,
        counters: &Counters,
        awaited: Awaited,
    ) -> Poll<Error> {
        let Some((at, kind)) = earliest(exchange, counters, awaited) else {
            return Poll::Pending;
        };
        loop {
            // the clock, not only the timer: a server that always has bytes uses up the task's budget, and without budget
            // tokio's timers do not fire
            if Instant::now() >= at {
                return Poll::Ready(timed_out(kind, awaited, exchange, counters));
            }
            if self.set_for.is_none_or(|set| set > at) {
                self.timer.as_mut().reset(at);
                self.set_for = Some(at);
            }
            match self.timer.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) => self.set_for = None,
            }
        }
    }
}

fn earliest(exchange: &Exchange, counters: &Counters, awaited: Awaited) -> Option<(Instant, Kind)> {
    let timeouts = exchange.timeouts();
    let total = exchange.time_ends().map(|at| (at, Kind::TotalTimeout));
    let starved = matches!(exchange.body(), RequestBody::Upload(upload) if upload.is_starved());
    let step = match (awaited, counters.blocked_since.get()) {
        // a server that answers may leave the rest of the request unread
        (Awaited::Head, Some(since)) => timeouts.write.map(|write| (since + write, Kind::WriteTimeout)),
        // no limit applies while the caller produces the next bytes of the upload
        (Awaited::Head | Awaited::Body(_), _) if starved => None,
        (Awaited::Head, None) => timeouts
            .read
            .map(|read| (counters.last_moved.get() + read, Kind::ReadTimeout)),
        (Awaited::Body(since), _) => timeouts
            .read
            .map(|read| (counters.last_moved.get().max(since) + read, Kind::ReadTimeout)),
        (Awaited::Reader, _) => None,
    };
    match (total, step) {
        (Some(total), Some(step)) => Some(if step.0 <= total.0 { step } else { total }),
        (total, step) => total.or(step),
    }
}

fn timed_out(kind: Kind, awaited: Awaited, exchange: &Exchange, counters: &Counters) -> Error {
    let phase = match awaited {
        Awaited::Head if counters.blocked_since.get().is_some() => Phase::Write,
        Awaited::Head => Phase::Headers,
        Awaited::Body(_) | Awaited::Reader => Phase::Body,
    };
    let error = match kind {
        Kind::WriteTimeout => Error::new(
            kind,
            phase,
            "ERR_WRITE_TIMEOUT",
            "the server took no bytes within the write timeout",
        ),
        Kind::TotalTimeout => total_timeout(phase),
        _ => Error::new(
            kind,
            phase,
            "ERR_READ_TIMEOUT",
            "the server sent no bytes within the read timeout",
        ),
    };
    let sent = match counters.request_sent() {
        // the connection still works and took the whole request
        RequestSent::Maybe if counters.has_written(exchange.body()) => RequestSent::Yes,
        sent => sent,
    };
    error.sent(sent)
}
