//! A WebSocket session on bytes that its owner carries, because the peer is inside the owner's process.

use std::rc::Rc;

use tokio::task::spawn_local;

use super::{begin, run};
use crate::exchange::{Exchange, Replies, ResponseHead};
use crate::facts::ResponseTimes;
use crate::io::MemoryStream;
use crate::websocket::Settings;

/// Bytes on their way in each direction.
const CAPACITY: usize = 64 * 1024;

/// Begins a session, and a byte stream whose bytes are the session's: what is written to it is what the peer sent. Each has
/// a key of its own.
pub fn carry_session(
    replies: &Rc<dyn Replies>,
    session_key: u32,
    stream_key: u32,
    settings: Settings,
) -> [Rc<Exchange>; 2] {
    let (inner, outer) = MemoryStream::pair(CAPACITY);
    let session = open(replies, session_key, inner);
    session.open_session(settings);
    [session, open(replies, stream_key, outer)]
}

fn open(replies: &Rc<dyn Replies>, key: u32, end: MemoryStream) -> Rc<Exchange> {
    let exchange = Exchange::detached(key, Rc::clone(replies));
    let head = ResponseHead {
        status: 101,
        sets_cookies: false,
        stream_id: None,
        times: ResponseTimes::default(),
        lines: &[],
    };
    begin(&exchange, head);
    let running = Rc::clone(&exchange);
    spawn_local(async move {
        run(Box::new(end), &running).await;
    });
    exchange
}
