//! Connections: what every protocol needs to run a request and deliver its response, HTTP/1.1 (`h1`) and HTTP/2 (`h2`).
//!
//! The shared files see a connection only as a [`Slot`](slot::Slot) for one request. A protocol implements it and adds a
//! variant to [`Connection`].

mod coalescer;
mod counters;
mod deadline;
pub(crate) mod h1;
pub(crate) mod h2;
mod if_here;
mod interim;
mod resend;
mod response;
mod response_body;
mod run;
mod slot;
mod stop;
mod streamed;
mod traced;
mod turn;
mod versions;
mod whole;

use std::rc::Rc;

use tokio::time::Instant;

use crate::error::{Error, Kind, Phase};
use crate::facts::OpenConnection;
use crate::io::{ByteStream, Stream};
use crate::trace::{AttemptTrace, Step};
pub use h2::Http2Settings;
pub use versions::HttpVersions;

/// A connection to a server, in the protocol that was agreed with it. Boxed, because it is handed over several times: each
/// would keep room for it in the connection's task.
pub(crate) enum Connection {
    /// HTTP/1.1, which carries one request at a time.
    H1(Box<h1::Connection>),
    /// HTTP/2, which carries many.
    H2(Box<h2::Connection>),
}

/// How a request left its connection.
#[derive(Debug)]
pub(crate) enum Release {
    /// The request has its end. The connection can take another, until this time if the server says how long it keeps it.
    Reusable(Option<Instant>),
    /// The request has its end. The connection has closed, or must close.
    Closed,
    /// The connection was kept open, and the server had closed it, or the server did not process the request and said so.
    /// The request has no end: it goes once more, over another connection.
    Stale,
    /// The connection, or its stream, has become this byte stream, which is the exchange's.
    Upgraded(Box<dyn ByteStream>),
}

impl Connection {
    /// Starts HTTP on a connected stream, in the version that was agreed with the server. `expected` is the number of
    /// requests that another connection to it took at a time.
    pub(crate) async fn open(
        stream: Stream,
        facts: Rc<OpenConnection>,
        versions: &HttpVersions,
        expected: Option<u32>,
        trace: Option<&AttemptTrace>,
    ) -> Result<Self, Error> {
        let Some(settings) = versions.http2_over(&stream) else {
            let connection = h1::Connection::open(stream, facts).await?;
            return Ok(Self::H1(Box::new(connection)));
        };
        if let Some(trace) = trace {
            trace.started(Step::SendConnectionInit, &[]);
        }
        let connection = h2::Connection::open(stream, facts, settings, expected).await?;
        if let Some(trace) = trace {
            trace.complete(Step::SendConnectionInit, &[]);
        }
        Ok(Self::H2(Box::new(connection)))
    }

    /// How many requests it takes at a time.
    pub(crate) fn capacity(&self) -> u32 {
        match self {
            Self::H1(_) => 1,
            Self::H2(connection) => connection.capacity(),
        }
    }
}

/// The error of a connection whose HTTP handshake failed, before any request.
fn handshake_failure(error: &dyn std::fmt::Display) -> Error {
    Error::new(
        Kind::ConnectError,
        Phase::Connect,
        "ERR_HANDSHAKE",
        error.to_string(),
    )
}
