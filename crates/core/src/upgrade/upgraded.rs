//! A stream as its owner sees it: what the owner writes, reads and asks for.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::tls::StartTls;
use crate::body::{BodyPipe, Form, Read, Upload};
use crate::io::{ByteStream, Stream};
use crate::websocket::{Session, Settings};

/// How long a closed stream may take to write what its owner wrote before.
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
    switch: RefCell<Option<Switch>>,
    session: OnceCell<Rc<Session>>,
    waker: RefCell<Option<Waker>>,
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
            switch: RefCell::default(),
            session: OnceCell::new(),
            waker: RefCell::default(),
        })
    }

    /// Starts TLS once all that the owner wrote is written. [`Reply::Secured`](crate::Reply::Secured) follows, or a
    /// failure.
    pub fn start_tls(&self, start: StartTls) {
        self.switch_to(Switch::Tls(Box::new(start)));
    }

    /// Begins a WebSocket session on the stream, from which nothing was read. Messages can be sent at once.
    pub fn open_session(&self, settings: Settings) {
        let session = self.session.get_or_init(|| Rc::new(Session::new(settings)));
        self.switch_to(Switch::WebSocket(Rc::clone(session)));
    }

    /// The WebSocket session on the stream.
    pub fn session(&self) -> Option<&Rc<Session>> {
        self.session.get()
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
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// What the stream is to become now.
    pub(super) fn take_switch(&self, context: &Context<'_>) -> Option<Switch> {
        let switch = self.switch.take();
        if switch.is_none() {
            self.waker.replace(Some(context.waker().clone()));
        }
        switch
    }

    /// The stream, with the bytes that were read from it and that the owner has not read.
    pub(super) fn unread(&self, stream: Box<dyn ByteStream>) -> Box<dyn ByteStream> {
        let mut early = BytesMut::new();
        while let Read::Chunk(chunk, _) = self.body.read(Form::Raw) {
            early.extend_from_slice(&chunk);
        }
        Box::new(Stream::Upgraded(stream).after(early.freeze()))
    }

    /// Writes what the owner wrote before it closed the stream, if the peer takes it soon.
    pub(super) async fn write_rest(&self, stream: &mut dyn ByteStream) {
        if !self.outgoing.has_ended() || self.is_shut.get() {
            return;
        }
        let write = async {
            let mut piece = self.rest.take();
            loop {
                if stream.write_all(&piece).await.is_err() {
                    return;
                }
                match self.outgoing.take() {
                    Some(next) => piece = next,
                    None => break,
                }
            }
            let _ = stream.shutdown().await;
        };
        // a peer that takes nothing loses the rest
        let _ = timeout(LINGER, write).await;
    }
}
