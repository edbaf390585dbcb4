//! What happens to a client by the passage of time alone: requests that wait too long fail, and connections that are
//! idle for too long close.

use std::rc::{Rc, Weak};

use tokio::time::Instant;

use super::alarm::Alarm;
use super::dispatch::Dispatcher;
use super::time_limits::timed_out;
use crate::exchange::Reply;
use crate::pool::Event;

/// Runs until the alarm has ended or the client is gone. It does not keep the client alive.
pub(super) async fn run(dispatcher: Weak<Dispatcher>, alarm: Rc<Alarm>) {
    while alarm.fires().await {
        let Some(dispatcher) = dispatcher.upgrade() else {
            return;
        };
        expire(&dispatcher);
    }
}

fn expire(dispatcher: &Rc<Dispatcher>) {
    let now = Instant::now();
    // sets the alarm for the next connection to expire
    dispatcher.step(Event::Sweep);
    for exchange in dispatcher.unassigned() {
        let Some(phase) = dispatcher.phase(&exchange) else {
            continue;
        };
        match dispatcher.deadline(phase, &exchange) {
            Some(deadline) if deadline <= now => {
                let error = timed_out(dispatcher.phase_of(phase), &exchange, now);
                dispatcher.give_up(&exchange, Reply::Failed(error));
            }
            Some(deadline) => dispatcher.alarm.set_by(deadline),
            None => {}
        }
    }
}
