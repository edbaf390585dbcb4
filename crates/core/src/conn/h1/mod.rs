//! HTTP/1.1 (RFC 9112) over hyper.
//!
//! hyper frames bodies, keeps connections alive and parses heads strictly. This module adds what hyper does not offer:
//! heads in the caller's and in the server's own bytes, and counts of what left and reached this machine.

mod connection;
mod driver;
mod failure;
mod head_capture;
mod keep_alive;
mod request;
mod trailers;
mod upgraded_wire;
mod violations;
mod wire;
mod wire_state;
mod wire_stream;

pub(crate) use connection::Connection;
pub(crate) use upgraded_wire::UpgradedConnection;
