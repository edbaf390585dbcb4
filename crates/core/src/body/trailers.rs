//! Fields that follow a request's body (RFC 9110 6.5).

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Error, Kind, Phase};

/// The most fields, as many as of a head.
const MAX_FIELDS: usize = 256;

/// The trailers of a request, as lines of HTTP/1.1.
#[derive(Clone, Debug, Default)]
pub struct Trailers(Bytes);

impl Trailers {
    /// Checks lines that each end in CRLF.
    ///
    /// # Errors
    ///
    /// `LocalProtocolError` when they are not exactly that.
    pub fn parse(lines: Bytes) -> Result<Self, Error> {
        let trailers = Self(lines);
        trailers.fields()?;
        Ok(trailers)
    }

    /// The lines, without the blank line.
    pub(crate) fn lines(&self) -> Bytes {
        self.0.clone()
    }

    /// The fields, as HTTP/2 sends them.
    pub(crate) fn fields(&self) -> Result<HeaderMap, Error> {
        let mut fields = HeaderMap::new();
        if self.0.is_empty() {
            return Ok(fields);
        }
        let text = [&self.0[..], b"\r\n"].concat();
        let mut headers = [httparse::EMPTY_HEADER; MAX_FIELDS];
        match httparse::parse_headers(&text, &mut headers) {
            Ok(httparse::Status::Complete((length, parsed))) if length == text.len() => {
                for field in parsed {
                    let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| invalid())?;
                    let value = HeaderValue::from_bytes(field.value).map_err(|_| invalid())?;
                    fields.append(name, value);
                }
                Ok(fields)
            }
            _ => Err(invalid()),
        }
    }
}

fn invalid() -> Error {
    Error::new(
        Kind::LocalProtocolError,
        Phase::Write,
        "ERR_INVALID_REQUEST",
        "illegal trailers",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_fields_and_anything_else_is_refused() {
        let fields = Trailers::parse("Checksum: a\r\nchecksum: b\r\nEmpty:\r\n".into());
        let fields = fields.and_then(|trailers| trailers.fields()).unwrap();
        let values: Vec<_> = fields.get_all("checksum").iter().collect();
        assert_eq!(values, ["a", "b"]);
        assert_eq!(fields["empty"], "");
        assert!(
            Trailers::parse(Bytes::new())
                .unwrap()
                .fields()
                .unwrap()
                .is_empty()
        );
        for lines in [
            "a",
            "a: b",
            "a: b\r\n\r\n",
            "a: b\r\n\r\nGET / HTTP/1.1\r\n",
            "a b: c\r\n",
            "a: \0\r\n",
        ] {
            assert_eq!(
                Trailers::parse(lines.into()).unwrap_err().kind,
                Kind::LocalProtocolError,
                "{lines:?}"
            );
        }
    }
}
