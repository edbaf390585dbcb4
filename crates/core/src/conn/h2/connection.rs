//! One HTTP/2 connection: begins streams, and tells what the server allows and when the connection ends.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use h2::client::{Connection as Driver, SendRequest};
use http::Method;
use http_body::Body;
use tokio::task::yield_now;
use tokio::time::timeout;

use super::counts::{Counts, Fault};
use super::failure;
use super::ping::PingTimer;
use super::repeated_fields::RepeatedFields;
use super::request::request;
use super::sending::Sending;
use super::settings::Http2Settings;
use super::stream::{Direction, StreamRun};
use super::wire::Wire;
use crate::body::Outgoing;
use crate::conn::handshake_failure;
use crate::error::{Error, Phase};
use crate::exchange::{Exchange, Framing};
use crate::facts::OpenConnection;
use crate::io::{Stream, Unread};
use crate::route::Route;

/// How long a connection that closes may take to say so (GOAWAY) to a server that reads slowly.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(100);

/// A connection. The task that owns it drives it by [`changed`](Self::changed); its streams run in tasks of their own.
pub(crate) struct Connection {
    sender: SendRequest<Bytes>,
    /// `None` once the connection has ended.
    driver: Option<Box<Driver<Wire, Bytes>>>,
    stream: Rc<RefCell<Stream>>,
    counts: Rc<Counts>,
    settings: Http2Settings,
    repeated_fields: RepeatedFields,
    ping_timer: Option<PingTimer>,
    capacity: u32,
    is_draining: bool,
}

/// What happened to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It takes so many requests at a time from now on.
    Capacity(u32),
    /// It takes no more requests: the server sent GOAWAY, or the numbers of streams are used up.
    Draining,
    /// It has ended, and so have its streams.
    Ended,
}

impl Connection {
    /// Begins HTTP/2 with prior knowledge (RFC 9113 3.3), which includes knowledge by ALPN. Does not wait for the server.
    /// `expected` is the number of streams that the server allowed at a time on another connection.
    pub(crate) async fn open(
        stream: Stream,
        facts: Rc<OpenConnection>,
        settings: &Http2Settings,
        expected: Option<u32>,
    ) -> Result<Self, Error> {
        let stream = Rc::new(RefCell::new(stream));
        let counts = Rc::new(Counts::new(facts, settings));
        let wire = Wire::new(Rc::clone(&stream), Rc::clone(&counts));
        let (sender, mut driver) = Box::pin(settings.builder(expected).handshake(wire))
            .await
            .map_err(|error| handshake_failure(&error))?;
        Ok(Self {
            capacity: settings.capacity(sender.current_max_send_streams()),
            ping_timer: PingTimer::new(settings, driver.ping_pong()),
            sender,
            driver: Some(Box::new(driver)),
            stream,
            counts,
            settings: settings.clone(),
            repeated_fields: RepeatedFields::default(),
            is_draining: false,
        })
    }

    /// How many requests it takes at a time, as far as is known.
    pub(crate) fn capacity(&self) -> u32 {
        self.capacity
    }

    /// Whether the server takes a WebSocket (RFC 8441); `None` until its settings have come.
    pub(crate) fn takes_websockets(&self) -> Option<bool> {
        self.counts
            .server_preface
            .has_arrived()
            .then(|| self.sender.is_extended_connect_protocol_enabled())
    }

