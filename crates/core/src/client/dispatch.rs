//! Carrying out what the pool decides.
//!
//! [`Dispatcher::step`] hands an event to the pool and does what the pool answers: it opens and closes connections,
//! gives requests to connections and fails requests. Nothing here decides who gets what.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use rustc_hash::FxHashMap;
use slab::Slab;
use tokio::sync::Notify;
use tokio::task::spawn_local;
use tokio::time::Instant;

use super::alarm::Alarm;
use super::commands::{Command, CommandQueue};
use super::connection_task::{ConnectionOwner, ConnectionTask};
use super::time_limits::{connects_until, deadline};
use crate::conn::{Connection, HttpVersions};
use crate::dial::{AttemptLimit, Attempts, CurrentAttempt, Dialed, Dialer, Room, RoomChange};
use crate::error::{Error, Kind, Phase};
use crate::exchange::{Exchange, Interrupt, Reply, client_closed};
use crate::facts::OpenConnection;
use crate::pool::{
    Action, ConnectionId, Event, FailureCause, Limits, Multiplexing, Pool, RequestId, RequestPhase, Stats,
};
use crate::route::{Route, RouteRef};
use crate::trace::Trace;

/// The pool of a client with the requests and connections that its decisions are about.
pub(super) struct Dispatcher {
    pub(super) dialer: Dialer,
    versions: HttpVersions,
    /// Attempts to open a connection after the first.
    retries: u32,
    pool: RefCell<Pool>,
    /// Decisions that have yet to be carried out, in order.
    actions: RefCell<Vec<Action>>,
    carrying_out: Cell<bool>,
    /// Requests without an end, by the number from which the pool knows them.
    exchanges: RefCell<Slab<Rc<Exchange>>>,
    /// No peer chooses the numbers of connections, so that a keyed hash would protect from nothing.
    connections: RefCell<FxHashMap<ConnectionId, Rc<Task>>>,
    pub(super) alarm: Rc<Alarm>,
    /// Notified when a connection's task ends.
    task_ended: Notify,
}

/// What is known of a connection's task.
#[derive(Default)]
struct Task {
    commands: Rc<CommandQueue>,
    /// `None` once the connection is open.
    opening: RefCell<Option<Opening>>,
    /// Why the connection could not be opened.
    failure: RefCell<Option<Box<Error>>>,
}

/// How a connection is being opened.
struct Opening {
    /// Until when it may take, if requests share the attempt.
    limit: Option<Rc<AttemptLimit>>,
    /// How far it is.
    attempt: Rc<CurrentAttempt>,
    /// Its room in the pool.
    room: Rc<Room>,
}

impl Task {
    fn limit(&self) -> Option<Rc<AttemptLimit>> {
        self.opening.borrow().as_ref()?.limit.clone()
    }

    /// The phase in which a request that waits for it ends.
    fn phase(&self) -> Phase {
        let opening = self.opening.borrow();
        opening
            .as_ref()
            .map_or(Phase::Connect, |opening| opening.attempt.phase())
    }
}

impl Dispatcher {
    pub(super) fn new(dialer: Dialer, versions: HttpVersions, retries: u32, limits: Limits) -> Rc<Self> {
        Rc::new(Self {
            dialer,
            versions,
            retries,
            pool: RefCell::new(Pool::new(limits)),
            actions: RefCell::default(),
            carrying_out: Cell::new(false),
            exchanges: RefCell::default(),
            connections: RefCell::default(),
            alarm: Rc::default(),
            task_ended: Notify::new(),
        })
    }

    /// Takes in a new request.
    pub(super) fn start(self: &Rc<Self>, route: RouteRef<'_>, exchange: &Rc<Exchange>) {
        let number = self.exchanges.borrow_mut().insert(Rc::clone(exchange));
        exchange.number.set(number);
        // it has just read the clock
        self.submit(route, exchange, exchange.started);
    }

