//! The room that an attempt to connect has in its client's pool.

use std::cell::Cell;

use tokio::sync::Notify;

/// An attempt has room from its beginning, and needs none while it has no socket.
pub(crate) struct Room {
    is_held: Cell<bool>,
    given: Notify,
    report: Box<dyn Fn(RoomChange)>,
}

/// What an attempt says of its room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoomChange {
    /// It needs none for now.
    GivenBack,
    /// It needs it again. [`Room::give`] is the answer, at once or later.
    Wanted,
}

impl Room {
    /// Room of which `report` learns what the attempt says.
    pub(crate) fn new(report: impl Fn(RoomChange) + 'static) -> Self {
        Self {
            is_held: Cell::new(true),
            given: Notify::new(),
            report: Box::new(report),
        }
    }

    /// Gives the attempt room.
    pub(crate) fn give(&self) {
        self.is_held.set(true);
        self.given.notify_one();
    }

    /// Gives the room back.
    pub(super) fn give_back(&self) {
        if self.is_held.replace(false) {
            (self.report)(RoomChange::GivenBack);
        }
    }

    /// Asks for room; true if there is some at once.
    pub(super) fn is_there(&self) -> bool {
        if !self.is_held.get() {
            (self.report)(RoomChange::Wanted);
        }
        self.is_held.get()
    }

    /// Waits for the room that was asked for.
    pub(super) async fn comes(&self) {
        while !self.is_held.get() {
            self.given.notified().await;
        }
    }
}
