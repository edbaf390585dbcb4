//! A request that a test is about to submit.

use bytes::Bytes;
use httpxide_core::body::{Form, RequestBody, Upload, UploadSettings};
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
        Self::upload_with(framing, UploadSettings::default())
    }

    /// With a body that is pushed later and sent like this, and these header lines.
    pub(crate) fn upload_with(lines: &str, settings: UploadSettings) -> Self {
        Self::new(
            format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n"),
            RequestBody::Upload(Upload::with(settings)),
        )
    }

    /// Same as `upload`, with a body that can be pushed again.
    pub(crate) fn replayable_upload(framing: &str) -> Self {
        let settings = UploadSettings {
            is_replayable: true,
            ..UploadSettings::default()
        };
        Self::upload_with(framing, settings)
    }

    /// Pushes all of the body.
    pub(crate) fn pushed(self, chunks: &[&'static str]) -> Self {
        if let RequestBody::Upload(upload) = &self.body {
            for chunk in chunks {
                upload.push(Bytes::from_static(chunk.as_bytes()));
            }
            upload.end();
        }
        self
    }

    /// To this path.
    pub(crate) fn at(mut self, path: &str) -> Self {
        self.head = self.head.replacen(" / ", &format!(" {path} "), 1);
        self
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

    pub(crate) fn whole_if_here(mut self, form: Form) -> Self {
        self.delivery = Delivery::WholeIfHere(form);
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