    fn submit(self: &Rc<Self>, route: RouteRef<'_>, exchange: &Rc<Exchange>, now: Instant) {
        let multiplexing = if self.versions.may_carry_many(route.scheme) && !route.http1_only {
            Multiplexing::Unknown
        } else {
            Multiplexing::No
        };
        let id = id(exchange);
        let event = Event::Request {
            id,
            route,
            multiplexing,
        };
        self.step_at(now, event);
        if !exchange.assigned.get() && !exchange.is_ended() {
            self.share_attempt(exchange);
            self.watch_deadline(exchange);
        }
    }

    /// Lets the attempt that a request is bound to last as long as the request waits for it.
    fn share_attempt(&self, exchange: &Exchange) {
        if let Some(RequestPhase::Connecting { connection, since }) = self.phase(exchange)
            && let Some(limit) = self.task(connection).and_then(|task| task.limit())
        {
            // its time is that of the requests that it was opened for: they fail then, though it goes on
            if let Some(at) = limit.at() {
                self.alarm.set_by(at);
            }
            limit.put_off(connects_until(since, exchange));
        }
    }

    /// When a request without a connection fails if nothing changes.
    pub(super) fn deadline(&self, phase: RequestPhase, exchange: &Exchange) -> Option<Instant> {
        let limit = match phase {
            RequestPhase::Connecting { connection, .. } => {
                self.task(connection).and_then(|task| task.limit())
            }
            RequestPhase::Waiting { .. } | RequestPhase::WaitingToConnect { .. } => None,
        };
        deadline(phase, exchange, limit.as_deref())
    }

    /// The phase in which a request that waits for this ends.
    pub(super) fn phase_of(&self, waiting: RequestPhase) -> Phase {
        match waiting {
            RequestPhase::Waiting { .. } | RequestPhase::WaitingToConnect { .. } => Phase::Pool,
            RequestPhase::Connecting { connection, .. } => {
                self.task(connection).map_or(Phase::Connect, |task| task.phase())
            }
        }
    }

    /// Ends a request that has no connection.
    pub(super) fn give_up(self: &Rc<Self>, exchange: &Rc<Exchange>, reply: Reply<'_>) {
        exchange.end(reply);
        self.finished(exchange);
        self.step(Event::Cancel { id: id(exchange) });
    }

    /// Ends all requests and connections.
    pub(super) fn shut_down(self: &Rc<Self>) {
        self.step(Event::Shutdown);
        self.alarm.end();
        for exchange in self.exchanges_where(|_| true) {
            exchange.interrupt(Interrupt::ClientClosed);
        }
    }

    /// Waits until no connection is left.
    pub(super) async fn without_connections(&self) {
        while !self.connections.borrow().is_empty() {
            self.task_ended.notified().await;
        }
    }

    /// The requests that have no connection.
    pub(super) fn unassigned(&self) -> Vec<Rc<Exchange>> {
        self.exchanges_where(|exchange| !exchange.assigned.get())
    }

    /// What a request without a connection waits for.
    pub(super) fn phase(&self, exchange: &Exchange) -> Option<RequestPhase> {
        self.pool.borrow().phase(id(exchange))
    }

    pub(super) fn stats(&self) -> Stats {
        self.pool.borrow().snapshot()
    }

    /// Reports an event to the pool and carries out what it decides.
    pub(super) fn step(self: &Rc<Self>, event: Event<'_>) {
        self.step_at(Instant::now(), event);
    }

