//! What is known of connections, and how long the parts of a request took.
//!
//! Nobody has to ask for it in advance: the facts of a connection are told once, when it is open, and the times come from
//! clock readings that time limits need anyway.

mod connection;
mod dial;
mod timings;
mod tls;

pub(crate) use connection::OpenConnection;
pub use connection::{ConnectionFacts, Connections};
pub(crate) use dial::DialProgress;
pub use dial::DialTimes;
pub(crate) use timings::Timeline;
pub use timings::{ResponseTimes, Timings};
pub use tls::TlsFacts;
