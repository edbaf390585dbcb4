//! A client: one pool of connections and the requests that wait for them or run on them.
//!
//! The pool decides ([`State::step`]); this file carries its actions out and tells it what happened. Nothing here
//! decides who gets what. The whole way of a request is drawn in `docs/design/request.md`.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::{Rc, Weak};

use slab::Slab;
use tokio::sync::Notify;
use tokio::task::spawn_local;
use tokio::time::Instant;

use crate::conn::{Connection, Release};
use crate::dial::{Attempts, Dialer};
use crate::error::{Error, Kind, Phase};
use crate::exchange::{Exchange, Interrupt, Reply, Start, client_closed};
use crate::mailbox::{Mail, Mailbox};
use crate::pool::{Action, ConnectionId, Event, Limits, RequestId, RequestPhase, State, Stats};
use crate::route::{Route, RouteRef};
use crate::tls::TlsSettings;
use crate::trace::{AttemptTrace, Trace};
use crate::waiting;

/// What a client is made of.
#[derive(Clone, Debug, Default)]
pub struct ClientConfig {
    /// The limits of its pool.
    pub limits: Limits,
    /// The Unix socket to which all its requests go, instead of to their host.
    pub uds: Option<PathBuf>,
    /// Whom it trusts.
    pub tls: TlsSettings,
    /// How often opening a connection is tried again.
    pub retries: u32,
    /// The most bytes that a decoded response body may have.
    pub max_response_bytes: Option<u64>,
}

/// A client. It lives on the I/O thread.
pub struct Client {
    config: ClientConfig,
    dialer: Dialer,
    pool: RefCell<State>,
    /// Actions of the pool that have yet to be carried out, in their order.
    actions: RefCell<Vec<Action>>,
    carrying_out: Cell<bool>,
    exchanges: RefCell<Slab<Rc<Exchange>>>,
    connections: RefCell<HashMap<ConnectionId, Rc<Mailbox>>>,
    /// Why attempts failed, until the pool says whom that concerns.
    failure: RefCell<Option<Error>>,
    /// When the timekeeper wakes next, and what wakes it earlier.
    pub(crate) alarm: Cell<Option<Instant>>,
    pub(crate) alarm_moved: Rc<Notify>,
    closed: Cell<bool>,
    emptied: Notify,
}

impl Client {
    /// A client without connections. To be called on the I/O thread.
    pub fn new(config: ClientConfig) -> Rc<Self> {
        let dialer = Dialer::new(config.tls.clone());
        Self::with_dialer(config, dialer)
    }

    /// [`Client::new`] with a dialer of the caller's, whose TLS settings count.
    pub fn with_dialer(config: ClientConfig, dialer: Dialer) -> Rc<Self> {
        let client = Rc::new(Self {
            dialer,
            pool: RefCell::new(State::new(config.limits.clone())),
            config,
            actions: RefCell::default(),
            carrying_out: Cell::new(false),
            exchanges: RefCell::default(),
            connections: RefCell::default(),
            failure: RefCell::default(),
            alarm: Cell::new(None),
            alarm_moved: Rc::default(),
            closed: Cell::new(false),
            emptied: Notify::new(),
        });
        spawn_local(waiting::keep_time(Rc::downgrade(&client)));
        client
    }

    /// Submits a request for a route, over the client's Unix socket if it has one. Its owner is told what becomes of it.
    pub fn start(self: &Rc<Self>, route: RouteRef<'_>, start: Start) -> Rc<Exchange> {
        let exchange = Exchange::new(start, self.config.max_response_bytes);
        if let Err(error) = exchange.check_framing() {
            exchange.end(Reply::Failed(error));
            return exchange;
        }
        exchange
            .number
            .set(self.exchanges.borrow_mut().insert(Rc::clone(&exchange)));
        let uds = self.config.uds.as_deref();
        self.submit(RouteRef { uds, ..route }, &exchange);
        exchange
    }

    /// Stops a request wherever it is. Its owner gets a terminal reply, unless it already has.
    pub fn cancel(self: &Rc<Self>, exchange: &Rc<Exchange>) {
        if exchange.is_ended() {
            return;
        }
        if exchange.assigned.get() {
            exchange.interrupt(Interrupt::Cancelled);
        } else {
            self.give_up(exchange, Reply::Closed);
        }
    }

    /// What the pool is doing.
    pub fn stats(&self) -> Stats {
        self.pool.borrow().snapshot()
    }

