//! Byte streams, open and ready to carry a protocol.

mod stream;
mod unread;

pub use stream::Stream;
