//! How a client speaks to the task of one of its connections.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::exchange::Exchange;

/// What the task is to do next.
#[derive(Debug)]
pub(crate) enum Mail {
    /// Perform this request.
    Perform(Rc<Exchange>),
    /// End.
    Close,
}

/// One letter and whoever waits for it. The pool gives a connection one request at a time.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    mail: RefCell<Option<Mail>>,
    waker: RefCell<Option<Waker>>,
}

impl Mailbox {
    pub(crate) fn new() -> Rc<Self> {
        Rc::default()
    }

    pub(crate) fn put(&self, mail: Mail) {
        self.mail.replace(Some(mail));
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    pub(crate) fn take(&self) -> Option<Mail> {
        self.mail.take()
    }

    /// Waits for the next letter.
    pub(crate) async fn next(&self) -> Mail {
        poll_fn(|context| {
            if let Some(mail) = self.mail.take() {
                return Poll::Ready(mail);
            }
            self.waker.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await
    }

    /// Waits to be told to end.
    pub(crate) async fn closed(&self) {
        poll_fn(|context| {
            if matches!(*self.mail.borrow(), Some(Mail::Close)) {
                return Poll::Ready(());
            }
            self.waker.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}
