//! The pool's decision: who gets which connection, what is opened, what is closed. In one page: `docs/design/pool.md`.
//!
//! [`State::step`] is a pure reducer. It takes the time and one [`Event`] and appends the [`Action`]s that
//! follow; it does no I/O, reads no clock and waits for nothing. Whoever owns the sockets and the timers reports
//! what happened and carries out the actions in their order.
//!
//! What always holds when a step is over:
//!
//! - There are never more connections, open or being opened, than [`Limits`] allow, and never more idle ones
//!   than `max_keepalive_connections` for longer than [`SURPLUS_GRACE`]. Only idle ones count for the latter: HTTPX compares it with all of them
//!   (httpcore #1000) and closes connections that it need not.
//! - Nobody waits in vain: no request waits while a connection of its origin could take it, or while it could be
//!   given a connection of its own.
//! - Requests are served in the order of their arrival, whatever their origin. A request passes an older one only
//!   if that is held back by `max_connections_per_host`, or if it shares a connection that is in use anyway
//!   and so needs no room. To give room to the oldest request, the idle connection that was
//!   not used for longest is closed.
//! - The connection that became idle last is used first: it is the least likely to have been closed by the
//!   server, and the others can age and go.
//! - A connection is closed only if it serves nobody and is promised to nobody (httpcore #1110: a pool that closes
//!   what it has just assigned leaves a request hanging).
//! - A slot belongs to a connection and not to a request, so a cancelled request has none to leak (httpcore
//!   #1093). Each opened connection ends exactly once: by [`Action::Close`], [`Event::ConnectFailed`] or
//!   [`Event::Closed`].
//! - Events about a connection that has ended are ignored, and so is the cancellation of a request that no longer
//!   waits: both cross with an action in ordinary operation.
//!
//! A request for which a connection is being opened is *bound* to that attempt: its connect timeout runs, and it
//! fails if the attempt fails. It still takes a connection that becomes available earlier. Its attempt is then an
//! *orphan*: it goes to the oldest waiting request as room does, or else it carries on and becomes idle.
//!
//! A step costs less than 0.3 µs, whatever the number of connections and requests; only the order between origins
//! that have waiting requests costs a logarithm of their number. In the steady state it allocates nothing.

mod event;
mod keepalive;
mod limits;
mod links;
mod ready;
mod serve;
mod slots;
mod state;
mod stats;
mod step;
#[cfg(test)]
mod tests;

pub use event::{Action, ConnectionId, Event, FailureCause, RequestId, RequestPhase};
pub use keepalive::SURPLUS_GRACE;
pub use limits::Limits;
pub use state::State;
pub use stats::{ConnectionCounts, OriginStats, RequestCounts, Stats};
