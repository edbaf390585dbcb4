//! A stream as its owner sees it: what the owner writes, reads and asks for.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::tls::StartTls;
use crate::body::{BodyPipe, Form, Read, Upload};
use crate::io::{ByteStream, Stream};
use crate::watcher::Watcher;
use crate::websocket::Session;

/// How long the peer of a closed stream may take no bytes of what the owner wrote before.
const LINGER: Duration = Duration::from_secs(5);

/// See the [module](self).
#[derive(Debug)]
pub struct Upgraded {
    /// The bytes that the owner writes. Its end closes the direction to the peer.
    pub outgoing: Rc<Upload>,
    body: Arc<BodyPipe>,
    /// The rest of a piece that was written in part.
    pub(super) rest: RefCell<Bytes>,
    /// Whether the direction to the peer is closed.
    pub(super) is_shut: Cell<bool>,
    /// Whether the stream's own layers have passed on all bytes that they have taken.
    pub(super) is_flushed: Cell<bool>,
    is_closing: Cell<bool>,
    switch: RefCell<Option<Switch>>,
    watcher: Watcher,
}

/// What a stream becomes.
#[derive(Debug)]
pub(super) enum Switch {
    /// TLS over itself.
    Tls(Box<StartTls>),
    /// A WebSocket session.
    WebSocket(Rc<Session>),
}

impl Upgraded {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self {
            outgoing: Upload::new(),
            body: Arc::default(),
            rest: RefCell::default(),
            is_shut: Cell::new(false),
            is_flushed: Cell::new(true),
            is_closing: Cell::new(false),
            switch: RefCell::default(),
            watcher: Watcher::default(),
        })
    }

    /// Starts TLS once all that the owner wrote is written. [`Reply::Secured`](crate::Reply::Secured) follows, or a
    /// failure.
    pub fn start_tls(&self, start: StartTls) {
        self.switch_to(Switch::Tls(Box::new(start)));
    }

    /// Begins this session once all that the owner wrote is written.
    pub(crate) fn become_session(&self, session: &Rc<Session>) {
        self.switch_to(Switch::WebSocket(Rc::clone(session)));
    }

    /// Closes both directions once all that the owner wrote is written. [`Reply::Closed`](crate::Reply::Closed) follows, or
    /// a failure: a `WriteTimeout` if the peer takes no byte for five seconds.
    pub fn close(&self) {
        self.outgoing.end();
        self.is_closing.set(true);
        self.wake();
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing.get()
    }

    /// Waits until the owner closes the stream.
    pub(super) async fn closing(&self) {
        poll_fn(|context| {
            if self.is_closing() {
                return Poll::Ready(());
            }
            self.watch(context);
            Poll::Pending
        })
        .await;
    }

    /// The bytes that the peer sends.
    pub(crate) fn body(&self) -> Arc<BodyPipe> {
        Arc::clone(&self.body)
    }

    pub(super) fn pipe(&self) -> &BodyPipe {
        &self.body
    }

    fn switch_to(&self, switch: Switch) {
        *self.switch.borrow_mut() = Some(switch);
        self.wake();
    }

    fn wake(&self) {
        self.watcher.wake();
    }

    /// Makes the owner's wishes wake this task.
    pub(super) fn watch(&self, context: &Context<'_>) {
        self.watcher.watch(context);
    }

    /// What the stream is to become now.
    pub(super) fn take_switch(&self) -> Option<Switch> {
        self.switch.take()
    }

    /// Whether bytes that the owner wrote have not left this process.
    pub(super) fn has_unsent(&self) -> bool {
        !self.is_flushed.get() || !self.rest.borrow().is_empty() || self.outgoing.has_chunks()
    }

    /// The stream, with the bytes that were read from it and that the owner has not read.
    pub(super) fn unread(&self, stream: Box<dyn ByteStream>) -> Box<dyn ByteStream> {
        let mut early = BytesMut::new();
        while let Read::Chunk(chunk, _) = self.body.read(Form::Raw) {
            early.extend_from_slice(&chunk);
        }
        if early.is_empty() {
            return stream;
        }
        Box::new(Stream::Upgraded(stream).after(early.freeze()))
    }

    /// Writes what the owner wrote before it closed the stream, and closes the direction to the peer. Fails as `TimedOut` if
    /// the peer takes nothing for long.
    pub(super) async fn write_rest(&self, stream: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        if self.is_shut.get() {
            return Ok(());
        }
        loop {
            while let piece = self.piece()
                && !piece.is_empty()
            {
                self.is_flushed.set(false);
                let count = timeout(LINGER, stream.write(&piece)).await??;
                if count == 0 {
                    return Err(io::ErrorKind::WriteZero.into());
                }
                self.rest.borrow_mut().advance(count);
            }
            match self.outgoing.take() {
                Some(next) => drop(self.rest.replace(next)),
                None => break,
            }
        }
        timeout(LINGER, stream.shutdown()).await??;
        self.is_flushed.set(true);
        self.is_shut.set(true);
        Ok(())
    }

    /// A piece that is being written.
    fn piece(&self) -> Bytes {
        self.rest.borrow().clone()
    }
}
