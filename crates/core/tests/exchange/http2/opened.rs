//! Requests on one connection to a peer that writes frames. Most tests with such a peer begin with it.

use super::caller;
use super::frames::{END_HEADERS, Frames, HEADERS, OK};
use crate::call::Call;
use crate::caller::Caller;
use crate::request::Request;
use crate::server::Server;

/// A client whose requests have reached their server, on streams 1, 3, ….
pub(crate) struct Opened<const COUNT: usize> {
    pub(crate) caller: Caller,
    pub(crate) server: Server,
    pub(crate) calls: [Call; COUNT],
    pub(crate) peer: Frames,
}

/// Sends requests, and accepts their connection with SETTINGS of this payload.
pub(crate) async fn open_with<const COUNT: usize>(
    settings: &[u8],
    requests: [Request; COUNT],
) -> Opened<COUNT> {
    let (caller, server) = (caller(), Server::start());
    let calls = requests.map(|request| caller.send(&server.origin, request));
    let mut peer = Frames::accept(&server, settings).await;
    for _ in 0..COUNT {
        peer.until(HEADERS).await;
    }
    Opened {
        caller,
        server,
        calls,
        peer,
    }
}

/// The same, with empty SETTINGS.
pub(crate) async fn open<const COUNT: usize>(requests: [Request; COUNT]) -> Opened<COUNT> {
    open_with(&[], requests).await
}

/// A response that is read as it arrives, and whose head has come.
pub(crate) async fn open_response(request: Request) -> Opened<1> {
    let mut opened = open([request.streamed()]).await;
    opened.peer.send(HEADERS, END_HEADERS, 1, OK).await;
    opened.calls[0].head().await;
    opened
}
