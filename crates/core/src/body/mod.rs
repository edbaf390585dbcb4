//! Bodies: uploads, streamed responses, content codings.

mod chunk_memory;
pub mod coding;
mod collected;
mod decoder;
mod expectation;
mod outgoing;
mod pipe;
mod trailers;
mod upload;

pub use chunk_memory::ChunkMemory;
pub(crate) use collected::CollectedBody;
pub use decoder::BodyDecoder;
pub(crate) use outgoing::{LengthMismatch, Outgoing};
pub use pipe::{BodyPipe, Form, Read};
pub use trailers::Trailers;
pub(crate) use upload::Restart;
pub use upload::{RequestBody, Upload, UploadSettings};
