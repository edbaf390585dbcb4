//! Which requests go once more, over another connection, when a connection that was kept open turns out to be closed.

use super::counters::Counters;
use crate::body::RequestBody;
use crate::error::{Error, Kind};
use crate::exchange::Exchange;

/// Whether a request that failed without a response may be sent again.
///
/// It may if the server has provably seen nothing: the system took no byte of it. A streamed body is not kept, so it
/// cannot be sent again.
pub(super) fn may_resend(error: &Error, exchange: &Exchange, counters: &Counters) -> bool {
    let repeatable = !matches!(exchange.body(), RequestBody::Upload(_));
    repeatable && counters.written.get() == 0 && !is_independent_of_connection(error)
}

/// Whether another connection would fail in the same way.
pub(super) fn is_independent_of_connection(error: &Error) -> bool {
    matches!(
        error.kind,
        Kind::LocalProtocolError | Kind::ReadTimeout | Kind::WriteTimeout | Kind::TotalTimeout
    )
}
