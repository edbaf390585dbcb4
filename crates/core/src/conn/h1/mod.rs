//! HTTP/1.1 (RFC 9112) over hyper.

pub(super) mod connection;
pub(super) mod failure;
mod head;
mod violations;
pub(super) mod wire;

pub(super) use connection::Connection;
