//! The pool's decisions: which request gets which connection, what is opened, what is closed. `docs/design/pool.md`
//! shows them on one page.
//!
//! [`Pool::step`] is a pure reducer. It takes the time and one [`Event`] and appends the [`Action`]s that follow. It does
//! no I/O, reads no clock and waits for nothing. The caller owns sockets and timers, reports what happened and carries
//! out the actions in order.
//!
//! What holds after every step:
//!
//! - Connections, open or being opened, stay within [`Limits`], but for attempts that have no socket and gave their room
//!   back: a resolver that hangs costs its own requests only. More idle ones than `max_keepalive_connections` exist
//!   for at most [`SURPLUS_GRACE`]. Only idle connections count for that limit: HTTPX compares it with all of them
//!   (httpcore #1000) and closes connections for no reason.
//! - A connection never carries more requests than its server allows at the moment when one is added.
//! - No request waits in vain: none waits while a connection of its route could take it, or while a connection could be
//!   opened for it.
//! - Requests are served in order of arrival, over all routes. A request passes an older one of another route only if
//!   that route may not open a connection although the pool has room, or if the request shares a connection or an
//!   attempt that is in use anyway and so needs no room. Whoever gave its room back for a look-up had its turn: it comes
//!   first when it wants room again. The connection that has been idle for longest is closed to make
//!   room for the oldest request.
//! - The connection that became idle last is used first: its server is the least likely to have closed it, and the
//!   others can age and go.
//! - A connection is closed only if no request is on it and none is promised to it (httpcore #1110: a pool that closes
//!   what it has just assigned leaves a request hanging).
//! - Room belongs to a connection, not to a request, so a cancelled request has none to leak (httpcore #1093). Each
//!   connection ends exactly once: by [`Action::Close`], [`Event::ConnectFailed`] or [`Event::Closed`].
//! - Events about a connection that has ended are ignored, and so is the cancellation of a request that no longer waits:
//!   both cross with actions in ordinary operation.
//!
//! A request for which a connection is being opened is *bound* to that attempt: its connect timeout runs, and it fails if
//! the attempt fails. It still takes a connection that becomes available earlier. The attempt is an *orphan* then: it
//! goes to the oldest waiting request of its route, or completes and becomes idle.
//!
//! Where connections may carry many requests, one attempt at a time is under way. If the route has no usable connection,
//! all of its requests are bound to that attempt; otherwise the oldest one is, and the others wait for room.
//!
//! The cost of a step does not depend on the number of connections and requests; only the order between routes with
//! waiting requests costs the logarithm of their number. In the steady state a step allocates nothing.

mod action;
mod changes;
mod connections;
mod event;
mod indexed_heap;
mod keepalive;
mod limits;
mod list;
mod records;
mod requests;
mod room;
mod routes;
mod serve;
mod stats;
mod step;
#[cfg(test)]
mod tests;

pub use action::{Action, FailureCause, RequestPhase};
pub use event::{ConnectionId, Event, Multiplexing, RequestId};
pub use keepalive::{STALLED_GRACE, SURPLUS_GRACE};
pub use limits::Limits;
pub use records::Pool;
pub use room::MOST_WITHOUT_ROOM;
pub use stats::{ConnectionCounts, OriginStats, RequestCounts, Stats};
