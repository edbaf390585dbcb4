//! The records that cross the boundary. `crates/protocol` has their layout.

pub(crate) mod completion;
pub(crate) mod submission;
