//! The part of a trace that an attempt to connect reports.

use std::rc::Rc;

use super::{CONNECTING, Moment, Step, Trace};
use crate::error::Error;

/// The trace of a request, for one attempt to connect. The attempt may outlive the request. Once a newer attempt has
/// begun, this one reports nothing more.
pub(crate) struct AttemptTrace {
    trace: Rc<Trace>,
    number: u32,
}

impl AttemptTrace {
    pub(super) fn new(trace: &Rc<Trace>, number: u32) -> Self {
        Self {
            trace: Rc::clone(trace),
            number,
        }
    }

    pub(crate) fn started(&self, step: Step, fields: &[&str]) {
        if self.is_current() {
            self.trace.started(step, fields);
        }
    }

    pub(crate) fn complete(&self, step: Step, fields: &[&str]) {
        if self.is_current() {
            self.trace.complete(step, fields);
        }
    }

    /// The attempt failed in the step that has not ended.
    pub(crate) fn failed(&self, error: &Error) {
        if self.is_current() {
            self.trace.end_each(&CONNECTING, Moment::Failed(error));
        }
    }

    fn is_current(&self) -> bool {
        self.trace.attempt.get() == self.number
    }
}
