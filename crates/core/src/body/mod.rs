//! Bodies: uploads, streamed responses, content codings.

pub mod coding;
mod decoder;
mod pipe;
mod upload;

pub(crate) use decoder::{BodyDecoder, Collected};
pub use pipe::{BodyPipe, Form, Read};
pub(crate) use upload::{LengthMismatch, Outgoing};
pub use upload::{RequestBody, Upload};
