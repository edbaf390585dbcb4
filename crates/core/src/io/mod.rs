//! Byte streams, open and ready to carry a protocol.

mod byte_stream;
mod early;
mod memory;
mod pipe;
mod stream;
mod unread;

pub use byte_stream::ByteStream;
pub use early::EarlyBytes;
pub use memory::MemoryStream;
pub(crate) use stream::IdleState;
pub use stream::Stream;
pub(crate) use unread::Unread;
