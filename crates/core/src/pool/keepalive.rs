//! How long connections that serve nobody are kept.

use std::time::Instant;

use super::Action;
use super::links::Index;
use super::state::{Stage, State};

impl State {
    /// When the next idle connection expires: the time for a [`Sweep`](super::Event::Sweep).
    ///
    /// It need not be punctual: an expired connection is never assigned, whether or not it was swept.
    pub fn next_expiry(&self) -> Option<Instant> {
        match self.connections[self.idle.first()?].stage {
            Stage::Idle(since) => since.checked_add(self.limits.keepalive_expiry?),
            _ => None,
        }
    }

    /// Closes the idle connections that have expired.
    pub(super) fn expire(&mut self, now: Instant, actions: &mut Vec<Action>) {
        while self.next_expiry().is_some_and(|expiry| expiry <= now) {
            self.close_oldest_idle(actions);
        }
    }

    /// Closes the idle connections above `max_keepalive_connections`.
    pub(super) fn close_surplus(&mut self, actions: &mut Vec<Action>) {
        while self
            .limits
            .max_keepalive_connections
            .is_some_and(|limit| self.idle.len() > limit)
        {
            self.close_oldest_idle(actions);
        }
    }

    pub(super) fn close(&mut self, connection: Index, actions: &mut Vec<Action>) {
        let connection = self.remove_connection(connection);
        actions.push(Action::Close { connection });
    }

    fn close_oldest_idle(&mut self, actions: &mut Vec<Action>) {
        if let Some(connection) = self.idle.first() {
            self.close(connection, actions);
        }
    }
}