    /// Closes every connection, and is done when that is done. Requests under way fail with `CloseError`.
    pub async fn close(self: &Rc<Self>) {
        if !self.closed.replace(true) {
            self.step(Event::Shutdown);
            let running: Vec<_> = self
                .exchanges
                .borrow()
                .iter()
                .map(|(_, one)| Rc::clone(one))
                .collect();
            for exchange in running {
                exchange.interrupt(Interrupt::ClientClosed);
            }
            self.alarm_moved.notify_one();
        }
        while !self.connections.borrow().is_empty() {
            self.emptied.notified().await;
        }
    }

    fn submit(self: &Rc<Self>, route: RouteRef<'_>, exchange: &Rc<Exchange>) {
        exchange.assigned.set(false);
        let id = RequestId(exchange.number.get() as u64);
        self.step(Event::Request { id, route });
        if !exchange.assigned.get()
            && !exchange.is_ended()
            && let Some(deadline) = self.deadline(exchange)
        {
            self.set_alarm(deadline);
        }
    }

    /// Ends a request that waits, and takes it out of the pool.
    pub(crate) fn give_up(self: &Rc<Self>, exchange: &Rc<Exchange>, reply: Reply<'_>) {
        exchange.end(reply);
        self.forget(exchange);
        self.step(Event::Cancel {
            id: RequestId(exchange.number.get() as u64),
        });
    }

    fn forget(&self, exchange: &Rc<Exchange>) {
        self.exchanges.borrow_mut().try_remove(exchange.number.get());
    }

    /// Tells the pool what happened and carries out what it decides.
    pub(crate) fn step(self: &Rc<Self>, event: Event<'_>) {
        let now = Instant::now().into_std();
        self.pool
            .borrow_mut()
            .step(now, event, &mut self.actions.borrow_mut());
        // an action may lead to a step; the outermost one carries out what they all decide
        if self.carrying_out.replace(true) {
            return;
        }
        let mut next = 0;
        loop {
            let action = self.actions.borrow().get(next).copied();
            let Some(action) = action else { break };
            next += 1;
            self.carry_out(action);
        }
        self.actions.borrow_mut().clear();
        self.carrying_out.set(false);
        let expiry = self.pool.borrow().next_expiry();
        if let Some(expiry) = expiry {
            self.set_alarm(Instant::from_std(expiry));
        }
    }

    fn carry_out(self: &Rc<Self>, action: Action) {
        match action {
            Action::Open { connection, request } => self.open(connection, request),
            Action::Assign { request, connection } => {
                let exchange = self.exchange(request);
                let mailbox = self.connections.borrow().get(&connection).map(Rc::clone);
                if let (Some(exchange), Some(mailbox)) = (exchange, mailbox) {
                    exchange.assigned.set(true);
                    mailbox.put(Mail::Perform(exchange));
                }
            }
            Action::Close { connection } => {
                if let Some(mailbox) = self.connections.borrow().get(&connection) {
                    mailbox.put(Mail::Close);
                }
            }
            Action::Fail { request } => {
                if let Some(exchange) = self.exchange(request) {
                    let error = self
                        .failure
                        .borrow()
                        .clone()
                        .unwrap_or_else(|| client_closed(Phase::Pool));
                    exchange.end(Reply::Failed(error));
                    self.forget(&exchange);
                }
            }
        }
    }

    fn exchange(&self, request: RequestId) -> Option<Rc<Exchange>> {
        let number = usize::try_from(request.0).ok()?;
        self.exchanges.borrow().get(number).map(Rc::clone)
    }

    fn open(self: &Rc<Self>, id: ConnectionId, request: RequestId) {
        let Some(route) = self.pool.borrow().route(id).map(Rc::clone) else {
            return;
        };
        let mailbox = Mailbox::new();
        self.connections.borrow_mut().insert(id, Rc::clone(&mailbox));
        let exchange = self.exchange(request);
        let timeout = exchange.as_ref().and_then(|exchange| exchange.timeouts().connect);
        let trace = exchange.and_then(|exchange| exchange.trace().map(Trace::attempt));
        let place = Place {
            client: Rc::clone(self),
            id,
        };
        spawn_local(async move {
            place
                .client
                .connect_and_serve(id, &mailbox, &route, timeout, trace)
                .await;
        });
    }

    async fn connect_and_serve(
        self: &Rc<Self>,
        id: ConnectionId,
        mailbox: &Rc<Mailbox>,
        route: &Route,
        timeout: Option<std::time::Duration>,
        trace: Option<AttemptTrace>,
    ) {
        let attempts = Attempts {
            limit: timeout,
            retries: self.config.retries,
            trace: trace.as_ref(),
        };
        let open = async { Connection::open(self.dialer.open(route, attempts).await?).await };
        let connection = tokio::select! {
            biased;
            opened = open => opened,
            () = mailbox.closed() => return,
        };
        match connection {
            Ok(connection) => {
                self.step(Event::Connected {
                    connection: id,
                    capacity: 1,
                });
                self.serve(id, mailbox, route, connection).await;
            }
            Err(error) => {
                self.failure.replace(Some(error));
                self.step(Event::ConnectFailed { connection: id });
                self.failure.replace(None);
            }
        }
    }

