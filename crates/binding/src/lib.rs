//! The N-API face of httpxide's engine: it converts and queues, and decides nothing.
//!
//! One [`Bridge`](bridge::Bridge) for each JavaScript environment stands between the environment's thread and an I/O
//! thread. JavaScript hands over batches of records, the I/O thread answers with batches of records ([`records`]) and
//! one signal for each batch ([`queues`]). `docs/design/boundary.md` has the picture.

mod bridge;
mod client_certificate;
mod clock;
mod content_decoder;
mod environment;
mod external_memory;
mod js_bytes;
mod queues;
mod records;
mod young_memory;
