//! Connections: what every protocol needs to run a request and deliver its response, and HTTP/1.1 (`h1`).
//!
//! The shared files see a connection only as a [`Slot`](slot::Slot) for one request. A protocol implements it and adds a
//! variant to [`Connection`].

mod coalescer;
mod counters;
mod deadline;
mod h1;
mod resend;
mod response;
mod response_body;
mod run;
mod slot;
mod stop;
mod streamed;
mod traced;
mod turn;
mod whole;

use std::rc::Rc;

use crate::error::{Error, Phase};
use crate::exchange::Exchange;
use crate::io::Stream;

/// A connection to a server, in the protocol that was agreed with it.
pub(crate) enum Connection {
    /// HTTP/1.1.
    H1(h1::Connection),
}

/// How a request left its connection.
#[derive(Debug)]
pub(crate) enum Release {
    /// The request has its end. The connection can take another.
    Reusable,
    /// The request has its end. The connection has closed, or must close.
    Closed,
    /// The connection was kept open, and the server had closed it. The request has no end: it goes once more, over a new
    /// connection.
    Stale,
}

impl Connection {
    /// Starts HTTP/1.1 on a connected stream.
    pub(crate) async fn open(stream: Stream) -> Result<Self, Error> {
        h1::Connection::open(stream).await.map(Self::H1)
    }

    /// Waits until the connection has ended while no request is on it.
    pub(crate) async fn ended(&mut self) {
        match self {
            Self::H1(connection) => connection.ended().await,
        }
    }

    /// Runs a request until its exchange has its end, unless the result is [`Release::Stale`].
    pub(crate) async fn run(&mut self, exchange: &Rc<Exchange>) -> Release {
        if exchange.interrupted().is_some() {
            exchange.end_interrupted(Phase::Pool);
            return Release::Reusable;
        }
        match self {
            Self::H1(connection) => connection.run(exchange).await,
        }
    }
}
