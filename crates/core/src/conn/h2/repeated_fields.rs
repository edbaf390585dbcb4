//! The fields of requests that repeat those before them: on one connection, most differ from the last in their target only.
//! To convert the lines of a small request costs an eighth of it, to copy what they were converted to costs little.

use std::cell::RefCell;

use http::HeaderMap;
use http::uri::Authority;

use crate::error::Error;

/// What the header lines of a request become.
#[derive(Clone)]
pub(super) struct Fields {
    pub(super) headers: HeaderMap,
    /// Of `Host`, or else of the connection's route.
    pub(super) authority: Authority,
}

/// The last fields of a connection. Boxed: the task of a connection of HTTP/1.1 has no room for them.
#[derive(Default)]
pub(super) struct RepeatedFields(Box<RefCell<Last>>);

#[derive(Default)]
struct Last {
    lines: Vec<u8>,
    /// Kept from the second time on: lines that never repeat cost no copy of their fields.
    fields: Option<Fields>,
}

impl RepeatedFields {
    /// The fields of these lines, which `convert` makes unless they are those of the last request.
    pub(super) fn get_or_convert(
        &self,
        lines: &[u8],
        convert: impl FnOnce() -> Result<Fields, Error>,
    ) -> Result<Fields, Error> {
        let mut last = self.0.borrow_mut();
        if last.lines != lines {
            last.fields = None;
            last.lines.clear();
            last.lines.extend_from_slice(lines);
            return convert();
        }
        if let Some(fields) = &last.fields {
            return Ok(fields.clone());
        }
        let fields = convert()?;
        last.fields = Some(fields.clone());
        Ok(fields)
    }
}
