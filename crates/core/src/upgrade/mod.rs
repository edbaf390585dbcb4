//! Connections that HTTP gives up: after a 101 (RFC 9110 7.8), or a 2xx to CONNECT (RFC 9110 9.3.6), they carry the
//! caller's bytes.
//!
//! The connection's task goes on to run the stream, so the pool counts the connection until the stream has ended. The
//! exchange stays the stream's identity: it gets its replies, and its interruption ends the stream.

mod carried;
mod relay;
mod tls;
mod upgraded;

use std::rc::Rc;

use crate::error::{Error, Kind, Phase, RequestSent};
use crate::exchange::{Exchange, Interrupt, Reply, ResponseHead, client_closed};
use crate::io::ByteStream;
use crate::websocket;
pub use carried::carry_session;
use relay::{Outcome, Relay};
pub use tls::StartTls;
use upgraded::Switch;
pub use upgraded::Upgraded;

/// Tells the owner that the stream begins.
pub(crate) fn begin(exchange: &Exchange, head: ResponseHead<'_>) -> Rc<Upgraded> {
    let upgraded = Upgraded::new();
    exchange.set_upgraded(Rc::clone(&upgraded));
    exchange.reply(Reply::Upgraded {
        head,
        body: upgraded.body(),
    });
    upgraded
}

/// Runs a stream until it has ended, and ends its exchange.
pub(crate) async fn run(mut stream: Box<dyn ByteStream>, exchange: &Exchange, upgraded: &Upgraded) {
    loop {
        let outcome = Relay::new(&mut *stream, exchange, upgraded).run().await;
        match outcome {
            Outcome::Ended => return exchange.end(Reply::Closed),
            Outcome::Failed(error) => return fail(exchange, upgraded, error),
            Outcome::Interrupted => return interrupted(&mut *stream, exchange, upgraded).await,
            Outcome::Switched(Switch::WebSocket(session)) => {
                return websocket::run(upgraded.unread(stream), exchange, &session).await;
            }
            Outcome::Switched(Switch::Tls(start)) => {
                // boxed: a stream keeps no room for it
                let handshake = Box::pin(start.run(upgraded.unread(stream)));
                let secured = tokio::select! {
                    biased;
                    () = exchange.interruption() => {
                        return exchange.end_interrupted(Phase::Tls);
                    }
                    secured = handshake => secured,
                };
                match secured {
                    Ok(secured) => stream = Box::new(secured),
                    Err(error) => return fail(exchange, upgraded, error.sent(RequestSent::Yes)),
                }
                exchange.reply(Reply::Secured);
            }
        }
    }
}

async fn interrupted(stream: &mut dyn ByteStream, exchange: &Exchange, upgraded: &Upgraded) {
    if exchange.interrupted() == Some(Interrupt::ClientClosed) {
        return fail(exchange, upgraded, client_closed(Phase::Body));
    }
    upgraded.write_rest(stream).await;
    exchange.end(Reply::Closed);
}

/// Ends both directions with an error.
fn fail(exchange: &Exchange, upgraded: &Upgraded, error: Error) {
    if upgraded.body().finish(Err(error.clone()), 0) {
        exchange.reply(Reply::Readable);
    }
    exchange.end(Reply::Failed(error));
}

/// The error of a stream that broke while it was read or written.
fn broken(kind: Kind, phase: Phase, error: &std::io::Error) -> Error {
    Error::io(kind, phase, error).sent(RequestSent::Yes)
}
