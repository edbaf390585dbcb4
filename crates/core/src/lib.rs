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
pub mod facts;
pub mod io;
pub mod pool;
pub mod route;
mod timeouts;
pub mod tls;
mod trace;
pub mod upgrade;
#[cfg(test)]
mod wake_counter;
mod watcher;
pub mod websocket;

pub use client::{Client, ClientConfig};
pub use conn::{Http2Settings, HttpVersions};
pub use engine::{Engine, SpinPolicy};
pub use error::{Error, Kind, Phase, RequestSent};
pub use exchange::{
    Delivery, Disconnected, Exchange, Framing, Replies, Reply, RequestHead, ResponseHead, Start,
};
pub use timeouts::Timeouts;
pub use trace::{Moment, Step, TraceEvent};
