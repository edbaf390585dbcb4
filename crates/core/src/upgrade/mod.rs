//! Connections that HTTP gives up: after a 101 (RFC 9110 7.8), or a 2xx to CONNECT (RFC 9110 9.3.6), they carry the
//! caller's bytes.
//!
//! The stream gets a task of its own, which ends the connection: the pool counts it until then. The exchange stays the
//! stream's identity: it gets its replies, and its interruption ends the stream.

mod carried;
mod relay;
mod tls;
mod upgraded;

use std::future::pending;
use std::io;
use std::rc::Rc;

use tokio::io::{copy, sink, split};

use crate::error::{Error, Kind, Phase, RequestSent};
use crate::exchange::{Exchange, Interrupt, Reply, ResponseHead, client_closed};
use crate::io::ByteStream;
use crate::websocket::{self, Session};
pub use carried::carry_session;
use relay::{Outcome, Relay};
pub use tls::StartTls;
use upgraded::Switch;
pub use upgraded::Upgraded;

/// Tells the owner that the stream begins.
pub(crate) fn begin(exchange: &Exchange, head: ResponseHead<'_>) {
    let upgraded = Upgraded::new();
    let body = upgraded.body();
    exchange.set_upgraded(upgraded);
    // it may be open for hours, and goes nowhere else
    exchange.head().forget_wire();
    exchange.reply(Reply::Upgraded { head, body });
}

/// How a stream has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// All that the owner wrote was sent, as far as the peer was there.
    Whole,
    /// Bytes that the owner wrote are lost: the peer must not take what it got for all.
    Cut,
}

/// Runs the stream of an exchange that [`begin`] was called for, until it has ended, and ends the exchange.
#[expect(
    clippy::manual_async_fn,
    reason = "an async fn would hold its arguments twice"
)]
pub(crate) fn run(stream: Box<dyn ByteStream>, exchange: &Exchange) -> impl Future<Output = End> {
    async move {
        // boxed: a session keeps no room for it
        let (end, session) = Box::pin(run_as_bytes(stream, exchange)).await;
        if let Some((stream, session)) = session {
            websocket::run(stream, exchange, session).await;
        }
        end
    }
}

/// What a stream has become.
type Begun = Option<(Box<dyn ByteStream>, Rc<Session>)>;

/// Runs the stream until it has ended, and ends the exchange, or until it becomes a session.
async fn run_as_bytes(stream: Box<dyn ByteStream>, exchange: &Exchange) -> (End, Begun) {
    let Some(upgraded) = exchange.upgraded() else {
        return (End::Whole, None);
    };
    let session = until_session(stream, exchange, &upgraded).await;
    if session.is_some() {
        exchange.forget_upgraded();
    }
    let is_cut = session.is_none() && upgraded.has_unsent();
    (if is_cut { End::Cut } else { End::Whole }, session)
}

/// The same without the stream's own end.
async fn until_session(mut stream: Box<dyn ByteStream>, exchange: &Exchange, upgraded: &Upgraded) -> Begun {
    loop {
        let outcome = Relay::new(&mut *stream, exchange, upgraded).run().await;
        match outcome {
            Outcome::Ended => exchange.end(Reply::Closed),
            Outcome::Failed(error) => fail(exchange, upgraded, *error),
            Outcome::Interrupted => interrupted(exchange, upgraded),
            // boxed, as TLS is below: a stream that is open keeps no room for it
            Outcome::Closing => Box::pin(close(&mut *stream, exchange, upgraded)).await,
            Outcome::Switched(Switch::WebSocket(session)) => {
                return Some((upgraded.unread(stream), session));
            }
            Outcome::Switched(Switch::Tls(start)) => {
                let handshake = Box::pin(start.run(upgraded.unread(stream)));
                let secured = tokio::select! {
                    biased;
                    () = exchange.interruption() => {
                        exchange.end_interrupted(Phase::Tls);
                        return None;
                    }
                    () = upgraded.closing() => {
                        exchange.end(Reply::Closed);
                        return None;
                    }
                    secured = handshake => secured,
                };
                match secured {
                    Ok(secured) => {
                        stream = Box::new(secured);
                        exchange.reply(Reply::Secured);
                        continue;
                    }
                    Err(error) => fail(exchange, upgraded, error.sent(RequestSent::Yes)),
                }
            }
        }
        return None;
    }
}

fn interrupted(exchange: &Exchange, upgraded: &Upgraded) {
    if exchange.interrupted() == Some(Interrupt::ClientClosed) {
        return fail(exchange, upgraded, client_closed(Phase::Body));
    }
    exchange.end(Reply::Closed);
}

async fn close(stream: &mut dyn ByteStream, exchange: &Exchange, upgraded: &Upgraded) {
    let written = tokio::select! {
        biased;
        () = exchange.interruption() => return interrupted(exchange, upgraded),
        written = write_rest(stream, upgraded) => written,
    };
    match written {
        Ok(()) => exchange.end(Reply::Closed),
        // a peer that is gone got all
        Err(_) if !upgraded.has_unsent() => exchange.end(Reply::Closed),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            let message = "the server took none of the bytes that were written before the stream was closed";
            let error = Error::new(Kind::WriteTimeout, Phase::Write, "ERR_WRITE_TIMEOUT", message);
            fail(exchange, upgraded, error.sent(RequestSent::Yes));
        }
        Err(error) => fail(exchange, upgraded, broken(Kind::WriteError, Phase::Write, &error)),
    }
}

/// Writes what the owner wrote, and drops what the peer sends: a peer that answers may read only if it is read.
async fn write_rest(stream: &mut dyn ByteStream, upgraded: &Upgraded) -> io::Result<()> {
    let (mut incoming, mut outgoing) = split(stream);
    let drop_incoming = async {
        // its end or failure is no reason to stop writing
        let _ = copy(&mut incoming, &mut sink()).await;
        pending().await
    };
    tokio::select! {
        biased;
        written = upgraded.write_rest(&mut outgoing) => written,
        written = drop_incoming => written,
    }
}

/// Ends both directions with an error. Whoever reads fails to read.
fn fail(exchange: &Exchange, upgraded: &Upgraded, error: Error) {
    let mut of_reading = error.clone();
    if error.kind == Kind::WriteError {
        (of_reading.kind, of_reading.phase) = (Kind::ReadError, Phase::Body);
    }
    if upgraded.body().finish(Err(of_reading), 0) {
        exchange.reply(Reply::Readable);
    }
    exchange.end(Reply::Failed(error));
}

/// The error of a stream that broke while it was read or written.
fn broken(kind: Kind, phase: Phase, error: &std::io::Error) -> Error {
    Error::io(kind, phase, error).sent(RequestSent::Yes)
}
