//! The timeouts of a request that has its connection.
//!
//! One timer a connection, which is only ever moved forward: it is set for the earliest deadline, and when it
//! fires early, because bytes moved in the meantime, it is set again. So a request that is answered in time
//! costs no timer operation.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::h1::wire::Tap;
use crate::body::RequestBody;
use crate::error::{Error, Kind, Phase, RequestSent};
use crate::exchange::Exchange;

/// What the connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// The response's head.
    Head,
    /// Bytes of the response's body, since then.
    Body(Instant),
    /// The reader of the response, who has no time limit but `total`.
    Reader,
}

/// The timer of a connection.
pub(crate) struct Deadline {
    timer: Pin<Box<Sleep>>,
    set_for: Option<Instant>,
}

impl Deadline {
    pub(crate) fn new() -> Self {
        Self {
            timer: Box::pin(sleep_until(Instant::now() + Duration::from_secs(1))),
            set_for: None,
        }
    }

    /// Ready with the error of the first deadline that has passed.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        exchange: &Exchange,
        tap: &Tap,
        awaited: Awaited,
    ) -> Poll<Error> {
        let Some((at, kind)) = earliest(exchange, tap, awaited) else {
            return Poll::Pending;
        };
        loop {
            // by the clock, and not by the timer alone: a server that always has bytes uses up the task's budget, and
            // without budget tokio's timers do not fire
            if Instant::now() >= at {
                return Poll::Ready(timed_out(kind, awaited, exchange, tap));
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

fn earliest(exchange: &Exchange, tap: &Tap, awaited: Awaited) -> Option<(Instant, Kind)> {
    let timeouts = exchange.timeouts();
    let total = timeouts
        .total
        .map(|total| (exchange.started + total, Kind::TotalTimeout));
    let starved = matches!(exchange.body(), RequestBody::Upload(upload) if upload.is_starved());
    let step = match (awaited, tap.blocked.get()) {
        // once the server answers, it may do without the rest of the request
        (Awaited::Head, Some(since)) => timeouts.write.map(|write| (since + write, Kind::WriteTimeout)),
        // the caller's generator has all the time it takes
        (Awaited::Head | Awaited::Body(_), _) if starved => None,
        (Awaited::Head, None) => timeouts
            .read
            .map(|read| (tap.moved.get() + read, Kind::ReadTimeout)),
        (Awaited::Body(since), _) => timeouts
            .read
            .map(|read| (tap.moved.get().max(since) + read, Kind::ReadTimeout)),
        (Awaited::Reader, _) => None,
    };
    match (total, step) {
        (Some(total), Some(step)) => Some(if step.0 <= total.0 { step } else { total }),
        (total, step) => total.or(step),
    }
}

/// Whether the system has taken the whole request.
pub(super) fn is_written(exchange: &Exchange, tap: &Tap) -> bool {
    let finished = match exchange.body() {
        RequestBody::Upload(upload) => upload.is_finished(),
        RequestBody::Empty | RequestBody::Whole(_) => true,
    };
    finished && tap.blocked.get().is_none()
}

fn timed_out(kind: Kind, awaited: Awaited, exchange: &Exchange, tap: &Tap) -> Error {
    let phase = match awaited {
        Awaited::Head if tap.blocked.get().is_some() => Phase::Write,
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
        Kind::TotalTimeout => Error::new(
            kind,
            phase,
            "ERR_TOTAL_TIMEOUT",
            "not complete within the total timeout",
        ),
        _ => Error::new(
            kind,
            phase,
            "ERR_READ_TIMEOUT",
            "the server sent no bytes within the read timeout",
        ),
    };
    let sent = match super::h1::failure::request_sent(tap) {
        // the connection held and took it all
        RequestSent::Maybe if is_written(exchange, tap) => RequestSent::Yes,
        sent => sent,
    };
    error.sent(sent)
}
