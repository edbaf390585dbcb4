//! How much of what came its owner has not read yet.

use std::cell::{Cell, RefCell};
use std::task::{Context, Waker};

/// Reading from the stream stops while the owner has this many unread bytes.
const WINDOW: usize = 512 * 1024;
/// Counted for each message beside its bytes: a million empty ones take far more than nothing.
const MESSAGE_COST: usize = httpxide_protocol::submission::cost::MESSAGE as usize;

/// The owner's credit for messages: what it has not read is held back in the stream.
#[derive(Debug, Default)]
pub struct ReceiveWindow {
    unread: Cell<usize>,
    waker: RefCell<Option<Waker>>,
}

impl ReceiveWindow {
    /// The owner has read messages: their bytes, and `MESSAGE_COST` of the protocol for each.
    pub fn release(&self, cost: usize) {
        self.unread.set(self.unread.get().saturating_sub(cost));
        if self.is_open()
            && let Some(waker) = self.waker.take()
        {
            waker.wake();
        }
    }

    /// A message of so many bytes goes to the owner.
    pub(super) fn charge(&self, bytes: usize) {
        self.unread.set(self.unread.get() + bytes + MESSAGE_COST);
    }

    pub(super) fn is_open(&self) -> bool {
        self.unread.get() < WINDOW
    }

    pub(super) fn watch(&self, context: &Context<'_>) {
        self.waker.replace(Some(context.waker().clone()));
    }
}
