//! The steps of a request, and the events of a trace.

use std::time::Instant;

use crate::error::Error;

/// A step of a request, and the fields with which it starts and completes. The discriminants cross the boundary: they
/// are never renumbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Step {
    /// Resolving the name and opening the TCP connection. Starts with host and port. Completes with the local address
    /// and port and the remote address and port.
    ConnectTcp = 0,
    /// Opening the Unix connection. Starts with its path.
    ConnectUnixSocket = 1,
    /// The TLS handshake. Starts with the server's name. Completes with version, cipher suite and ALPN protocol, which
    /// is empty if the server chose none.
    StartTls = 2,
    /// The pause before another attempt to connect. Starts with its milliseconds.
    Retry = 3,
    /// Closing the connection together with the request.
    Close = 4,
    /// Writing the request's head.
    SendRequestHeaders = 5,
    /// Writing the request's body.
    SendRequestBody = 6,
    /// Waiting for the response's head. Completes with HTTP version and status.
    ReceiveResponseHeaders = 7,
    /// Reading the response's body.
    ReceiveResponseBody = 8,
    /// Releasing the connection.
    ResponseClosed = 9,
}

/// Which moment of a step an event reports.
#[derive(Clone, Copy, Debug)]
pub enum Moment<'a> {
    /// The step starts.
    Started,
    /// The step is complete.
    Complete,
    /// The step failed.
    Failed(&'a Error),
    /// The request was cancelled during the step, or needs the step no more.
    GivenUp,
}

/// One event of a trace.
#[derive(Clone, Copy, Debug)]
pub struct TraceEvent<'a> {
    /// The step that starts or ends.
    pub step: Step,
    /// Whether it starts, and how it ends.
    pub moment: Moment<'a>,
    /// The time of the event.
    pub at: Instant,
    /// The fields that [`Step`] names for this moment.
    pub fields: &'a [&'a str],
}
