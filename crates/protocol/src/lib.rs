//! The protocol between JavaScript and the engine, written once: names that cross as numbers, and the layout of records.
//!
//! Rust uses these items; `node scripts/protocol.mjs` runs this crate's program, which writes them to
//! `src/native/protocol.ts`. Numbers are never given a second meaning: a binary and the JavaScript beside it may differ
//! in version for as long as it takes to install both.
//!
//! A record is a row of little-endian 32-bit words, then bytes, padded to a multiple of four. Its layout names each word
//! by its position from the record's start; bytes follow the last word.

#![forbid(unsafe_code)]

#[macro_use]
mod macros;

pub mod address_kind;
pub mod completion;
pub mod failure;
pub mod submission;
pub mod trace;

/// Constants that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Constants {
    /// What they are.
    pub doc: &'static str,
    /// The start of each one's name in TypeScript, which has no modules inside a file.
    pub prefix: &'static str,
    /// Each by name, number and meaning.
    pub entries: &'static [(&'static str, u32, &'static str)],
}

/// Names that cross as their place in a list.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// What they are.
    pub doc: &'static str,
    /// The list's name in TypeScript.
    pub list: &'static str,
    /// The name of an entry's type in TypeScript.
    pub entry: &'static str,
    /// The entries in order, as TypeScript literals.
    pub literals: &'static [&'static str],
}

/// Every set of constants.
pub const CONSTANTS: &[Constants] = &[
    submission::operation::CONSTANTS,
    submission::flag::CONSTANTS,
    submission::session_flag::CONSTANTS,
    submission::message_flag::CONSTANTS,
    submission::cost::CONSTANTS,
    submission::body::CONSTANTS,
    submission::scheme::CONSTANTS,
    submission::timeout::CONSTANTS,
    submission::record::CONSTANTS,
    submission::start::CONSTANTS,
    submission::chunk::CONSTANTS,
    submission::end::CONSTANTS,
    submission::close_client::CONSTANTS,
    submission::open_session::CONSTANTS,
    submission::message::CONSTANTS,
    submission::ping::CONSTANTS,
    submission::close_session::CONSTANTS,
    submission::messages_read::CONSTANTS,
    submission::resolved::CONSTANTS,
    submission::unresolved::CONSTANTS,
    completion::operation::CONSTANTS,
    completion::status::CONSTANTS,
    completion::time::CONSTANTS,
    completion::received_flag::CONSTANTS,
    completion::taken::CONSTANTS,
    completion::record::CONSTANTS,
    completion::whole::CONSTANTS,
    completion::streamed::CONSTANTS,
    completion::connection_opened::CONSTANTS,
    completion::connection_closed::CONSTANTS,
    completion::credit::CONSTANTS,
    completion::informational::CONSTANTS,
    completion::failed::CONSTANTS,
    completion::trace::CONSTANTS,
    completion::warning::CONSTANTS,
    completion::message::CONSTANTS,
    completion::pong::CONSTANTS,
    completion::disconnected::CONSTANTS,
    completion::lookup::CONSTANTS,
    completion::asker::CONSTANTS,
    completion::lookup_given_up::CONSTANTS,
    failure::http2_code::CONSTANTS,
    failure::words::CONSTANTS,
];

/// Every list of names.
pub const NAMES: &[Names] = &[
    failure::Kind::NAMES,
    failure::Phase::NAMES,
    failure::RequestSent::NAMES,
    trace::Step::NAMES,
    trace::Moment::NAMES,
    address_kind::AddressKind::NAMES,
];