    fn step_at(self: &Rc<Self>, now: Instant, event: Event<'_>) {
        self.pool
            .borrow_mut()
            .step(now.into_std(), event, &mut self.actions.borrow_mut());
        // an action may lead to a step: the outermost one carries out all decisions, in order
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
            self.alarm.set_by(Instant::from_std(expiry));
        }
    }

    fn watch_deadline(&self, exchange: &Exchange) {
        let phase = self.phase(exchange);
        if let Some(deadline) = phase.and_then(|phase| self.deadline(phase, exchange)) {
            self.alarm.set_by(deadline);
        }
    }

    fn carry_out(self: &Rc<Self>, action: Action) {
        match action {
            Action::Open { connection, request } => self.open(connection, request),
            Action::Assign { request, connection } => {
                if let (Some(exchange), Some(task)) = (self.exchange(request), self.task(connection)) {
                    exchange.assigned.set(true);
                    task.commands.push(Command::Run(exchange));
                }
            }
            Action::GiveRoom { connection } => self.give_room(connection),
            Action::Wait { request } => {
                if let Some(exchange) = self.exchange(request) {
                    self.watch_deadline(&exchange);
                }
            }
            Action::Close { connection } => {
                if let Some(task) = self.task(connection) {
                    task.commands.push(Command::Close);
                }
            }
            Action::Fail { request, cause } => {
                if let Some(exchange) = self.exchange(request) {
                    exchange.end(Reply::Failed(self.error(cause)));
                    self.finished(&exchange);
                }
            }
        }
    }

    fn open(self: &Rc<Self>, id: ConnectionId, request: RequestId) {
        let Some(route) = self.pool.borrow().route(id).map(Rc::clone) else {
            // a step within this one has closed it already
            return;
        };
        let exchange = self.exchange(request);
        let limit = exchange.as_ref().and_then(|exchange| exchange.timeouts().connect);
        // with more than one attempt, `connect` limits each of them
        let is_shared = self.versions.may_carry_many(route.scheme) && self.retries == 0;
        let shared_limit =
            is_shared.then(|| Rc::new(AttemptLimit::new(limit.map(|limit| Instant::now() + limit))));
        let room = Rc::new(Room::new(self.reporter_of_room(id)));
        let current = Rc::<CurrentAttempt>::default();
        let task = Rc::new(Task::default());
        task.opening.replace(Some(Opening {
            limit: shared_limit.clone(),
            attempt: Rc::clone(&current),
            room: Rc::clone(&room),
        }));
        self.connections.borrow_mut().insert(id, Rc::clone(&task));
        let trace = exchange
            .as_ref()
            .and_then(|exchange| exchange.trace().map(Trace::attempt));
        let asker = exchange.as_ref().map(Rc::downgrade).unwrap_or_default();
        let dispatcher = Rc::clone(self);
        let task = ConnectionTask {
            owner: Rc::clone(self),
            id,
            route: Rc::clone(&route),
            commands: Rc::clone(&task.commands),
        };
        spawn_local(async move {
            let attempts = Attempts {
                limit,
                shared_limit,
                retries: dispatcher.retries,
                trace: trace.as_ref(),
                room: Some(room),
                asker,
                current,
            };
            // boxed: an open connection then keeps no room for it
            task.run(Box::pin(dispatcher.connect(&route, attempts))).await;
        });
    }

    fn reporter_of_room(self: &Rc<Self>, connection: ConnectionId) -> impl Fn(RoomChange) + 'static {
        let dispatcher = Rc::downgrade(self);
        move |change| {
            if let Some(dispatcher) = dispatcher.upgrade() {
                dispatcher.step(match change {
                    RoomChange::GivenBack => Event::RoomGivenBack { connection },
                    RoomChange::Wanted => Event::RoomWanted { connection },
                });
            }
        }
    }

    fn give_room(&self, connection: ConnectionId) {
        let Some(task) = self.task(connection) else { return };
        let room = task
            .opening
            .borrow()
            .as_ref()
            .map(|opening| Rc::clone(&opening.room));
        if let Some(room) = room {
            room.give();
        }
        if task.limit().is_some() {
            // their time to connect runs again
            for exchange in self.unassigned() {
                self.watch_deadline(&exchange);
            }
        }
    }

    async fn connect(&self, route: &Route, attempts: Attempts<'_>) -> Result<Connection, Error> {
        let (trace, asker) = (attempts.trace, Weak::clone(&attempts.asker));
        let Dialed { stream, facts } = self.dialer.open(route, attempts).await?;
        let asker = asker.upgrade().and_then(|exchange| exchange.key_without_end());
        let connection = OpenConnection::new(&facts, self.dialer.listener.clone(), asker);
        let expected = self.pool.borrow().expected_capacity(route.borrowed());
        Connection::open(stream, connection, &self.versions, expected, trace).await
    }

    fn error(&self, cause: FailureCause) -> Error {
        let failure = match cause {
            FailureCause::Attempt(connection) => self
                .task(connection)
                .and_then(|task| task.failure.borrow().clone()),
            FailureCause::Shutdown => None,
        };
        failure.map_or_else(|| client_closed(Phase::Pool), |error| *error)
    }

    fn task(&self, connection: ConnectionId) -> Option<Rc<Task>> {
        self.connections.borrow().get(&connection).map(Rc::clone)
    }

    fn exchange(&self, request: RequestId) -> Option<Rc<Exchange>> {
        let number = usize::try_from(request.0).ok()?;
        self.exchanges.borrow().get(number).map(Rc::clone)
    }

    fn exchanges_where(&self, fits: fn(&Exchange) -> bool) -> Vec<Rc<Exchange>> {
        let exchanges = self.exchanges.borrow();
        let exchanges = exchanges.iter().map(|(_, exchange)| exchange);
        exchanges
            .filter(|exchange| fits(exchange))
            .map(Rc::clone)
            .collect()
    }
}

