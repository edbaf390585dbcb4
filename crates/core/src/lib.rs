//! The engine of httpxide: connections, pool, timeouts and decoding.
//!
//! Plain Rust, without JavaScript and without `unsafe`; everything here runs on one I/O thread.
#![forbid(unsafe_code)]

pub mod body;
mod client;
mod conn;
pub mod dial;
pub mod dns;
mod engine;
pub mod error;
mod exchange;
pub mod io;
pub mod pool;
mod request;
pub mod route;
mod spin;
mod timeouts;
pub mod tls;
mod trace;

pub use client::{Client, ClientConfig};
pub use engine::Engine;
pub use error::{Error, Kind, Phase, RequestSent};
pub use exchange::{Delivery, Exchange, Replies, Reply, ResponseHead, Start};
pub use request::{Framing, RequestHead};
pub use spin::SpinPolicy;
pub use timeouts::Timeouts;
pub use trace::{Moment, Step, TraceEvent};
