//! A session on its stream, from the end of the handshake to the end of the connection.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncReadExt, ReadBuf};
use tokio::time::Instant;

use super::close::{Close, GOING_AWAY, NO_STATUS};
use super::heartbeat::Pings;
use super::lent_receiver::LentReceiver;
use super::message_memory;
use super::outgoing::Outgoing;
use super::owner::{Owner, State};
use super::scratch;
use super::settings::Settings;
use super::timer::Timer;
use super::window::ReceiveWindow;
use crate::error::{Error, Kind, Phase, RequestSent};
use crate::exchange::{Exchange, Interrupt, Reply, client_closed};
use crate::io::ByteStream;

/// Bytes after which other tasks run.
const TURN: usize = 1024 * 1024;

/// A session as its owner sees it.
#[derive(Debug)]
pub struct Session {
    pub(super) settings: Settings,
    /// The messages that the owner sends.
    pub outgoing: Outgoing,
    /// The owner's credit for messages.
    pub window: ReceiveWindow,
    pub(super) pings: Pings,
}

impl Session {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            outgoing: Outgoing::new(settings.compression),
            window: ReceiveWindow::default(),
            pings: Pings::new(settings.heartbeat),
            settings,
        }
    }

    /// Sends a ping; [`Reply::Pong`] tells the time of its pong.
    pub fn ping(&self, payload: &[u8]) {
        self.pings.ask(payload.to_vec(), &self.outgoing);
    }

    /// Begins the closing handshake behind what was sent. `None` sends no code.
    pub fn close(&self, code: Option<u16>, reason: &str) {
        self.outgoing
            .close(&Close::new(code.unwrap_or(NO_STATUS), reason));
    }
}

/// Runs a session until its connection is to be closed, and ends the exchange.
///
/// No async function: that would hold its arguments beside what it makes of them.
pub(crate) fn run(
    stream: Box<dyn ByteStream>,
    exchange: &Exchange,
    session: Rc<Session>,
) -> impl Future<Output = ()> {
    let mut driver = Driver {
        stream,
        owner: Owner {
            exchange,
            session: Rc::clone(&session),
            state: State::Open,
            write_failure: None,
            work: 0,
        },
        session,
        receiver: LentReceiver::default(),
        unparsed: None,
        was_held: false,
        has_read_all: false,
        is_shut: false,
        timer: Timer::default(),
    };
    poll_fn(move |context| {
        ready!(driver.poll(context));
        driver.owner.exchange.end(Reply::Closed);
        message_memory::clear();
        Poll::Ready(())
    })
}

struct Driver<'a> {
    stream: Box<dyn ByteStream>,
    owner: Owner<'a>,
    session: Rc<Session>,
    receiver: LentReceiver,
    /// What was read while the owner had no room for it. Boxed: few sessions have any.
    unparsed: Option<Box<Bytes>>,
    /// Whether unread messages held the stream back.
    was_held: bool,
    has_read_all: bool,
    is_shut: bool,
    timer: Timer,
}

