//! What a client tells the task of one of its connections.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::exchange::Exchange;

/// What the task does next.
#[derive(Debug)]
pub(super) enum Command {
    /// Runs this request on the connection.
    Run(Rc<Exchange>),
    /// Closes the connection, or stops opening it. No command follows.
    Close,
}

/// The commands that a connection's task has yet to carry out, in order. A connection that carries many requests gets
/// many at once, and no command replaces another.
///
/// The first has a place of its own: a connection that carries one request at a time seldom has another, and needs no queue for it.
#[derive(Debug, Default)]
pub(super) struct CommandQueue {
    first: RefCell<Option<Command>>,
    /// Empty if there is no first.
    others: RefCell<VecDeque<Command>>,
    waker: RefCell<Option<Waker>>,
}

impl CommandQueue {
    pub(super) fn push(&self, command: Command) {
        let mut first = self.first.borrow_mut();
        if first.is_none() {
            *first = Some(command);
        } else {
            self.others.borrow_mut().push_back(command);
        }
        drop(first);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    pub(super) fn pop(&self) -> Option<Command> {
        let next = self.others.borrow_mut().pop_front();
        self.first.replace(next)
    }

    /// Waits for the next command and takes it.
    pub(super) async fn next(&self) -> Command {
        poll_fn(|context| match self.pop() {
            Some(command) => Poll::Ready(command),
            None => self.wait(context),
        })
        .await
    }

    /// Waits for [`Command::Close`] and leaves it in the queue.
    pub(super) async fn closed(&self) {
        poll_fn(|context| {
            if self.ends_with_close() {
                Poll::Ready(())
            } else {
                self.wait(context)
            }
        })
        .await;
    }

    fn ends_with_close(&self) -> bool {
        let others = self.others.borrow();
        let first = self.first.borrow();
        matches!(others.back().or(first.as_ref()), Some(Command::Close))
    }

    fn wait<T>(&self, context: &Context<'_>) -> Poll<T> {
        self.waker.replace(Some(context.waker().clone()));
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::body::RequestBody;
    use crate::body::coding::CodingRules;
    use crate::exchange::{Delivery, Replies, Reply, RequestHead, Start};
    use crate::timeouts::Timeouts;

    struct Ignored;

    impl Replies for Ignored {
        fn reply(&self, _key: u32, _reply: Reply<'_>) {}
    }

    fn exchange() -> Rc<Exchange> {
        let head = Bytes::from_static(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        let start = Start {
            key: 0,
            replies: Rc::new(Ignored),
            head: RequestHead::parse(head).unwrap(),
            body: RequestBody::Empty,
            timeouts: Timeouts::default(),
            delivery: Delivery::Whole,
            traced: false,
            informational: false,
            coding_rules: CodingRules::Httpx,
        };
        Exchange::new(start, None, None)
    }

    #[tokio::test]
    async fn every_command_is_carried_out_in_order() {
        let queue = CommandQueue::default();
        let exchange = exchange();
        queue.push(Command::Run(Rc::clone(&exchange)));
        queue.push(Command::Run(exchange));
        queue.push(Command::Close);
        queue.closed().await;
        assert!(matches!(queue.next().await, Command::Run(_)));
        assert!(matches!(queue.next().await, Command::Run(_)));
        assert!(matches!(queue.next().await, Command::Close));
        assert!(queue.pop().is_none());
    }

    #[tokio::test]
    async fn a_command_wakes_the_task_that_waits_for_it() {
        let queue = Rc::new(CommandQueue::default());
        let local = tokio::task::LocalSet::new();
        let waiting = Rc::clone(&queue);
        let task = local.spawn_local(async move { waiting.next().await });
        local
            .run_until(async {
                tokio::task::yield_now().await;
                queue.push(Command::Close);
                assert!(matches!(task.await, Ok(Command::Close)));
            })
            .await;
    }
}
