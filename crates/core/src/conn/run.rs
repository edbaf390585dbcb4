//! Running a request on its slot: wait for the response's head, deliver the response, release the slot.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::timeout;

use super::deadline::Awaited;
use super::resend::{BODY_IS_GONE, is_independent_of_connection, may_resend};
use super::response::Response;
use super::slot::{Refusal, Slot};
use super::stop::{Stopped, poll_stopped};
use super::{Release, interim, traced};
use crate::error::tls::blame_proxy;
use crate::error::{Error, Phase, RequestSent};
use crate::exchange::Exchange;
use crate::upgrade;

/// How long to wait after a response until the slot can take another request: only for hyper's own next turn.
const RELEASE_TIMEOUT: Duration = Duration::from_millis(100);

/// What the implementation of a protocol answers.
type Answer<S> = Result<http::Response<<S as Slot>::Body>, <S as Slot>::Failure>;

/// Runs a request until its exchange has its end, unless the result is [`Release::Stale`] or [`Release::Upgraded`].
///
/// `response` is the future of the response. `reused` says whether the connection was idle or in use before, so
/// that the server may have closed it meanwhile.
pub(super) async fn run<S: Slot>(
    slot: &mut S,
    exchange: &Rc<Exchange>,
    mut response: Pin<&mut impl Future<Output = Answer<S>>>,
    reused: bool,
) -> Release {
    if let Some(trace) = exchange.trace() {
        trace.assigned(slot.stream_id());
        trace.keeps_connection.set(slot.can_reset());
    }
    let began = slot.counters().began.get();
    exchange
        .timeline
        .begin(slot.connection(), began, exchange.started);
    let head = poll_fn(|context| poll_head(slot, context, exchange, response.as_mut())).await;
    // the head is moved out at once: the task would keep room for what is taken apart here
    let mut response = match begin_response(slot, exchange, head, reused) {
        Ok(response) => response,
        Err(release) => return release,
    };
    if slot.is_upgraded_by(exchange, response.status()) {
        // boxed: what few requests need must not enlarge the task of every request
        return Box::pin(give_up(slot, exchange, response)).await;
    }
    if response.deliver(slot, exchange).await.is_err() {
        return released(slot, slot.can_reset());
    }
    let reusable = is_reusable(slot, exchange).await;
    released(slot, reusable)
}

/// Whether the slot can take another request.
async fn is_reusable<S: Slot>(slot: &mut S, exchange: &Exchange) -> bool {
    let now = poll_fn(|context| Poll::Ready(slot.poll_reusable(context, exchange))).await;
    if let Poll::Ready(reusable) = now {
        return reusable;
    }
    // boxed: few requests wait, and the tasks of the others stay smaller and read the clock once less
    let reusable = poll_fn(|context| slot.poll_reusable(context, exchange));
    Box::pin(timeout(RELEASE_TIMEOUT, reusable))
        .await
        .unwrap_or(false)
}

/// Waits until HTTP gives up the connection, or the stream of a shared one, which becomes a byte stream.
async fn give_up<S: Slot>(slot: &mut S, exchange: &Exchange, response: Response<S::Body>) -> Release {
    upgrade::begin(exchange, response.head(&slot.head_lines()));
    let mut incoming = Some(response.into_incoming());
    let stream = poll_fn(|context| {
        if let Poll::Ready(stream) = slot.poll_upgraded(context, &mut incoming) {
            return Poll::Ready(Ok(stream));
        }
        // the rest of the request goes first
        poll_stopped(slot, context, exchange, Awaited::Reader).map(Err)
    });
    match stream.await {
        Ok(stream) => Release::Upgraded(stream),
        Err(stopped) => {
            stopped.end(exchange, Phase::Body);
            released(slot, slot.can_reset())
        }
    }
}

fn poll_head<S: Slot>(
    slot: &mut S,
    context: &mut Context<'_>,
    exchange: &Exchange,
    response: Pin<&mut impl Future<Output = Answer<S>>>,
) -> Poll<Result<http::Response<S::Body>, Stopped>> {
    slot.drive(context);
    let polled = response.poll(&mut Context::from_waker(slot.answer_waker(context)));
    interim::deliver(slot, exchange);
    if let Poll::Ready(response) = polled {
        let checked = slot.check_head(response, exchange.head());
        return Poll::Ready(checked.map_err(Stopped::Failed));
    }
    poll_stopped(slot, context, exchange, Awaited::Head).map(Err)
}

fn begin_response<S: Slot>(
    slot: &S,
    exchange: &Exchange,
    head: Result<http::Response<S::Body>, Stopped>,
    reused: bool,
) -> Result<Response<S::Body>, Release> {
    match head {
        Ok(response) => {
            exchange.body().answered();
            traced::sending(slot, exchange);
            Ok(Response::new(response, exchange, slot))
        }
        Err(stopped) => Err(end_without_response(slot, exchange, stopped, reused)),
    }
}

fn end_without_response<S: Slot>(
    slot: &S,
    exchange: &Exchange,
    mut stopped: Stopped,
    reused: bool,
) -> Release {
    if let Stopped::Failed(error) = &mut stopped {
        let goes_elsewhere = match slot.refusal() {
            Refusal::None => false,
            Refusal::Counts => exchange.can_be_resubmitted(),
            Refusal::ForLater => true,
        };
        if goes_elsewhere || (reused && may_resend(error, exchange, slot.counters())) {
            if exchange.restart_body() {
                if let Some(trace) = exchange.trace() {
                    trace.connection_was_stale(error);
                }
                if error.request_sent != RequestSent::No {
                    exchange.may_have_been_sent.set(true);
                }
                exchange.timeline.restart();
                return Release::Stale;
            }
            error.message = format!("{}; {BODY_IS_GONE}", error.message).into();
        }
        if !reused
            && is_disconnection(error)
            && let Some(request) = slot.connection().identity_request()
        {
            let message = error.message.trim_end_matches('.');
            error.message = format!("{message}, {}", request.hint()).into();
        }
        if let Some(proxy) = slot.connection().forwarder() {
            blame_proxy(proxy, error);
        }
        if !is_independent_of_connection(error) {
            traced::sending(slot, exchange);
        }
    }
    stopped.end(exchange, Phase::Headers);
    released(slot, slot.can_reset())
}

/// Whether the server closed the connection without giving a reason.
fn is_disconnection(error: &Error) -> bool {
    matches!(error.code, "ERR_INCOMPLETE_RESPONSE" | "ECONNRESET" | "EPIPE")
}

fn released<S: Slot>(slot: &S, reusable: bool) -> Release {
    if reusable {
        Release::Reusable(slot.expires())
    } else {
        Release::Closed
    }
}
