//! The task of one connection: it opens the connection, runs requests on it and reports what happens.

use std::future::{Future, pending};
use std::rc::Rc;

use tokio::time::{Instant, sleep_until};

use super::byte_streams;
use super::commands::{Command, CommandQueue};
use crate::conn::{Connection, Release, h1, h2};
use crate::dial::CurrentAttempt;
use crate::error::Error;
use crate::exchange::{Exchange, Reply, total_timeout};
use crate::io::ByteStream;
use crate::pool::{ConnectionId, Event};
use crate::route::Route;
use crate::upgrade::End;

/// What a connection's task reports to.
pub(super) trait ConnectionOwner: Sized + 'static {
    /// Something happened to the connection.
    fn report(self: &Rc<Self>, event: Event<'_>);
    /// The connection could not be opened.
    fn attempt_failed(self: &Rc<Self>, connection: ConnectionId, error: Error);
    /// The request has its end.
    fn finished(&self, exchange: &Exchange);
    /// The request, which the server has not processed, needs another connection.
    fn resubmit(self: &Rc<Self>, route: &Route, exchange: &Rc<Exchange>);
    /// The request, of which nothing was sent, needs a connection that speaks HTTP/1.1.
    fn submit_over_http1(self: &Rc<Self>, route: &Route, exchange: &Rc<Exchange>);
    /// Opens another connection, for this request.
    async fn connect_again(
        &self,
        route: &Route,
        exchange: &Rc<Exchange>,
        current: Rc<CurrentAttempt>,
    ) -> Result<Connection, Error>;
    /// The task has ended, or was dropped.
    fn task_ended(self: &Rc<Self>, connection: ConnectionId);
}

/// See the [module](self).
pub(super) struct ConnectionTask<O: ConnectionOwner> {
    pub(super) owner: Rc<O>,
    pub(super) id: ConnectionId,
    pub(super) route: Rc<Route>,
    pub(super) commands: Rc<CommandQueue>,
}

/// How a connection's time with HTTP/1.1 is over.
enum Served<O: ConnectionOwner> {
    /// The connection has ended, and the owner knows it.
    Ended,
    /// The server agreed to HTTP/2 for a new connection in the place of a stale one. This is the request that it was opened
    /// for.
    Replaced(Box<h2::Connection>, Run<O>),
    /// It has become the byte stream of this request.
    Upgraded(h1::UpgradedConnection, Run<O>, Box<dyn ByteStream>),
}

impl<O: ConnectionOwner> ConnectionTask<O> {
    /// Runs until the connection has ended, or has become a byte stream, which has a task of its own.
    pub(super) async fn run<F: Future<Output = Result<Connection, Error>>>(self, opening: F) {
        let opened = tokio::select! {
            biased;
            opened = opening => opened,
            () = self.commands.closed() => return,
        };
        match opened {
            Ok(connection) => {
                self.owner.report(Event::Connected {
                    connection: self.id,
                    capacity: connection.capacity(),
                });
                match connection {
                    Connection::H1(connection) => match self.serve_one_by_one(connection).await {
                        Served::Ended => {}
                        Served::Replaced(connection, run) => {
                            self.report_capacity(connection.capacity());
                            self.serve_streams(connection, Some(run)).await;
                        }
                        Served::Upgraded(connection, run, stream) => {
                            self.hand_over(connection, run, stream);
                        }
                    },
                    Connection::H2(connection) => self.serve_streams(connection, None).await,
                }
            }
            Err(error) => self.owner.attempt_failed(self.id, error),
        }
    }

    /// Runs one request after the other.
    async fn serve_one_by_one(&self, mut connection: Box<h1::Connection>) -> Served<O> {
        loop {
            let command = tokio::select! {
                biased;
                command = self.commands.next() => command,
                // a request that was assigned meanwhile finds the connection closed
                () = connection.ended() => {
                    let Some(command) = self.commands.pop() else {
                        self.owner.report(Event::Closed { connection: self.id });
                        return Served::Ended;
                    };
                    command
                }
            };
            let Command::Run(exchange) = command else {
                return Served::Ended;
            };
            let run = Run::new(&self.owner, exchange);
            let mut release = connection.run(&run.exchange).await;
            if matches!(release, Release::Stale) {
                // its socket is closed before another one is opened in its place
                drop(connection);
                connection = match Box::pin(self.replace(&run.exchange)).await {
                    Some(Connection::H1(replacement)) => replacement,
                    Some(Connection::H2(replacement)) => return Served::Replaced(replacement, run),
                    None => {
                        drop(run);
                        self.released(false, None);
                        return Served::Ended;
                    }
                };
                // a new connection is never stale, so the request goes once more at most
                release = connection.run(&run.exchange).await;
            }
            if let Release::Upgraded(stream) = release {
                return Served::Upgraded(connection.into_upgraded(), run, stream);
            }
            drop(run);
            let Release::Reusable(expires) = release else {
                // its socket is closed before another connection is opened
                drop(connection);
                self.released(false, None);
                return Served::Ended;
            };
            self.released(true, expires);
        }
    }

