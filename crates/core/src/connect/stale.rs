//! Looks at what an idle socket has received, without taking it.

use std::io;
use std::mem::MaybeUninit;

use socket2::SockRef;

/// What waits in the receive buffer of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    Nothing,
    Bytes,
    /// The peer closed the connection, or it broke.
    End,
}

/// Never blocks: tokio's sockets are non-blocking.
pub(super) fn waiting(socket: &SockRef<'_>) -> Waiting {
    match socket.peek(&mut [MaybeUninit::uninit()]) {
        Ok(0) => Waiting::End,
        Ok(_) => Waiting::Bytes,
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Waiting::Nothing,
        Err(_) => Waiting::End,
    }
}