impl Driver<'_> {
    /// Ready when the connection is to be closed.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(interrupt) = self.owner.exchange.interrupted() {
            self.interrupted(context, interrupt);
            return Poll::Ready(());
        }
        self.owner.exchange.watch(context);
        if !self.session.outgoing.watch(context) {
            self.timer.forget_task();
        }
        self.owner.work = 0;
        self.write(context);
        let before = self.session.outgoing.queued();
        self.read(context);
        // what was read may have been a ping, or the end
        if self.session.outgoing.queued() > before || self.owner.is_draining() {
            self.write(context);
        }
        self.poll_timers(context)
    }

    /// Says farewell if the peer has room for it, and ends.
    fn interrupted(&mut self, context: &mut Context<'_>, interrupt: Interrupt) {
        self.session.outgoing.close(&Close::new(GOING_AWAY, ""));
        let _ = self.session.outgoing.poll_write(context, &mut *self.stream);
        if interrupt == Interrupt::ClientClosed {
            self.owner.cut(client_closed(Phase::Body));
        }
    }

    fn write(&mut self, context: &mut Context<'_>) {
        if self.owner.write_failure.is_some() || self.is_shut {
            return;
        }
        let written = self.session.outgoing.poll_write(context, &mut *self.stream);
        if let Some(credit) = self.session.outgoing.take_credit() {
            self.owner.exchange.reply(credit);
        }
        match written {
            // what the server sent before is read: it may tell more
            Poll::Ready(Err(error)) => {
                let failure = Error::io(Kind::WriteError, Phase::Write, &error).sent(RequestSent::Yes);
                self.owner.write_failure = Some(Box::new(failure));
            }
            Poll::Ready(Ok(())) if self.owner.is_draining() => {
                if let Poll::Ready(shut) = Pin::new(&mut *self.stream).poll_shutdown(context) {
                    self.is_shut = true;
                    self.has_read_all |= shut.is_err();
                }
            }
            Poll::Ready(Ok(())) | Poll::Pending => {}
        }
        if self.owner.state == State::Open && self.session.outgoing.is_closing() {
            self.owner.state = State::Closing(Instant::now());
        }
    }

    fn read(&mut self, context: &mut Context<'_>) {
        let _ = scratch::with(|memory| self.poll_read(context, memory));
        self.receiver.rest();
    }

    /// Reads while there is room for what comes. Ready at the end of what the server sends.
    fn poll_read(&mut self, context: &mut Context<'_>, memory: &mut [u8]) -> Poll<()> {
        while !self.has_read_all {
            if self.owner.is_held() {
                self.was_held = true;
                self.session.window.wait(context);
                return Poll::Pending;
            }
            if std::mem::take(&mut self.was_held) {
                self.session.pings.restart_clock();
            }
            if self.owner.work >= TURN {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            if let Some(mut bytes) = self.unparsed.take() {
                let rest = self.parse(&bytes);
                if rest > 0 {
                    bytes.advance(bytes.len() - rest);
                    self.unparsed = Some(bytes);
                }
                continue;
            }
            let room = self
                .receiver
                .get(&self.session.settings)
                .room()
                .filter(|_| !self.owner.is_draining());
            let is_direct = room.is_some();
            let read = if let Some(mut room) = room {
                ready!(pin!(self.stream.read_buf(&mut room)).poll(context))
            } else {
                let most = self
                    .receiver
                    .get(&self.session.settings)
                    .most_at_once()
                    .min(memory.len());
                let mut buffer = ReadBuf::new(&mut memory[..most]);
                let read = ready!(Pin::new(&mut *self.stream).poll_read(context, &mut buffer));
                read.map(|()| buffer.filled().len())
            };
            match read {
                Ok(0) => {
                    self.has_read_all = true;
                    self.owner.read_all(None);
                }
                Ok(count) => {
                    self.owner.work += count;
                    let count = if is_direct {
                        self.fill(count, memory)
                    } else {
                        count
                    };
                    let rest = self.parse(&memory[..count]);
                    if rest > 0 {
                        let unparsed = Bytes::copy_from_slice(&memory[count - rest..count]);
                        self.unparsed = Some(Box::new(unparsed));
                    }
                }
                Err(error) => {
                    self.has_read_all = true;
                    self.owner.read_all(Some(&error));
                }
            }
        }
        Poll::Ready(())
    }

    /// Takes so many bytes that were read into a message. Returns how many of them are behind its frame; they are in `memory`.
    fn fill(&mut self, count: usize, memory: &mut [u8]) -> usize {
        match self.receiver.get(&self.session.settings).filled(count, memory) {
            Ok((event, behind)) => {
                if let Some(event) = event {
                    self.owner.act(event);
                }
                behind
            }
            Err(violation) => {
                self.owner.fail(violation);
                0
            }
        }
    }

    /// Parses bytes, and returns how many are left because the owner has no room.
    fn parse(&mut self, mut input: &[u8]) -> usize {
        while !input.is_empty() && !self.owner.is_draining() {
            if self.owner.is_held() {
                return input.len();
            }
            match self.receiver.get(&self.session.settings).next(&mut input) {
                Ok(Some(event)) => self.owner.act(event),
                Ok(None) => break,
                Err(violation) => self.owner.fail(violation),
            }
        }
        if self.receiver.is_in_frame() {
            // bytes of a frame come before the pong that may be behind it
            self.session.pings.restart_clock();
        }
        0
    }

    fn poll_timers(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let is_over = self.has_read_all || self.owner.write_failure.is_some();
        if is_over && matches!(self.owner.state, State::Draining(_)) {
            return Poll::Ready(());
        }
        loop {
            let Some(at) = self.next_deadline() else {
                return Poll::Pending;
            };
            // the usual case, for which the clock is not read
            if self.timer.waits_until(at) {
                return Poll::Pending;
            }
            let now = Instant::now();
            match self.owner.state {
                State::Draining(until) => {
                    if now >= until {
                        return Poll::Ready(());
                    }
                }
                State::Closing(_) if self.close_deadline().is_some_and(|deadline| now >= deadline) => {
                    let message = "the server did not answer the close frame within the close timeout";
                    self.owner.cut(timed_out("ERR_WEBSOCKET_CLOSE_TIMEOUT", message));
                    return Poll::Ready(());
                }
                State::Open | State::Closing(_) => {
                    if !self.owner.is_held() && self.pong_deadline().is_some_and(|deadline| now >= deadline) {
                        let message = "the server did not answer a ping within the ping timeout";
                        self.owner.cut(timed_out("ERR_WEBSOCKET_PING_TIMEOUT", message));
                        return Poll::Ready(());
                    }
                    self.session.pings.send_due(now, &self.session.outgoing);
                }
            }
            let Some(at) = self.next_deadline() else {
                return Poll::Pending;
            };
            ready!(self.timer.poll(context, at));
        }
    }

    fn close_deadline(&self) -> Option<Instant> {
        let State::Closing(since) = self.owner.state else {
            return None;
        };
        Some(since + self.session.settings.close_timeout)
    }

    fn pong_deadline(&self) -> Option<Instant> {
        self.session.pings.deadline(&self.session.outgoing)
    }

    fn next_deadline(&self) -> Option<Instant> {
        if let State::Draining(until) = self.owner.state {
            return Some(until);
        }
        let pong = self.pong_deadline().filter(|_| !self.owner.is_held());
        [self.close_deadline(), pong, self.session.pings.next()]
            .into_iter()
            .flatten()
            .min()
    }
}

fn timed_out(code: &'static str, message: &'static str) -> Error {
    Error::new(Kind::ReadTimeout, Phase::Body, code, message).sent(RequestSent::Yes)
}
