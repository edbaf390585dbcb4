//! Bodies: uploads, streamed responses, content codings.

pub mod coding;
mod collected;
mod decoder;
mod outgoing;
mod pipe;
mod upload;

pub(crate) use collected::CollectedBody;
pub use decoder::BodyDecoder;
pub(crate) use outgoing::{LengthMismatch, Outgoing};
pub use pipe::{BodyPipe, Form, Read};
pub(crate) use upload::Restart;
pub use upload::{RequestBody, Upload};
