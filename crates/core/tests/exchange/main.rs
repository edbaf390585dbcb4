//! Requests over real sockets, without JavaScript: each test is also the server that its client talks to.

mod any_moment;
mod backpressure;
mod bodies;
mod broken_bodies;
mod call;
mod caller;
mod cancelling;
mod closing;
mod early_answers;
mod framing;
mod ledger;
mod letting_go;
#[cfg(unix)]
mod never_used;
mod patience;
mod pool;
mod request;
mod request_heads;
mod response_heads;
mod server;
mod stale;
mod timeouts;
mod traces;
mod uploads;

use std::time::Duration;

use tokio::runtime::{Builder, LocalOptions};
use tokio::time::timeout;

/// Longer than any test takes on a slow machine.
const HANGING: Duration = Duration::from_secs(30);

/// Runs a test on a runtime like the engine's.
fn run(test: impl Future<Output = ()>) {
    Builder::new_current_thread()
        .enable_all()
        .build_local(LocalOptions::default())
        .unwrap()
        .block_on(async { timeout(HANGING, test).await.expect("the test hangs") });
}

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}
