//! How long idle connections are kept.

use std::time::{Duration, Instant};

use super::Action;
use super::list::Index;
use super::records::Pool;

/// For how long there may be more idle connections than `max_keepalive_connections`.
///
/// With 64 requests in flight, the responses of one turn leave more than the default of 20 idle for the moment that
/// JavaScript needs to send the next requests. To close them at once would cost a connection for most requests: with
/// it, 64 in flight on default limits are three times as many requests a second.
pub const SURPLUS_GRACE: Duration = Duration::from_millis(100);

/// The least time that a connection is kept while its server takes no requests for now and requests wait for it. Limits
/// that close idle connections at once would otherwise connect to such a server again and again.
pub const STALLED_GRACE: Duration = Duration::from_secs(1);

impl Pool {
    /// When the next idle connection is to be closed: the time for a [`Sweep`](super::Event::Sweep).
    ///
    /// It need not be punctual: such a connection is never assigned, whether or not it was swept.
    pub fn next_expiry(&self) -> Option<Instant> {
        self.next_expiry
    }

    /// Whether an idle connection has expired. No state changes between steps, so each looks for the next one once.
    pub(super) fn has_expired(&self, now: Instant) -> bool {
        self.next_expiry.is_some_and(|expiry| expiry <= now)
    }

    pub(super) fn find_next_expiry(&mut self) {
        let announced = self.expiries.first().map(|(at, _)| at);
        let by_limits = self.next_by_limits().map(|(at, _)| at);
        self.next_expiry = [by_limits, announced].into_iter().flatten().min();
    }

    /// The idle connection that the limits close first, and when.
    fn next_by_limits(&self) -> Option<(Instant, Index)> {
        let mut next = Some(self.idle.first()?);
        let kept_for = match self.limits.max_keepalive_connections {
            Some(0) => Some(Duration::ZERO),
            Some(limit) if self.idle.len() > limit => Some(
                self.limits
                    .keepalive_expiry
                    .map_or(SURPLUS_GRACE, |expiry| expiry.min(SURPLUS_GRACE)),
            ),
            _ => self.limits.keepalive_expiry,
        }?;
        let mut first: Option<(Instant, Index)> = None;
        while let Some(index) = next {
            let connection = &self.connections[index];
            let is_awaited = connection.capacity == 0 && !self.routes[connection.route].waiting.is_empty();
            let least = if is_awaited { STALLED_GRACE } else { Duration::ZERO };
            if let Some(at) = connection.idle_since.checked_add(kept_for.max(least))
                && first.is_none_or(|(earliest, _)| at < earliest)
            {
                first = Some((at, index));
            }
            if !is_awaited {
                // those behind it have been idle for less
                break;
            }
            next = self.overall_links.next(index);
        }
        first
    }

    /// Closes the idle connections that have expired, or were too many for too long.
    pub(super) fn expire(&mut self, now: Instant, actions: &mut Vec<Action>) {
        while let Some(connection) = self.expired(now) {
            self.close(connection, actions);
        }
    }

    fn expired(&self, now: Instant) -> Option<Index> {
        if let Some((expiry, connection)) = self.next_by_limits()
            && expiry <= now
        {
            return Some(connection);
        }
        let (expiry, connection) = self.expiries.first()?;
        (expiry <= now).then_some(connection)
    }

    pub(super) fn close(&mut self, connection: Index, actions: &mut Vec<Action>) {
        let connection = self.remove_connection(connection);
        actions.push(Action::Close { connection });
    }

    /// Closes every idle connection of this one's route.
    pub(super) fn close_idle_of_same_route(&mut self, connection: Index, actions: &mut Vec<Action>) {
        let route = self.connections[connection].route;
        while let Some(idle) = self.routes[route].idle.first() {
            self.close(idle, actions);
        }
    }
}
