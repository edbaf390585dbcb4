//! Connections: how they are found, and in which lists they are.

use std::time::Instant;

use super::ConnectionId;
use super::list::Index;
use super::records::{BoundRequests, ConnectionRecord, ConnectionState, Pool, Room};

/// The list of its route in which a connection is.
#[derive(Clone, Copy, PartialEq)]
enum RouteList {
    Idle,
    Sharing,
    Orphans,
}

/// The list of the pool in which a connection is.
#[derive(Clone, Copy, PartialEq)]
enum PoolList {
    Idle,
    Orphans,
    Wanting,
    Unneeded,
}

/// What a connection is good for, as its fields imply. It decides the lists and counters of the connection.
#[derive(Clone, Copy, PartialEq)]
enum Standing {
    /// An attempt with a bound request.
    Bound,
    /// An attempt without one.
    Orphan,
    /// An attempt with a bound request and without room.
    Roomless,
    /// The same, but it wants room.
    Wanting,
    /// An attempt with neither a bound request nor room.
    Unneeded,
    /// Open and without a request.
    Idle,
    /// The same, but its server takes no requests for now.
    IdleStalled,
    /// In use, with room for another request.
    Sharing,
    /// In use, without room.
    Full,
    /// In use, and its server takes no more requests for now.
    Stalled,
    /// In use until its last request ends.
    Draining,
}

impl ConnectionRecord {
    fn standing(&self) -> Standing {
        match (self.state, self.active, self.capacity) {
            (ConnectionState::Connecting(bound), ..) => match (self.room, bound) {
                (Room::Held, BoundRequests::None) => Standing::Orphan,
                (Room::Held, _) => Standing::Bound,
                (_, BoundRequests::None) => Standing::Unneeded,
                (Room::GivenBack, _) => Standing::Roomless,
                (Room::Wanted, _) => Standing::Wanting,
            },
            (ConnectionState::Draining, ..) => Standing::Draining,
            (ConnectionState::Open, 0, 0) => Standing::IdleStalled,
            (ConnectionState::Open, 0, _) => Standing::Idle,
            (ConnectionState::Open, _, 0) => Standing::Stalled,
            (ConnectionState::Open, active, capacity) if active < capacity => Standing::Sharing,
            (ConnectionState::Open, ..) => Standing::Full,
        }
    }
}

impl Standing {
    fn route_list(self) -> Option<RouteList> {
        match self {
            Self::Orphan | Self::Unneeded => Some(RouteList::Orphans),
            Self::Idle => Some(RouteList::Idle),
            Self::Sharing => Some(RouteList::Sharing),
            _ => None,
        }
    }

    fn pool_list(self) -> Option<PoolList> {
        match self {
            Self::Orphan => Some(PoolList::Orphans),
            Self::Idle | Self::IdleStalled => Some(PoolList::Idle),
            Self::Wanting => Some(PoolList::Wanting),
            Self::Unneeded => Some(PoolList::Unneeded),
            _ => None,
        }
    }

    fn is_attempt(self) -> bool {
        self.is_without_room() || matches!(self, Self::Bound | Self::Orphan)
    }

    fn is_without_room(self) -> bool {
        matches!(self, Self::Roomless | Self::Wanting | Self::Unneeded)
    }

    fn is_stalled(self) -> bool {
        matches!(self, Self::Stalled | Self::IdleStalled)
    }

    fn is_usable(self) -> bool {
        !self.is_attempt() && self != Self::Draining
    }
}

impl Pool {
    /// The connection of this id unless it has ended. The low half of an id is the index.
    pub(super) fn connection(&self, id: ConnectionId) -> Option<Index> {
        let index = Index::try_from(id.0 & u64::from(u32::MAX)).ok()?;
        (self.connections.get(index)?.id == id).then_some(index)
    }

