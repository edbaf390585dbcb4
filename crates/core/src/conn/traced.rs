//! What the trace of a request hears from its connection.

use std::future::poll_fn;
use std::task::Poll;

use super::slot::Slot;
use crate::exchange::Exchange;

/// Traces how far the request is written.
pub(super) fn sending<S: Slot>(slot: &S, exchange: &Exchange) {
    if let Some(trace) = exchange.trace()
        && trace.is_sending()
    {
        trace.written(&slot.written(exchange));
    }
}

/// Traces whether the connection outlives the request, which the trace must know before the exchange ends.
pub(super) async fn reuse<S: Slot>(slot: &mut S, exchange: &Exchange) {
    let Some(trace) = exchange.trace() else { return };
    let reused = poll_fn(|context| {
        let reusable = slot.poll_reusable(context, exchange);
        Poll::Ready(reusable.is_pending() || reusable == Poll::Ready(true))
    });
    trace.keeps_connection.set(reused.await);
    sending(slot, exchange);
}