impl ConnectionOwner for Dispatcher {
    fn report(self: &Rc<Self>, event: Event<'_>) {
        if let Event::Connected { connection, .. } = event
            && let Some(task) = self.task(connection)
        {
            task.opening.take();
        }
        self.step(event);
    }

    fn attempt_failed(self: &Rc<Self>, connection: ConnectionId, error: Error) {
        if let Some(task) = self.task(connection) {
            task.failure.replace(Some(Box::new(error)));
        }
        self.step(Event::ConnectFailed { connection });
    }

    fn finished(&self, exchange: &Exchange) {
        self.exchanges.borrow_mut().try_remove(exchange.number.get());
    }

    fn resubmit(self: &Rc<Self>, route: &Route, exchange: &Rc<Exchange>) {
        exchange.assigned.set(false);
        self.submit(route.borrowed(), exchange, Instant::now());
    }

    fn submit_over_http1(self: &Rc<Self>, route: &Route, exchange: &Rc<Exchange>) {
        exchange.assigned.set(false);
        if self.versions.speaks_http1() {
            let route = RouteRef {
                http1_only: true,
                ..route.borrowed()
            };
            return self.submit(route, exchange, Instant::now());
        }
        let message = "the server does not take WebSockets over HTTP/2 (RFC 8441)";
        let error = Error::new(
            Kind::RemoteProtocolError,
            Phase::Write,
            "ERR_HTTP2_NO_WEBSOCKET",
            message,
        );
        exchange.end(Reply::Failed(error));
        self.finished(exchange);
    }

    async fn connect_again(
        &self,
        route: &Route,
        exchange: &Rc<Exchange>,
        current: Rc<CurrentAttempt>,
    ) -> Result<Connection, Error> {
        let trace = exchange.trace().map(Trace::attempt);
        let attempts = Attempts {
            limit: exchange.timeouts().connect,
            shared_limit: None,
            retries: self.retries,
            trace: trace.as_ref(),
            // the attempt keeps the room of the stale connection
            room: None,
            asker: Rc::downgrade(exchange),
            current,
        };
        self.connect(route, attempts).await
    }

    fn task_ended(self: &Rc<Self>, connection: ConnectionId) {
        self.connections.borrow_mut().remove(&connection);
        self.task_ended.notify_waiters();
        // the pool ignores this if it knows that the connection has ended
        self.step(Event::Closed { connection });
    }
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        self.alarm.end();
    }
}

fn id(exchange: &Exchange) -> RequestId {
    RequestId(exchange.number.get() as u64)
}
