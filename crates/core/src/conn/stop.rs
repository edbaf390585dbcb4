//! Why a request stops before its end: its owner or client gives it up, or it fails.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::deadline::Awaited;
use super::slot::Slot;
use super::traced;
use crate::body::{LengthMismatch, RequestBody};
use crate::error::{Error, Phase};
use crate::exchange::{Exchange, Framing, Reply};

/// Why a request stops.
#[derive(Debug)]
pub(super) enum Stopped {
    /// Its exchange is interrupted, which keeps the reason.
    Interrupted,
    Failed(Error),
}

impl Stopped {
    /// Ends the exchange.
    pub(super) fn end(self, exchange: &Exchange, phase: Phase) {
        match self {
            Self::Interrupted => exchange.end_interrupted(phase),
            Self::Failed(error) => exchange.end(Reply::Failed(error)),
        }
    }
}

/// Waits, after a response, until an upload of which the announced bytes are there has ended: it may have more. The
/// last of them are held back until then, so a server that responds has not read them, or none were announced.
pub(super) async fn upload_length<S: Slot>(slot: &mut S, exchange: &Exchange) -> Result<(), Stopped> {
    let (RequestBody::Upload(upload), Framing::Length(announced)) =
        (exchange.body(), exchange.head().framing)
    else {
        return Ok(());
    };
    poll_fn(|context| {
        slot.drive(context);
        if let Poll::Ready(stopped) = poll_stopped(slot, context, exchange, Awaited::Reader) {
            return Poll::Ready(Err(stopped));
        }
        upload.poll_length(context, announced).map(Ok)
    })
    .await
}

/// Ready when the request stops: it is interrupted, its upload is longer than announced, or a deadline has passed. Also
/// reports the bytes of the upload that were taken.
pub(super) fn poll_stopped<S: Slot>(
    slot: &mut S,
    context: &mut Context<'_>,
    exchange: &Exchange,
    awaited: Awaited,
) -> Poll<Stopped> {
    let waits = awaited != Awaited::Reader;
    if exchange.interrupted().is_some() {
        if waits {
            slot.stops_waiting(false);
        }
        return Poll::Ready(Stopped::Interrupted);
    }
    exchange.watch(context);
    traced::sending(slot, exchange);
    if let RequestBody::Upload(upload) = exchange.body() {
        // here too, because hyper takes no bytes after a response, and none of an empty body
        if let Framing::Length(announced) = exchange.head().framing
            && upload.exceeds(announced)
        {
            let error = LengthMismatch::TooLong.error();
            return Poll::Ready(Stopped::Failed(error.sent(slot.counters().request_sent())));
        }
        if upload.take_question() {
            exchange.reply(Reply::Credit(0));
        }
        // before that, the server has seen nothing, and the upload keeps what was taken
        let taken = if slot.counters().written.get() > 0 {
            upload.take_credit()
        } else {
            0
        };
        if taken > 0 {
            exchange.reply(Reply::Credit(taken));
        }
    }
    let (deadline, counters) = slot.timing();
    let Poll::Ready(error) = deadline.poll(context, exchange, counters, awaited) else {
        return Poll::Pending;
    };
    if waits {
        slot.stops_waiting(true);
    }
    Poll::Ready(Stopped::Failed(error))
}
