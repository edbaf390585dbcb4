//! What a user should know although nothing has failed.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// The messages that this process has given.
static GIVEN: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// A variable of the environment names a file that cannot be used, which changes nothing else; or the client's certificate
/// is out of date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The stable code.
    pub code: &'static str,
    /// What it is about, and the reason.
    pub message: String,
}

impl Warning {
    /// Whether the process has not given it yet. True once.
    pub(crate) fn is_new(&self) -> bool {
        // no panic can leave the set half changed
        let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        given.get_or_insert_default().insert(self.message.clone())
    }
}
