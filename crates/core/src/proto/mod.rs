//! HTTP/1.1 on one connection.

mod deadline;
mod failure;
mod gathering;
mod head;
mod http1;
mod illegal;
mod response;
mod wire;

pub(crate) use http1::{Connection, Outcome};
