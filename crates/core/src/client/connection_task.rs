//! The task of one connection: it opens the connection, runs requests on it and reports what happens.

use std::future::Future;
use std::rc::Rc;

use super::commands::{Command, CommandQueue};
use crate::conn::{Connection, Release};
use crate::error::{Error, Phase};
use crate::exchange::Exchange;
use crate::pool::{ConnectionId, Event};
use crate::route::Route;

/// What a connection's task reports to.
pub(super) trait ConnectionOwner: Sized {
    /// Something happened to the connection.
    fn report(self: &Rc<Self>, event: Event<'_>);
    /// The connection could not be opened.
    fn attempt_failed(self: &Rc<Self>, connection: ConnectionId, error: Error);
    /// The request has its end.
    fn finished(&self, exchange: &Exchange);
    /// The server has seen nothing of the request, which needs another connection.
    fn resubmit(self: &Rc<Self>, route: &Route, exchange: &Rc<Exchange>);
    /// The task has ended, in whatever way.
    fn task_ended(self: &Rc<Self>, connection: ConnectionId);
}

/// See the [module](self).
pub(super) struct ConnectionTask<O: ConnectionOwner> {
    pub(super) owner: Rc<O>,
    pub(super) id: ConnectionId,
    pub(super) route: Rc<Route>,
    pub(super) commands: Rc<CommandQueue>,
}

impl<O: ConnectionOwner> ConnectionTask<O> {
    /// Runs until the connection has ended.
    pub(super) async fn run(self, opening: impl Future<Output = Result<Connection, Error>>) {
        let opened = tokio::select! {
            biased;
            opened = opening => opened,
            () = self.commands.closed() => return,
        };
        match opened {
            Ok(connection) => {
                self.owner.report(Event::Connected {
                    connection: self.id,
                    capacity: 1,
                });
                self.serve(connection).await;
            }
            Err(error) => self.owner.attempt_failed(self.id, error),
        }
    }

    async fn serve(&self, mut connection: Connection) {
        loop {
            let command = tokio::select! {
                biased;
                command = self.commands.next() => command,
                // a request that was assigned meanwhile finds the connection closed, and is resubmitted
                () = connection.ended() => match self.commands.pop() {
                    Some(command) => command,
                    None => return self.owner.report(Event::Closed { connection: self.id }),
                }
            };
            let Command::Run(exchange) = command else { return };
            let mut run = Run {
                owner: &*self.owner,
                exchange: &exchange,
                is_over: true,
            };
            let release = connection.run(&exchange).await;
            run.is_over = !matches!(release, Release::Unsent) || exchange.interrupted().is_some();
            drop(run);
            if !matches!(release, Release::Reusable) {
                // its socket is closed before another connection is opened in its place
                drop(connection);
                return self.connection_is_over(&release, &exchange);
            }
            self.owner.report(Event::Released {
                connection: self.id,
                reusable: true,
            });
        }
    }

    fn connection_is_over(&self, release: &Release, exchange: &Rc<Exchange>) {
        let connection = self.id;
        if !matches!(release, Release::Unsent) {
            return self.owner.report(Event::Released {
                connection,
                reusable: false,
            });
        }
        self.owner.report(Event::Closed { connection });
        if exchange.interrupted().is_some() {
            exchange.end_interrupted(Phase::Pool);
        } else {
            self.owner.resubmit(&self.route, exchange);
        }
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
struct Run<'a, O: ConnectionOwner> {
    owner: &'a O,
    exchange: &'a Exchange,
    /// False for a request that goes to another connection.
    is_over: bool,
}

impl<O: ConnectionOwner> Drop for Run<'_, O> {
    fn drop(&mut self) {
        if self.is_over {
            self.owner.finished(self.exchange);
        }
    }
}
