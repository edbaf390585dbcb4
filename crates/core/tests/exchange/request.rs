//! A request that a test is about to submit.

use bytes::Bytes;
use httpxide_core::body::{RequestBody, Upload};
use httpxide_core::{Delivery, Timeouts};

/// Head, body and options of a request.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: RequestBody,
    pub(crate) timeouts: Timeouts,
    pub(crate) delivery: Delivery,
    pub(crate) traced: bool,
}

impl Request {
    pub(crate) fn new(head: impl Into<String>, body: RequestBody) -> Self {
        Self {
            head: head.into(),
            body,
            timeouts: Timeouts::default(),
            delivery: Delivery::Whole,
            traced: false,
        }
    }

    pub(crate) fn get() -> Self {
        Self::new("GET / HTTP/1.1\r\nHost: a\r\n\r\n", RequestBody::Empty)
    }

    /// With a whole body.
    pub(crate) fn post(body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let head = format!(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        Self::new(head, RequestBody::Whole(body))
    }

    /// With a body that is pushed later, and this framing header.
    pub(crate) fn upload(framing: &str) -> Self {
        Self::new(
            format!("POST / HTTP/1.1\r\nHost: a\r\n{framing}\r\n"),
            RequestBody::Upload(Upload::new()),
        )
    }

    /// Same as `upload`, with a body that can be pushed again.
    pub(crate) fn replayable_upload(framing: &str) -> Self {
        Self {
            body: RequestBody::Upload(Upload::replayable()),
            ..Self::upload(framing)
        }
    }

    pub(crate) fn is_upload(&self) -> bool {
        matches!(self.body, RequestBody::Upload(_))
    }

    pub(crate) fn streamed(mut self) -> Self {
        self.delivery = Delivery::Streamed;
        self
    }

    pub(crate) fn whole_unless_redirect(mut self) -> Self {
        self.delivery = Delivery::WholeUnlessRedirect;
        self
    }

    /// With a trace, which the recorder keeps.
    pub(crate) fn traced(mut self) -> Self {
        self.traced = true;
        self
    }

    pub(crate) fn within(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }
}
