//! WebSocket (RFC 6455) as the client speaks it, with permessage-deflate (RFC 7692), on any byte stream.
//!
//! The handshake is HTTP's, and whoever makes it judges it. Here begins the session: `frame` and `receiver` read what the
//! server sends and refuse what it must not send at the first byte that shows it, `outgoing` writes, `heartbeat` keeps the
//! clock of the pongs, and `session` drives them on one stream.

mod close;
mod deflate;
mod frame;
mod heartbeat;
mod inflate;
mod lent_receiver;
mod mask;
mod message_memory;
mod outgoing;
mod owner;
mod payload;
mod receiver;
mod scratch;
mod session;
mod settings;
mod timer;
mod utf8;
mod window;

pub use outgoing::{Fragment, Outgoing};
pub use payload::Payload;
pub use session::Session;
pub use settings::{Compression, Heartbeat, Settings};
pub use window::ReceiveWindow;

pub(crate) use session::run;

/// What a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Text, which is valid UTF-8.
    Text,
    /// Bytes.
    Binary,
}
