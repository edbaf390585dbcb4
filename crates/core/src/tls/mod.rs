//! TLS: which certificates a client trusts, and its errors with Node's codes.
//!
//! A process has one rustls configuration for each distinct setting. It holds the parsed roots and the session cache: a
//! second client with the same setting costs nothing, and resumes the first client's sessions.

mod certificate;
mod chain;
mod config;
mod date;
mod failure;
mod refusal;
mod roots;
mod settings;
mod unverified;

pub use config::client_config;
pub(crate) use config::configure;
pub use failure::{explain, handshake_error};
pub use settings::{Roots, TlsSettings, TrustEnvironment, Verify};
