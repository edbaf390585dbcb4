//! Running requests on a connection that carries many: each in its stream, which has a task of its own.

use std::future::{Future, pending};
use std::rc::Rc;

use tokio::task::spawn_local;
use tokio::time::sleep;

use super::byte_streams;
use super::commands::Command;
use super::connection_task::{ConnectionOwner, ConnectionTask, Run};
use super::stream_tasks::StreamTasks;
use crate::conn::Release;
use crate::conn::h2::{Change, Connection, StreamRun};
use crate::error::{Error, Kind, Phase, RequestSent};
use crate::exchange::Reply;
use crate::pool::{ConnectionId, Event};
use crate::route::Route;

/// Refusals of one request after which its connection is taken out of use. A first one is to be expected of a server that
/// lowers its limit.
const TOLERATED_REFUSALS: u32 = 1;

impl<O: ConnectionOwner> ConnectionTask<O> {
    /// Runs requests until the connection has ended. `first` is a request that has the connection already.
    pub(super) async fn serve_streams(&self, mut connection: Box<Connection>, first: Option<Run<O>>) {
        let tasks = StreamTasks::new();
        if let Some(run) = first {
            self.begin(&connection, &tasks, run);
        }
        loop {
            let command = tokio::select! {
                biased;
                // all of them before the connection writes: their heads leave together
                command = self.commands.next() => command,
                change = connection.changed() => {
                    self.report_change(change);
                    if change == Change::Ended {
                        return self.resubmit_queued();
                    }
                    continue;
                }
            };
            let Command::Run(exchange) = command else {
                return connection.close().await;
            };
            let run = Run::new(&self.owner, exchange);
            match connection.changed_while_idle().await {
                Some(Change::Ended) => {
                    drop(connection);
                    self.report_change(Change::Ended);
                    run.resubmit(&self.route);
                    return self.resubmit_queued();
                }
                Some(Change::Draining | Change::Capacity(0)) => self.give_back(&connection, run),
                change => {
                    if let Some(change) = change {
                        self.report_change(change);
                    }
                    self.begin(&connection, &tasks, run);
                }
            }
        }
    }

    fn report_change(&self, change: Change) {
        let connection = self.id;
        self.owner.report(match change {
            Change::Capacity(capacity) => Event::CapacityChanged { connection, capacity },
            Change::Draining => Event::Draining { connection },
            Change::Ended => Event::Closed { connection },
        });
    }

    fn begin(&self, connection: &Connection, tasks: &StreamTasks<Work<O>>, run: Run<O>) {
        if run.exchange.ends_unsent() {
            drop(run);
            return self.released(true, None);
        }
        if run.exchange.head().asks_for_websocket() {
            match connection.takes_websockets() {
                Some(true) => {}
                Some(false) => {
                    self.released(true, None);
                    return run.submit_over_http1(&self.route);
                }
                None => return self.defer(connection, run),
            }
        }
        match connection.begin(&run.exchange, &self.route) {
            Ok(Some(stream)) => {
                let (owner, route, id) = (&self.owner, &self.route, self.id);
                tasks.give((stream, run), || {
                    let (owner, route) = (Rc::clone(owner), Rc::clone(route));
                    move |work| perform(work, Rc::clone(&owner), id, Rc::clone(&route))
                });
            }
            Ok(None) => self.give_back(connection, run),
            Err(error) => {
                run.exchange.end(Reply::Failed(error));
                drop(run);
                self.released(true, None);
            }
        }
    }

    /// Lets a request wait until the server's settings tell whether it takes a WebSocket.
    fn defer(&self, connection: &Connection, run: Run<O>) {
        let known = connection.settings_known();
        let commands = Rc::downgrade(&self.commands);
        let (owner, route, id) = (Rc::clone(&self.owner), Rc::clone(&self.route), self.id);
        spawn_local(async move {
            let limit = run.exchange.timeouts().read;
            let silence = async {
                match limit {
                    Some(limit) => sleep(limit).await,
                    None => pending().await,
                }
            };
            let known = tokio::select! {
                biased;
                () = run.exchange.interruption() => Ok(()),
                known = known => known,
                () = silence => {
                    let message = "the server sent no bytes within the read timeout";
                    Err(Error::new(Kind::ReadTimeout, Phase::Headers, "ERR_READ_TIMEOUT", message))
                }
            };
            if let Err(error) = known {
                run.exchange.end(Reply::Failed(error.sent(RequestSent::No)));
                drop(run);
                return owner.report(Event::Released {
                    connection: id,
                    reusable: true,
                    expires: None,
                });
            }
            match commands.upgrade() {
                Some(commands) => commands.push(Command::Run(run.into_exchange())),
                None => run.resubmit(&route),
            }
        });
    }

    /// Gives a request of which nothing was sent back to the pool, which must know first that the connection takes none.
    fn give_back(&self, connection: &Connection, run: Run<O>) {
        self.report_change(if connection.capacity() == 0 {
            Change::Capacity(0)
        } else {
            Change::Draining
        });
        self.released(true, None);
        run.resubmit(&self.route);
    }

    /// Gives back what was assigned to the connection just before the pool knew that it had ended.
    fn resubmit_queued(&self) {
        while let Some(command) = self.commands.pop() {
            if let Command::Run(exchange) = command {
                Run::new(&self.owner, exchange).resubmit(&self.route);
            }
        }
    }
}

/// A request in its stream. Boxed: it is handed over several times, and each would copy it.
type Work<O> = (Box<StreamRun>, Run<O>);

/// What the task of a stream does.
#[expect(
    clippy::manual_async_fn,
    reason = "an async fn would hold its arguments twice"
)]
fn perform<O: ConnectionOwner>(
    (mut stream, run): Work<O>,
    owner: Rc<O>,
    connection: ConnectionId,
    route: Rc<Route>,
) -> impl Future<Output = ()> {
    async move {
        let release = stream.run(&run.exchange).await;
        if stream.is_connection_unfit() {
            owner.report(Event::Draining { connection });
        }
        let released = Event::Released {
            connection,
            reusable: true,
            expires: None,
        };
        if let Release::Upgraded(bytes) = release {
            return byte_streams::spawn(run, bytes, move |_| {
                // resets it, unless it has ended
                drop(stream);
                owner.report(released);
            });
        }
        // resets it, unless it has ended
        drop(stream);
        if !matches!(release, Release::Stale) {
            drop(run);
            return owner.report(released);
        }
        if run.exchange.resubmissions.get() > TOLERATED_REFUSALS {
            owner.report(Event::Draining { connection });
        }
        owner.report(released);
        run.resubmit(&route);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::dispatch::Dispatcher;
    use crate::client::sizes::{any, size_of_result};

    #[test]
    fn the_task_of_a_stream_keeps_no_room_for_what_few_requests_need() {
        let bytes = size_of_result(|| perform::<Dispatcher>(any(), any(), any(), any()));
        assert!(bytes <= 1536, "{bytes} bytes");
    }

    #[test]
    fn an_open_connection_keeps_no_room_for_what_few_requests_need() {
        type Opening = std::pin::Pin<Box<dyn Future<Output = Result<crate::conn::Connection, Error>>>>;
        let bytes = size_of_result(|| ConnectionTask::<Dispatcher>::run::<Opening>(any(), any()));
        assert!(bytes <= 1792, "{bytes} bytes");
    }
}
