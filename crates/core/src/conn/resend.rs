//! Which requests go once more, over a new connection, when a connection that was kept open turns out to be closed.
//!
//! A server may close an idle connection at any moment, also while a request is on its way to it (RFC 9112 9.3.1). The
//! client cannot tell this from a server that read the request and failed.

use super::counters::Counters;
use crate::error::{Error, Kind};
use crate::exchange::Exchange;

/// Whether a request that failed on a kept connection goes once more.
///
/// It does if the server has provably seen nothing, because the system took no byte. It also does if not a byte of an
/// answer came and a repetition does no harm. [`Exchange::restart_body`] then says whether its body is still there.
pub(super) fn may_resend(error: &Error, exchange: &Exchange, counters: &Counters) -> bool {
    let unseen = counters.written.get() == 0;
    let harmless = counters.received.get() == 0 && exchange.head().is_repeatable();
    (unseen || harmless) && !is_independent_of_connection(error)
}

/// Why a request that would go once more does not.
pub(super) const BODY_IS_GONE: &str =
    "the request is not sent again, because its body was read in part and cannot be read twice";

/// Whether another connection would fail in the same way.
pub(super) fn is_independent_of_connection(error: &Error) -> bool {
    matches!(
        error.kind,
        Kind::LocalProtocolError | Kind::ReadTimeout | Kind::WriteTimeout | Kind::TotalTimeout
    )
}
