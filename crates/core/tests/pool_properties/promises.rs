//! The pool's promises.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use httpxide_core::pool::{Limits, RequestPhase, STALLED_GRACE, SURPLUS_GRACE};

use crate::caller::{Caller, Connection, ORIGINS, Progress, Room, name};

impl Caller {
    /// Notes which requests are bound to which attempts. Returns those that share their attempt with older ones.
    pub(crate) fn check_phases(&mut self) -> BTreeSet<usize> {
        let were_bound: BTreeMap<u64, Vec<usize>> = self
            .connections
            .iter_mut()
            .map(|(id, connection)| (*id, std::mem::take(&mut connection.bound)))
            .collect();
        for id in 0..self.requests.len() {
            let progress = self.requests[id].progress;
            match self.pool.phase(name(id)) {
                None => assert!(!progress.is_pending(), "{id} is lost"),
                Some(RequestPhase::Waiting { .. }) => assert_eq!(progress, Progress::Waiting),
                Some(
                    phase @ (RequestPhase::Connecting { connection, .. }
                    | RequestPhase::WaitingToConnect { connection, .. }),
                ) => {
                    assert!(progress.is_pending());
                    let waits = matches!(phase, RequestPhase::WaitingToConnect { .. });
                    assert_eq!(waits, self.connections[&connection.0].room == Room::Wanted);
                    self.requests[id].progress = Progress::Connecting;
                    let route = self.requests[id].route;
                    let attempt = self.connection(connection.0);
                    assert!(attempt.connecting() && attempt.route == route);
                    attempt.bound.push(id);
                }
            }
        }
        let mut joined = BTreeSet::new();
        let attempts: Vec<u64> = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.connecting())
            .map(|(id, _)| *id)
            .collect();
        for id in attempts {
            let route = self.connections[&id].route;
            let bound = &self.connections[&id].bound;
            // requests join an attempt only if it was shared when the first of them was bound to it
            if !bound.iter().any(|request| were_bound[&id].contains(request)) {
                let usable = self.of_route(route).any(Connection::usable);
                let shared = self.multiplexes[route] && self.attempts(route) == 1 && !usable;
                let is_certain = !self.closed_stalled.contains(&route);
                let attempt = self.connection(id);
                attempt.shared = is_certain.then_some(shared);
                attempt.lost_its_place = true;
            }
            let attempt = &self.connections[&id];
            if attempt.shared == Some(false) {
                assert!(attempt.bound.len() <= 1, "an attempt is for one request");
            }
            joined.extend(attempt.bound.iter().skip(1));
        }
        joined
    }

    /// Attempts get room in the order in which they came to want it.
    pub(crate) fn check_passed(&mut self) {
        for passed in std::mem::take(&mut self.passed) {
            let is_due = |attempt: &Connection| !attempt.lost_its_place;
            assert!(
                !self.connections.get(&passed).is_some_and(is_due),
                "others came to want room before"
            );
        }
    }

    pub(crate) fn check_counts(&self) {
        let stats = self.pool.snapshot();
        let connections = self.connections.values();
        let connecting = connections.clone().filter(|one| one.connecting()).count();
        let with_room = connections.clone().filter(|one| one.may_open()).count();
        assert_eq!(stats.connections.connecting, with_room);
        assert_eq!(stats.connections.idle, self.idle.len());
        assert_eq!(
            stats.connections.active,
            self.connections.len() - connecting - self.idle.len()
        );
        let bound = |wanting: bool| -> usize {
            let attempts = connections.clone();
            let counted = attempts.filter(|one| (one.room == Room::Wanted) == wanting);
            counted.map(|one| one.bound.len()).sum()
        };
        assert_eq!(stats.requests.connecting, bound(false));
        assert_eq!(
            stats.requests.waiting,
            self.with_progress(|progress| progress == Progress::Waiting).len() + bound(true)
        );
        let active: u32 = connections.map(|one| one.active).sum();
        assert_eq!(stats.requests.active, active as usize);
    }

    pub(crate) fn check_limits(&self) {
        let Limits {
            max_connections,
            max_keepalive_connections,
            keepalive_expiry,
            max_connections_per_host,
        } = self.limits;
        assert!(max_connections.is_none_or(|limit| self.with_room() <= limit));
        for route in 0..ORIGINS.len() {
            assert!(max_connections_per_host.is_none_or(|limit| self.of_route(route).count() <= limit));
        }
        let kept_for = match max_keepalive_connections {
            Some(0) => Some(Duration::ZERO),
            Some(limit) if self.idle.len() > limit => {
                Some(SURPLUS_GRACE.min(keepalive_expiry.unwrap_or(Duration::MAX)))
            }
            _ => keepalive_expiry,
        };
        let mut by_limits = Vec::new();
        for (id, since) in &self.idle {
            let is_awaited = self.is_awaited(*id);
            let least = if is_awaited { STALLED_GRACE } else { Duration::ZERO };
            by_limits.extend(kept_for.map(|kept_for| *since + kept_for.max(least)));
            if !is_awaited {
                break;
            }
        }
        let announced = self
            .idle
            .iter()
            .filter_map(|(id, _)| self.connections[id].expires);
        let expiry = announced.chain(by_limits).min();
        assert!(expiry.is_none_or(|expiry| expiry > self.now));
        assert_eq!(self.pool.next_expiry(), expiry);
    }

    /// Whether requests wait for a connection that takes none for now.
    pub(crate) fn is_awaited(&self, id: u64) -> bool {
        let connection = &self.connections[&id];
        let mut requests = self.requests.iter();
        connection.stalled()
            && requests.any(|one| one.route == connection.route && one.progress == Progress::Waiting)
    }

    /// Whether no connection may be opened for a route, although the pool has room.
    fn is_held_back(&self, route: usize) -> bool {
        let limit = self.limits.max_connections_per_host;
        limit.is_some_and(|limit| self.of_route(route).count() >= limit)
            || self.of_route(route).any(Connection::stalled)
            || self.multiplexes[route] && self.attempts(route) > 0
    }

    pub(crate) fn check_no_request_waits_in_vain(&self) {
        let limit = self.limits.max_connections;
        let room = limit.is_none_or(|limit| self.with_room() < limit);
        let has_spare = room || !self.idle.is_empty() || self.orphans() > 0;
        assert!(
            self.wanting.is_empty() || !has_spare,
            "there is room for an attempt that wants some"
        );
        let mut attempts = self.connections.values().filter(|one| one.connecting());
        assert!(
            attempts.all(|one| one.room == Room::Held || !one.bound.is_empty()),
            "an attempt goes on that has neither a request nor room"
        );
        for request in self.requests.iter().filter(|one| one.progress.is_pending()) {
            let mut connections = self.of_route(request.route);
            assert!(
                !connections.any(Connection::available),
                "a connection could take it"
            );
            if request.progress == Progress::Waiting {
                let mut attempts = self.of_route(request.route).filter(|one| one.connecting());
                assert!(
                    !attempts.any(|attempt| attempt.shared == Some(true) || attempt.bound.is_empty()),
                    "an attempt could take it"
                );
                assert!(
                    self.is_held_back(request.route) || !has_spare,
                    "there is room for it"
                );
            }
        }
    }

    /// `waited` are the requests that waited before the step. `assigned` got a connection in it. `shared` took no
    /// room in it: they use a connection or an attempt that others use too.
    pub(crate) fn check_order(&self, waited: &[usize], assigned: &BTreeSet<usize>, shared: &BTreeSet<usize>) {
        let served = waited
            .iter()
            .filter(|&&id| self.requests[id].progress == Progress::Connecting || assigned.contains(&id));
        for &id in served {
            for older in (0..id).filter(|&older| self.requests[older].progress == Progress::Waiting) {
                let route = self.requests[older].route;
                assert_ne!(
                    route, self.requests[id].route,
                    "{id} passed {older} of its own route"
                );
                // a stalled connection holds its route back until it is closed to make room
                let is_held_back = self.is_held_back(route) || self.closed_stalled.contains(&route);
                assert!(is_held_back || shared.contains(&id), "{id} passed {older}");
            }
        }
        for &id in assigned {
            let is_older = |older: &usize| {
                let older = &self.requests[*older];
                older.route == self.requests[id].route && older.progress.is_pending()
            };
            assert_eq!(
                (0..id).find(is_older),
                None,
                "an older request of its route has no connection"
            );
        }
    }
}
