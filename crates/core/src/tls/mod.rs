//! TLS: which certificates a client trusts, why it refuses one, and its own.
//!
//! A process has one rustls configuration for each distinct setting. It holds the parsed roots and the session cache: a
//! second client with the same setting costs nothing, and resumes the first client's sessions.

mod certificate;
mod chain;
mod config;
mod diagnosis;
mod identity;
mod identity_request;
mod key_log;
mod pem;
mod pins;
mod roots;
mod sessions;
mod settings;
mod signature;
mod unverified;
mod warning;

pub(crate) use config::configure;
pub use config::{Configured, client_config};
pub use identity::Identity;
pub use identity_request::IdentityRequest;
pub(crate) use identity_request::noticing_requests;
pub use pins::Pin;
pub use settings::{MinVersion, Roots, TlsSettings, TrustEnvironment, Verify};
pub use warning::Warning;
