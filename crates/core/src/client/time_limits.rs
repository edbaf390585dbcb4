//! The time limits of a request that has no connection yet.
//!
//! `pool` runs while it waits for room. `connect` is kept by the attempt that the request is bound to, unless that lasts
//! longer because another request shares it; `read` and `write` by its connection. `total` runs all the time.

use tokio::time::Instant;

use crate::dial::{AttemptLimit, connect_timeout};
use crate::error::{Error, Kind, Phase};
use crate::exchange::{Exchange, total_timeout};
use crate::pool::RequestPhase;

/// When the request fails if nothing changes. `attempt` is the limit of the attempt that it is bound to, if others share it.
pub(super) fn deadline(
    phase: RequestPhase,
    exchange: &Exchange,
    attempt: Option<&AttemptLimit>,
) -> Option<Instant> {
    let step = match phase {
        RequestPhase::Waiting { since } | RequestPhase::WaitingToConnect { since, .. } => exchange
            .timeouts()
            .pool
            .map(|limit| Instant::from_std(since) + limit),
        RequestPhase::Connecting { since, .. } => attempt.and_then(|attempt| {
            let own = connects_until(since, exchange)?;
            attempt.at().is_none_or(|at| at > own).then_some(own)
        }),
    };
    [exchange.time_ends(), step].into_iter().flatten().min()
}

/// The time until which a request waits for the attempt that it has been bound to since `since`.
pub(super) fn connects_until(since: std::time::Instant, exchange: &Exchange) -> Option<Instant> {
    Some(Instant::from_std(since) + exchange.timeouts().connect?)
}

/// The error of a request whose deadline has passed in this phase.
pub(super) fn timed_out(phase: Phase, exchange: &Exchange, now: Instant) -> Error {
    if exchange.time_ends().is_some_and(|total| total <= now) {
        return total_timeout(phase);
    }
    if phase != Phase::Pool {
        return connect_timeout(phase);
    }
    let message = "no connection became free within the pool timeout";
    Error::new(Kind::PoolTimeout, Phase::Pool, "ERR_POOL_TIMEOUT", message)
}