    /// Waits until [`takes_websockets`](Self::takes_websockets) has a value. Fails if the connection ends before.
    pub(crate) fn settings_known(&self) -> impl Future<Output = Result<(), Error>> + 'static {
        let counts = Rc::clone(&self.counts);
        async move { counts.server_preface.arrival().await }
    }

    /// Drives the connection until something happens to it.
    pub(crate) async fn changed(&mut self) -> Change {
        poll_fn(|context| self.poll_changed(context)).await
    }

    /// What has happened to a connection that has been idle, as far as this can be known without waiting for the network.
    pub(crate) async fn changed_while_idle(&mut self) -> Option<Change> {
        if self.counts.streams.get() > 0 || !self.counts.has_answered.get() {
            return None;
        }
        let unread = self.stream.borrow().unread();
        match unread {
            Unread::Nothing => return None,
            Unread::End => {
                self.driver = None;
                return Some(Change::Ended);
            }
            Unread::Bytes => {}
        }
        // a turn of the runtime, in which it learns that the socket is readable: the bytes may be a GOAWAY
        yield_now().await;
        poll_fn(|context| {
            Poll::Ready(match self.poll_changed(context) {
                Poll::Ready(change) => Some(change),
                Poll::Pending => None,
            })
        })
        .await
    }

    fn poll_changed(&mut self, context: &mut Context<'_>) -> Poll<Change> {
        let Some(driver) = &mut self.driver else {
            return Poll::Ready(Change::Ended);
        };
        if let Poll::Ready(result) = Pin::new(&mut *driver).poll(context) {
            self.driver = None;
            // its streams report how it ended
            if let Err(error) = result {
                self.counts
                    .server_preface
                    .end(|| failure::of(&error, Phase::Headers, &self.counts));
            }
            return Poll::Ready(Change::Ended);
        }
        let allowed = self.sender.current_max_send_streams();
        self.counts.allowed.set(allowed);
        let unseen = self.counts.open.borrow().unseen();
        self.counts
            .windows
            .adjust(driver, self.counts.received.get(), unseen);
        if let Some(ping_timer) = &mut self.ping_timer
            && ping_timer.poll(context, self.counts.received.get()).is_ready()
        {
            self.counts.fault.set(Some(Fault::AnswersNoPing));
            self.driver = None;
            return Poll::Ready(Change::Ended);
        }
        if !self.is_draining && matches!(self.sender.poll_ready(context), Poll::Ready(Err(_))) {
            self.is_draining = true;
            return Poll::Ready(Change::Draining);
        }
        let capacity = self.settings.capacity(allowed);
        if !self.is_draining && capacity != self.capacity {
            self.capacity = capacity;
            return Poll::Ready(Change::Capacity(capacity));
        }
        Poll::Pending
    }

    /// Begins the stream of a request. `Ok(None)`: the connection takes no more, and nothing of the request was sent.
    /// Fails with a `LocalProtocolError` if the request has no form in HTTP/2.
    pub(crate) fn begin(&self, exchange: &Exchange, route: &Route) -> Result<Option<Box<StreamRun>>, Error> {
        let head = exchange.head();
        let request = request(head, route, &self.repeated_fields)?;
        let announced = match head.framing {
            Framing::Length(length) => Some(length),
            Framing::None | Framing::Chunked => None,
        };
        let body = Outgoing::new(exchange.body().clone(), announced);
        let keeps_open = *request.method() == Method::CONNECT;
        let ends = body.is_end_stream();
        // a clone has no stream that waits for room in h2, which would refuse another
        let Ok((response, stream)) = self.sender.clone().send_request(request, ends && !keeps_open) else {
            return Ok(None);
        };
        let direction = match (ends, keeps_open) {
            (false, _) => Direction::Sends(Sending::new(stream, body)),
            (true, false) => Direction::Ended(stream),
            (true, true) => Direction::KeptOpen(stream),
        };
        Ok(Some(Box::new(StreamRun::new(response, direction, &self.counts))))
    }

    /// Closes the connection, which has no streams: sends what is pending and GOAWAY.
    pub(crate) async fn close(mut self) {
        let driver = self.driver.take();
        // h2 closes a connection whose handles are gone
        drop(self);
        if let Some(driver) = driver {
            let _ = timeout(CLOSE_TIMEOUT, driver).await;
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.counts
            .server_preface
            .end(|| failure::disconnected(Phase::Headers));
    }
}