    /// Adds an attempt to which no request is bound.
    pub(super) fn add_connection(&mut self, route: Index, now: Instant) -> Index {
        let entry = self.connections.vacant_entry();
        let index = entry.key();
        let id = u64::from(self.opened) << 32 | index as u64;
        self.opened = self.opened.wrapping_add(1);
        let connection = ConnectionRecord {
            id: ConnectionId(id),
            route,
            state: ConnectionState::Connecting(BoundRequests::None),
            room: Room::Held,
            active: 0,
            capacity: 0,
            idle_since: now,
            expires: None,
        };
        let standing = connection.standing();
        entry.insert(connection);
        self.routes[route].connections += 1;
        self.relist(index, route, None, Some(standing));
        self.refresh(route);
        index
    }

    pub(super) fn remove_connection(&mut self, index: Index) -> ConnectionId {
        let ConnectionRecord { id, route, .. } = self.connections[index];
        let standing = self.connections[index].standing();
        self.relist(index, route, Some(standing), None);
        self.connections.remove(index);
        self.routes[route].connections -= 1;
        self.refresh(route);
        id
    }

    /// Changes a connection, and the lists in which it is.
    pub(super) fn update(&mut self, index: Index, change: impl FnOnce(&mut ConnectionRecord)) {
        let connection = &mut self.connections[index];
        let (before, route) = (connection.standing(), connection.route);
        change(connection);
        let after = connection.standing();
        if before != after {
            self.relist(index, route, Some(before), Some(after));
            self.refresh(route);
        }
    }

    pub(super) fn set_bound(&mut self, attempt: Index, bound: BoundRequests) {
        self.update(attempt, |attempt| {
            attempt.state = ConnectionState::Connecting(bound);
        });
    }

    /// Moves a connection between lists. `None` is before its beginning and after its end.
    fn relist(&mut self, index: Index, route: Index, before: Option<Standing>, after: Option<Standing>) {
        let route = &mut self.routes[route];
        let count = |counter: &mut usize, counts: fn(Standing) -> bool| {
            *counter += usize::from(after.is_some_and(counts));
            *counter -= usize::from(before.is_some_and(counts));
        };
        count(&mut route.attempts, Standing::is_attempt);
        count(&mut route.usable, Standing::is_usable);
        count(&mut route.stalled, Standing::is_stalled);
        count(&mut self.without_room, Standing::is_without_room);
        let (left, entered) = (
            before.and_then(Standing::route_list),
            after.and_then(Standing::route_list),
        );
        if left != entered {
            let links = &mut self.route_links;
            match left {
                Some(RouteList::Idle) => links.remove(&mut route.idle, index),
                Some(RouteList::Sharing) => links.remove(&mut route.sharing, index),
                Some(RouteList::Orphans) => links.remove(&mut route.orphans, index),
                None => {}
            }
            match entered {
                Some(RouteList::Idle) => links.push_front(&mut route.idle, index),
                Some(RouteList::Sharing) => links.push_front(&mut route.sharing, index),
                Some(RouteList::Orphans) => links.push_back(&mut route.orphans, index),
                None => {}
            }
        }
        let (left, entered) = (
            before.and_then(Standing::pool_list),
            after.and_then(Standing::pool_list),
        );
        if left != entered {
            let links = &mut self.overall_links;
            match left {
                Some(PoolList::Idle) => {
                    links.remove(&mut self.idle, index);
                    self.expiries.set(index, None);
                }
                Some(PoolList::Orphans) => links.remove(&mut self.orphans, index),
                Some(PoolList::Wanting) => links.remove(&mut self.wanting, index),
                Some(PoolList::Unneeded) => links.remove(&mut self.unneeded, index),
                None => {}
            }
            match entered {
                Some(PoolList::Idle) => {
                    links.push_back(&mut self.idle, index);
                    self.expiries.set(index, self.connections[index].expires);
                }
                Some(PoolList::Orphans) => links.push_back(&mut self.orphans, index),
                Some(PoolList::Wanting) => links.push_back(&mut self.wanting, index),
                Some(PoolList::Unneeded) => links.push_back(&mut self.unneeded, index),
                None => {}
            }
        }
    }
}
