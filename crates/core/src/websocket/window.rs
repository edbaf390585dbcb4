//! How much of what came its owner has not read yet.

use std::cell::Cell;
use std::task::Context;

use crate::watcher::Watcher;

/// Reading from the stream stops while the owner has this many unread bytes. With half as much, the owner of a flood has read
/// nothing yet when it stops, and each waits for the other: that took a tenth more CPU time.
const WINDOW: usize = 1024 * 1024;
/// Counted for each message beside its bytes: a million empty ones take far more than nothing.
const MESSAGE_COST: usize = httpxide_protocol::submission::cost::MESSAGE as usize;

/// The owner's credit for messages: what it has not read is held back in the stream.
#[derive(Debug, Default)]
pub struct ReceiveWindow {
    unread: Cell<usize>,
    /// Whether the session waits until it is open. It is not woken for what it is told while it reads.
    is_waited_for: Cell<bool>,
    watcher: Watcher,
}

impl ReceiveWindow {
    /// The owner has read messages: their bytes, and `MESSAGE_COST` of the protocol for each.
    pub fn release(&self, cost: usize) {
        self.unread.set(self.unread.get().saturating_sub(cost));
        if self.is_open() && self.is_waited_for.take() {
            self.watcher.wake();
        }
    }

    /// A message of so many bytes goes to the owner.
    pub(super) fn charge(&self, bytes: usize) {
        self.unread.set(self.unread.get() + bytes + MESSAGE_COST);
    }

    pub(super) fn is_open(&self) -> bool {
        self.unread.get() < WINDOW
    }

    /// Wakes this task when the window opens.
    pub(super) fn wait(&self, context: &Context<'_>) {
        self.is_waited_for.set(true);
        self.watcher.watch(context);
    }
}
