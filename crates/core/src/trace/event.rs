//! The steps of a request, and the events of a trace.

use std::time::Instant;

use crate::error::Error;

pub use httpxide_protocol::trace::Step;

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
