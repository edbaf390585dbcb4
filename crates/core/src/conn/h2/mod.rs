//! HTTP/2 (RFC 9113) on the `h2` crate: one connection carries many requests, each in a stream of its own.
//!
//! It uses `h2` itself and not hyper's client on top of it. Only `h2` tells the number of a stream, when a server takes
//! no bytes of an upload (for the `write` timeout) and what a connection allows now. hyper would also queue requests where
//! neither the pool nor its timeout sees them, and spawn two tasks for each.

mod connection;
mod counts;
mod failure;
mod flood;
mod frame;
mod gathered;
mod header_blocks;
mod incoming;
mod incoming_frames;
mod open_streams;
mod ping;
mod repeated_fields;
mod request;
mod response_lines;
mod rules;
mod sending;
mod server_preface;
mod settings;
mod stream;
mod upgraded_stream;
mod windows;
mod wire;

pub(crate) use connection::{Change, Connection};
pub use settings::Http2Settings;
pub(crate) use stream::StreamRun;
