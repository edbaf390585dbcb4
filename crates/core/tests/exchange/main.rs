//! Requests without JavaScript: each test is also the server that its client talks to.
//!
//! Most tests run in memory on a paused clock. Those about the system's sockets run over sockets.

mod allocated;
mod backpressure;
mod bodies;
mod broken_bodies;
mod call;
mod caller;
mod cancellation;
mod closing;
mod dropped_clients;
mod early_responses;
mod expectations;
mod facts;
mod framing;
mod http2;
mod if_here;
mod keep_alive;
mod network;
mod pool;
mod proxies;
mod quiet_sessions;
mod random_failures;
mod recorder;
mod request;
mod request_heads;
mod response_heads;
#[cfg(target_os = "linux")]
mod responses_before_requests;
mod restarted_uploads;
mod server;
mod slow_peers;
mod stale;
mod timeouts;
mod traces;
mod trailers;
#[cfg(unix)]
mod unused_connections;
mod upgrades;
mod uploads;
mod websocket;

use std::time::Duration;

use tokio::runtime::{Builder, LocalOptions};
use tokio::time::{sleep, timeout};

/// Longer than any test takes on a slow machine. In memory, a test that waits in vain gets here at once.
const HANGING: Duration = Duration::from_secs(30);

/// Runs a test with servers in memory. Its clock stands still while any task has work, and then jumps to the next timer.
fn run(test: impl Future<Output = ()>) {
    network::use_memory(true);
    run_on(
        Builder::new_current_thread().enable_time().start_paused(true),
        test,
    );
}

/// Runs a test over real sockets, in real time.
fn run_over_sockets(test: impl Future<Output = ()>) {
    network::use_memory(false);
    run_on(Builder::new_current_thread().enable_all(), test);
}

/// Runs a test in memory, and then over real sockets.
fn run_on_both<F: Future<Output = ()>>(test: impl Fn() -> F) {
    run(test());
    run_over_sockets(test());
}

/// Runs a test on a runtime like the engine's.
fn run_on(runtime: &mut Builder, test: impl Future<Output = ()>) {
    runtime
        .build_local(LocalOptions::default())
        .unwrap()
        .block_on(async { timeout(HANGING, test).await.expect("the test hangs") });
}

/// Waits until all tasks of a test in memory wait: only then does its clock move.
async fn until_idle() {
    sleep(milliseconds(1)).await;
}

const fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}
