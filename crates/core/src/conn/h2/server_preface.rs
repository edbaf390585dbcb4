//! The settings with which a server begins (RFC 9113 3.4), whose arrival `h2` does not tell.

use std::cell::Cell;

use tokio::sync::SetOnce;

use crate::error::Error;

/// The length of a frame's header, and that of the length with which it begins (RFC 9113 4.1).
const HEADER: u64 = 9;
const LENGTH: u64 = 3;

/// Whether the server's first frame has come as a whole. A WebSocket waits for it, which a server allows there.
#[derive(Default)]
pub(super) struct ServerPreface {
    length: Cell<u64>,
    arrival: SetOnce<Result<(), Error>>,
}

impl ServerPreface {
    /// Takes note of bytes. `before` is the number of bytes received before them.
    pub(super) fn received(&self, before: u64, bytes: &[u8]) {
        if self.arrival.initialized() {
            return;
        }
        let rest_of_length = LENGTH.saturating_sub(before).try_into().unwrap_or(usize::MAX);
        for byte in bytes.iter().take(rest_of_length) {
            self.length.set(self.length.get() << 8 | u64::from(*byte));
        }
        let received = before + bytes.len() as u64;
        if received >= LENGTH && received >= HEADER + self.length.get() {
            self.settle(Ok(()));
        }
    }

    pub(super) fn has_arrived(&self) -> bool {
        matches!(self.arrival.get(), Some(Ok(())))
    }

    /// The connection has ended, with this error if its settings had not arrived.
    pub(super) fn end(&self, error: impl FnOnce() -> Error) {
        if !self.arrival.initialized() {
            self.settle(Err(error()));
        }
    }

    fn settle(&self, arrival: Result<(), Error>) {
        // every caller has seen that it is not set
        let _ = self.arrival.set(arrival);
    }

    /// Waits until it has arrived. Fails if the connection ends before.
    pub(super) async fn arrival(&self) -> Result<(), Error> {
        self.arrival.wait().await.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A SETTINGS frame with one setting, and the header of an acknowledgement behind it.
    const FRAMES: [u8; 24] = [
        0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 4, 1, 0, 0, 0, 0,
    ];

    #[test]
    fn it_has_arrived_with_the_last_byte_of_the_first_frame_however_the_bytes_are_cut() {
        for size in 1..=FRAMES.len() {
            let preface = ServerPreface::default();
            let mut received = 0;
            for piece in FRAMES.chunks(size) {
                preface.received(received, piece);
                received += piece.len() as u64;
                assert_eq!(
                    preface.has_arrived(),
                    received >= 15,
                    "pieces of {size}, {received} bytes"
                );
            }
        }
    }

    #[tokio::test]
    async fn whoever_waits_after_it_has_arrived_does_not_wait() {
        let preface = ServerPreface::default();
        preface.received(0, &FRAMES);
        assert!(preface.arrival().await.is_ok());
    }
}
