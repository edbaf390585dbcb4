//! The settings with which a server begins (RFC 9113 3.4), whose arrival `h2` does not tell.

use tokio::sync::SetOnce;

use crate::error::Error;

/// Whether the server's first frame has come as a whole. A WebSocket waits for it, which a server allows there.
#[derive(Default)]
pub(super) struct ServerPreface {
    arrival: SetOnce<Result<(), Error>>,
}

impl ServerPreface {
    /// A frame has arrived.
    pub(super) fn arrived(&self) {
        if !self.arrival.initialized() {
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

    #[tokio::test]
    async fn whoever_waits_after_it_has_arrived_does_not_wait() {
        let preface = ServerPreface::default();
        preface.arrived();
        assert!(preface.arrival().await.is_ok());
    }
}
