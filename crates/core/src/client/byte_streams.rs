//! The task of a connection, or of a stream of a shared one, that has become a byte stream.
//!
//! It is a task of its own: that of HTTP keeps room for all that a request may need, and byte streams are quiet for hours.

use tokio::task::spawn_local;

use super::connection_task::{ConnectionOwner, Run};
use crate::io::ByteStream;
use crate::upgrade::{self, End};

/// Runs the byte stream that a request has got. `ended` follows, once the owner knows that the request has its end.
pub(super) fn spawn<O: ConnectionOwner>(
    request: Run<O>,
    stream: Box<dyn ByteStream>,
    ended: impl FnOnce(End) + 'static,
) {
    spawn_local(run(request, stream, ended));
}

#[expect(
    clippy::manual_async_fn,
    reason = "an async fn would hold its arguments twice"
)]
fn run<O: ConnectionOwner>(
    request: Run<O>,
    stream: Box<dyn ByteStream>,
    ended: impl FnOnce(End),
) -> impl Future<Output = ()> {
    async move {
        let end = upgrade::run(stream, &request.exchange).await;
        drop(request);
        ended(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::dispatch::Dispatcher;
    use crate::client::sizes::{any, size_of_result};

    #[test]
    fn the_task_of_a_byte_stream_is_small() {
        let bytes = size_of_result(|| run::<Dispatcher>(any(), any(), |_| {}));
        assert!(bytes <= 224, "{bytes} bytes");
    }
}
