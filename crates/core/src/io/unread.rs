//! Looks at what an idle socket has received, without reading it.

use std::io;
use std::mem::MaybeUninit;

use socket2::SockRef;

/// What a stream has received and its owner has not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    Nothing,
    Bytes,
    /// The peer closed the connection, or the connection broke.
    End,
}

/// Never blocks: tokio's sockets are non-blocking.
pub(super) fn peek(socket: &SockRef<'_>) -> Unread {
    match socket.peek(&mut [MaybeUninit::uninit()]) {
        Ok(0) => Unread::End,
        Ok(_) => Unread::Bytes,
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Unread::Nothing,
        Err(_) => Unread::End,
    }
}
