//! The two queues of an environment, each behind a lock that is held only to append or to swap.

mod completions;
mod signal;
mod submissions;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use self::completions::{Attachment, Completed, Completions};
pub(crate) use self::signal::Signal;
pub(crate) use self::submissions::{Batch, Command, NameSource, Submissions};

/// Buffers larger than this are not kept.
const KEPT_BYTES: usize = 1024 * 1024;

/// Empties a buffer of records, and frees what an unusually large batch added to it.
pub(crate) fn empty(records: &mut Vec<u8>) {
    records.clear();
    records.shrink_to(KEPT_BYTES);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // nothing panics while it holds one of these locks
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
