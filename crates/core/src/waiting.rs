//! The time of requests that wait for a connection, and of connections that wait for a request.
//!
//! One timer a client. It is set for the earliest deadline of those that wait when it is set, and not moved when
//! they stop waiting: a request that gets its connection in time costs no timer operation.

use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::client::{Client, WeakClient};
use crate::exchange::Reply;
use crate::pool::Event;

/// How long the timer sleeps when there is nothing to time.
const IDLE: Duration = Duration::from_secs(3600);

/// Runs until the client is closed or dropped.
pub(crate) async fn keep_time(client: WeakClient) {
    loop {
        let Some(strong) = client.upgrade() else { return };
        if strong.is_closed() {
            return;
        }
        let alarm = strong.alarm.get();
        let at = alarm.unwrap_or_else(|| Instant::now() + IDLE);
        // the client must not be kept alive by its own timer
        let moved = Rc::clone(&strong.alarm_moved);
        drop(strong);
        tokio::select! {
            biased;
            () = moved.notified() => {}
            () = sleep_until(at) => {
                if let Some(client) = client.upgrade() {
                    ring(&client);
                }
            }
        }
    }
}

fn ring(client: &Rc<Client>) {
    let now = Instant::now();
    client.step(Event::Sweep);
    let mut next = client.next_expiry();
    for exchange in client.waiting() {
        match client.deadline(&exchange) {
            Some(deadline) if deadline <= now => {
                let error = client.overdue(&exchange, now);
                client.give_up(&exchange, Reply::Failed(error));
            }
            Some(deadline) => next = Some(next.map_or(deadline, |next| next.min(deadline))),
            None => {}
        }
    }
    client.alarm.set(next);
}