    /// Lets the byte stream that the connection has become run in a task of its own, which ends the connection.
    fn hand_over(self, connection: h1::UpgradedConnection, run: Run<O>, stream: Box<dyn ByteStream>) {
        byte_streams::spawn(run, stream, move |end| {
            if end == End::Cut {
                connection.reset_on_close();
            }
            // its socket is closed before another connection is opened
            drop(connection);
            self.released(false, None);
        });
    }

    fn report_capacity(&self, capacity: u32) {
        let connection = self.id;
        self.owner.report(Event::CapacityChanged { connection, capacity });
    }

    pub(super) fn released(&self, reusable: bool, expires: Option<Instant>) {
        self.owner.report(Event::Released {
            connection: self.id,
            reusable,
            expires: expires.map(Instant::into_std),
        });
    }

    /// Opens a new connection in the place of a stale one, for the request on it. `None` if the request has ended
    /// meanwhile.
    ///
    /// The request keeps its room in the pool: it neither waits again, nor gets another connection that was kept.
    async fn replace(&self, exchange: &Rc<Exchange>) -> Option<Connection> {
        self.owner.report(Event::Stale { connection: self.id });
        let time_is_over = async {
            match exchange.time_ends() {
                Some(at) => sleep_until(at).await,
                None => pending().await,
            }
        };
        let current = Rc::<CurrentAttempt>::default();
        let opened = tokio::select! {
            biased;
            () = exchange.interruption() => {
                exchange.end_interrupted(current.phase());
                return None;
            }
            opened = self.owner.connect_again(&self.route, exchange, Rc::clone(&current)) => opened,
            () = time_is_over => Err(total_timeout(current.phase())),
        };
        opened.map_err(|error| exchange.end(Reply::Failed(error))).ok()
    }
}

impl<O: ConnectionOwner> Drop for ConnectionTask<O> {
    fn drop(&mut self) {
        while let Some(command) = self.commands.pop() {
            if let Command::Run(exchange) = command {
                self.owner.finished(&exchange);
            }
        }
        self.owner.task_ended(self.id);
    }
}

/// A request on its connection. However that ends, also by a dropped task, the owner learns of it.
pub(super) struct Run<O: ConnectionOwner> {
    owner: Rc<O>,
    pub(super) exchange: Rc<Exchange>,
    /// False for a request that goes to another connection.
    is_over: bool,
}

impl<O: ConnectionOwner> Run<O> {
    pub(super) fn new(owner: &Rc<O>, exchange: Rc<Exchange>) -> Self {
        Self {
            owner: Rc::clone(owner),
            exchange,
            is_over: true,
        }
    }

    /// Gives the request back to the owner, for a connection that speaks HTTP/1.1.
    pub(super) fn submit_over_http1(mut self, route: &Route) {
        self.is_over = false;
        self.owner.submit_over_http1(route, &self.exchange);
    }

    /// Takes the request, which its connection gets again.
    pub(super) fn into_exchange(mut self) -> Rc<Exchange> {
        self.is_over = false;
        Rc::clone(&self.exchange)
    }

    /// Gives the request back to the owner, for another connection, unless it is interrupted.
    pub(super) fn resubmit(mut self, route: &Route) {
        if self.exchange.ends_unsent() {
            return;
        }
        self.is_over = false;
        self.owner.resubmit(route, &self.exchange);
    }
}

impl<O: ConnectionOwner> Drop for Run<O> {
    fn drop(&mut self) {
        if self.is_over {
            self.owner.finished(&self.exchange);
        }
    }
}
