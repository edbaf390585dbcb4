//! Holding a request's body back until the server asks for it (`Expect: 100-continue`, RFC 9110 10.1.1).

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// Whether the body may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Not before the server asks for it, or the time is over.
    Held,
    /// From now on.
    Free,
    /// Never: the server has answered without it.
    Unwanted,
}

/// What a body that is held back waits for. Time runs from when the connection first asks for the body, which is when the
/// head is written.
pub(super) struct Expectation {
    wait: Duration,
    state: Cell<State>,
    timer: RefCell<Option<Pin<Box<Sleep>>>>,
}

impl Expectation {
    pub(super) fn new(wait: Duration) -> Self {
        Self {
            wait,
            state: Cell::new(State::Held),
            timer: RefCell::default(),
        }
    }

    /// Whether the body may not be sent, for now or for ever.
    pub(super) fn holds(&self) -> bool {
        self.state.get() != State::Free
    }

    /// Ready when the body may be sent.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        match self.state.get() {
            State::Free => return Poll::Ready(()),
            State::Unwanted => return Poll::Pending,
            State::Held => {}
        }
        let mut timer = self.timer.borrow_mut();
        let timer = timer.get_or_insert_with(|| Box::pin(sleep(self.wait)));
        ready!(timer.as_mut().poll(context));
        self.state.set(State::Free);
        Poll::Ready(())
    }

    /// Whether it is still open whether the body may be sent.
    pub(super) fn waits(&self) -> bool {
        self.state.get() == State::Held
    }

    /// The server wants the body. Returns whether that sets it free.
    pub(super) fn fulfil(&self) -> bool {
        let waited = self.waits();
        if waited {
            self.state.set(State::Free);
        }
        waited
    }

    /// The server has answered. A body that is still held is not sent any more.
    pub(super) fn answered(&self) {
        if self.waits() {
            self.state.set(State::Unwanted);
        }
    }

    /// The request goes to another connection, whose server has to ask again.
    pub(super) fn restart(&self) {
        self.state.set(State::Held);
        self.timer.take();
    }
}
