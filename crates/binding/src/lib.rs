//! The N-API face of httpxide's engine: it converts and queues, and decides nothing.
//!
//! One [`Bridge`](bridge::Bridge) for each JavaScript environment stands between the environment's thread and an
//! I/O thread. JavaScript hands over batches of records ([`submission`]), the I/O thread answers with batches of
//! records ([`completion`]) and one signal for each batch ([`signal`]). `docs/design/boundary.md` has the picture.

mod body;
mod bridge;
mod clock;
mod completion;
mod content_decoder;
mod environment;
mod io_threads;
mod options;
mod outbox;
mod queues;
mod signal;
mod stats;
mod submission;
