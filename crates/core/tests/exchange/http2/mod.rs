//! HTTP/2 with prior knowledge, against servers that are well behaved (`h2`) and against raw frames.

mod broken_rules;
mod faults;
mod frames;
mod limits;
mod lost_connections;
mod malformed_responses;
mod messages;
mod opened;
mod random_frames;
mod refusals;
mod requests;
mod server;
mod silent_connections;
mod small_frames;
mod streams;
mod truncated;
mod websockets;

use httpxide_core::{ClientConfig, Http2Settings, HttpVersions};

use crate::caller::Caller;

fn caller() -> Caller {
    with(Http2Settings::default())
}

fn with(settings: Http2Settings) -> Caller {
    Caller::with(ClientConfig {
        versions: HttpVersions::Http2(settings),
        ..ClientConfig::default()
    })
}
