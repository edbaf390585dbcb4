//! TLS: what a client trusts, and what went wrong in the words of Node's error codes.
//!
//! One rustls configuration per distinct setting and process: it holds the parsed roots and the session
//! cache, so that a second client costs nothing and resumes the first one's sessions.

mod certificate;
mod config;
mod failure;
mod roots;
mod settings;
mod verifier;

pub use config::client_config;
pub(crate) use config::configure;
pub use failure::{explain, handshake_error};
pub use settings::{Roots, TlsSettings, TrustEnvironment, Verify};
