//! The pool's promises.

use std::collections::BTreeSet;
use std::time::Duration;

use httpxide_core::pool::{Limits, RequestPhase, SURPLUS_GRACE};

use crate::caller::{Caller, ORIGINS, Progress, name};

impl Caller {
    pub(crate) fn check_phases(&mut self) {
        let mut bound = BTreeSet::new();
        for (id, request) in self.requests.iter_mut().enumerate() {
            match self.state.phase(name(id)) {
                None => assert!(
                    matches!(request.progress, Progress::Assigned | Progress::Over),
                    "{id} is lost"
                ),
                Some(RequestPhase::Waiting { .. }) => assert_eq!(request.progress, Progress::Waiting),
                Some(RequestPhase::Connecting { connection, .. }) => {
                    assert!(matches!(
                        request.progress,
                        Progress::Waiting | Progress::Connecting
                    ));
                    request.progress = Progress::Connecting;
                    let attempt = &self.connections[&connection.0];
                    assert!(attempt.connecting() && attempt.origin == request.origin);
                    assert!(bound.insert(connection.0), "an attempt is for one request");
                }
            }
        }
        let stats = self.state.snapshot();
        let connecting = self
            .connections
            .values()
            .filter(|connection| connection.connecting())
            .count();
        assert_eq!(stats.connections.connecting, connecting);
        assert_eq!(stats.connections.idle, self.idle.len());
        assert_eq!(
            stats.connections.active,
            self.connections.len() - connecting - self.idle.len()
        );
        assert_eq!(stats.requests.connecting, bound.len());
        assert_eq!(
            stats.requests.waiting,
            self.with_progress(|progress| progress == Progress::Waiting).len()
        );
        let active: u32 = self
            .connections
            .values()
            .map(|connection| connection.active)
            .sum();
        assert_eq!(stats.requests.active, active as usize);
    }

    fn of_origin(&self, origin: usize) -> usize {
        self.connections
            .values()
            .filter(|connection| connection.origin == origin)
            .count()
    }

    fn is_host_limited(&self, origin: usize) -> bool {
        self.limits
            .max_connections_per_host
            .is_some_and(|limit| self.of_origin(origin) >= limit)
    }

    pub(crate) fn check_limits(&self) {
        let Limits {
            max_connections,
            max_keepalive_connections,
            keepalive_expiry,
            max_connections_per_host,
        } = self.limits;
        assert!(max_connections.is_none_or(|limit| self.connections.len() <= limit));
        for origin in 0..ORIGINS.len() {
            assert!(max_connections_per_host.is_none_or(|limit| self.of_origin(origin) <= limit));
        }
        let kept_for = match max_keepalive_connections {
            Some(0) => Some(Duration::ZERO),
            Some(limit) if self.idle.len() > limit => {
                Some(SURPLUS_GRACE.min(keepalive_expiry.unwrap_or(Duration::MAX)))
            }
            _ => keepalive_expiry,
        };
        let expiry = self.idle.first().and_then(|(_, since)| Some(*since + kept_for?));
        assert!(expiry.is_none_or(|expiry| expiry > self.now));
        assert_eq!(self.state.next_expiry(), expiry);
    }

    /// How many attempts have no request.
    pub(crate) fn orphans(&self) -> usize {
        let attempts = self
            .connections
            .values()
            .filter(|connection| connection.connecting())
            .count();
        let connecting = self
            .with_progress(|progress| progress == Progress::Connecting)
            .len();
        attempts
            .checked_sub(connecting)
            .expect("an attempt is for one request")
    }

    pub(crate) fn check_nobody_waits_in_vain(&self) {
        let room = self
            .limits
            .max_connections
            .is_none_or(|limit| self.connections.len() < limit);
        for request in &self.requests {
            if matches!(request.progress, Progress::Waiting | Progress::Connecting) {
                let available = self
                    .connections
                    .values()
                    .any(|c| c.origin == request.origin && c.available());
                assert!(!available, "a connection could take it");
            }
            if request.progress == Progress::Waiting && !self.is_host_limited(request.origin) {
                assert!(
                    !room && self.idle.is_empty() && self.orphans() == 0,
                    "there is room for it"
                );
            }
        }
    }

    pub(crate) fn check_order(&self, waited: &[usize], assigned: &BTreeSet<usize>, shared: &BTreeSet<usize>) {
        let served = waited
            .iter()
            .filter(|&&id| self.requests[id].progress == Progress::Connecting || assigned.contains(&id));
        for &id in served {
            for older in (0..id).filter(|&older| self.requests[older].progress == Progress::Waiting) {
                let origin = self.requests[older].origin;
                assert_ne!(
                    origin, self.requests[id].origin,
                    "{id} passed {older} of its own origin"
                );
                assert!(
                    self.is_host_limited(origin) || shared.contains(&id),
                    "{id} passed {older}"
                );
            }
        }
        for &id in assigned {
            let is_older = |older: &usize| {
                self.requests[*older].origin == self.requests[id].origin
                    && matches!(
                        self.requests[*older].progress,
                        Progress::Waiting | Progress::Connecting
                    )
            };
            assert_eq!(
                (0..id).find(is_older),
                None,
                "an older request of its origin has no connection"
            );
        }
    }
}