    async fn serve(
        self: &Rc<Self>,
        id: ConnectionId,
        mailbox: &Rc<Mailbox>,
        route: &Route,
        mut connection: Connection,
    ) {
        loop {
            let mail = tokio::select! {
                biased;
                mail = mailbox.next() => mail,
                () = connection.ended() => {
                    // what is put from now on finds no connection
                    match mailbox.take() {
                        Some(mail) => mail,
                        None => return self.step(Event::Closed { connection: id }),
                    }
                }
            };
            let Mail::Perform(exchange) = mail else { return };
            let mut performance = Performance {
                client: self,
                exchange: &exchange,
                goes_elsewhere: false,
            };
            match connection.run(&exchange).await {
                Release::Reusable => {
                    drop(performance);
                    self.step(Event::Released {
                        connection: id,
                        reusable: true,
                    });
                }
                Release::Closed => {
                    drop(performance);
                    drop(connection);
                    return self.step(Event::Released {
                        connection: id,
                        reusable: false,
                    });
                }
                Release::Unsent => {
                    performance.goes_elsewhere = exchange.interrupted().is_none();
                    drop(performance);
                    drop(connection);
                    self.step(Event::Closed { connection: id });
                    if exchange.interrupted().is_some() {
                        exchange.end_interrupted(Phase::Pool);
                    } else {
                        self.submit(route.borrowed(), &exchange);
                    }
                    return;
                }
            }
        }
    }

    /// When a request that waits is to be given up.
    pub(crate) fn deadline(&self, exchange: &Exchange) -> Option<Instant> {
        let id = RequestId(exchange.number.get() as u64);
        let timeouts = exchange.timeouts();
        let total = timeouts.total.map(|total| exchange.started + total);
        let pool = match self.pool.borrow().phase(id)? {
            RequestPhase::Waiting { since } => timeouts.pool.map(|pool| Instant::from_std(since) + pool),
            RequestPhase::Connecting { .. } => None,
        };
        [total, pool].into_iter().flatten().min()
    }

    /// The error of a request whose time passed while it waited.
    pub(crate) fn overdue(&self, exchange: &Exchange, now: Instant) -> Error {
        let id = RequestId(exchange.number.get() as u64);
        let connecting = matches!(
            self.pool.borrow().phase(id),
            Some(RequestPhase::Connecting { .. })
        );
        if exchange
            .timeouts()
            .total
            .is_some_and(|total| exchange.started + total <= now)
        {
            let phase = if connecting { Phase::Connect } else { Phase::Pool };
            let message = "not complete within the total timeout";
            return Error::new(Kind::TotalTimeout, phase, "ERR_TOTAL_TIMEOUT", message);
        }
        let message = "no connection became free within the pool timeout";
        Error::new(Kind::PoolTimeout, Phase::Pool, "ERR_POOL_TIMEOUT", message)
    }

    /// The requests that wait for a connection.
    pub(crate) fn waiting(&self) -> Vec<Rc<Exchange>> {
        let exchanges = self.exchanges.borrow();
        exchanges
            .iter()
            .filter(|(_, one)| !one.assigned.get())
            .map(|(_, one)| Rc::clone(one))
            .collect()
    }

    pub(crate) fn next_expiry(&self) -> Option<Instant> {
        self.pool.borrow().next_expiry().map(Instant::from_std)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    fn set_alarm(&self, at: Instant) {
        if self.alarm.get().is_none_or(|set| at < set) {
            self.alarm.set(Some(at));
            self.alarm_moved.notify_one();
        }
    }
}

/// The place of a connection among those of its client. It is given back however the connection's task ends.
struct Place {
    client: Rc<Client>,
    id: ConnectionId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mailbox = self.client.connections.borrow_mut().remove(&self.id);
        if let Some(Mail::Perform(exchange)) = mailbox.and_then(|mailbox| mailbox.take()) {
            self.client.forget(&exchange);
        }
        self.client.emptied.notify_waiters();
        // of a connection that the pool knows to be over, this is nothing new
        self.client.step(Event::Closed { connection: self.id });
    }
}

/// A request's place among those of its client. It is given back however its performance ends, unless it goes
/// elsewhere.
struct Performance<'a> {
    client: &'a Client,
    exchange: &'a Rc<Exchange>,
    goes_elsewhere: bool,
}

impl Drop for Performance<'_> {
    fn drop(&mut self) {
        if !self.goes_elsewhere {
            self.client.forget(self.exchange);
        }
    }
}

pub(crate) type WeakClient = Weak<Client>;
