//! The I/O thread: one single-threaded tokio runtime, on which this crate's code runs.
//!
//! The thread is never joined: it ends with the process, and an idle thread keeps no process alive.

mod spin;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::mpsc;
use std::thread;

use tokio::runtime::{Builder, LocalOptions, LocalRuntime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::dns::LOOK_UP_THREADS;
pub use spin::SpinPolicy;

type LocalTask = Pin<Box<dyn Future<Output = ()>>>;
type MakeTask = Box<dyn FnOnce() -> LocalTask + Send>;

/// The most threads for work that blocks: all look-ups of the system, and some for the settings of TLS, which read files. They
/// begin as they are needed.
const BLOCKING_THREADS: usize = LOOK_UP_THREADS + 16;

/// A handle to an I/O thread.
#[derive(Clone, Debug)]
pub struct Engine {
    tasks: UnboundedSender<MakeTask>,
}

impl Engine {
    /// Starts an I/O thread of this name.
    ///
    /// # Errors
    ///
    /// The system's error when the thread or its event queue cannot be made, such as at a limit of processes or
    /// descriptors.
    pub fn start(name: &str) -> io::Result<Self> {
        let (tasks, queue) = unbounded_channel();
        let (report, started) = mpsc::sync_channel(1);
        // a LocalRuntime belongs to the thread that builds it
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || match runtime() {
                Ok(runtime) => {
                    let _ = report.send(Ok(()));
                    runtime.block_on(spawn_all(queue));
                }
                Err(error) => {
                    let _ = report.send(Err(error));
                }
            })?;
        started
            .recv()
            .map_err(|_| io::Error::other("the I/O thread ended at its start"))??;
        Ok(Self { tasks })
    }

    /// Runs a task on the I/O thread. `make` runs there too, so the task may hold values that are not `Send`.
    pub fn spawn<M, F>(&self, make: M)
    where
        M: FnOnce() -> F + Send + 'static,
        F: Future<Output = ()> + 'static,
    {
        // the receiver lives as long as the process
        let _ = self.tasks.send(Box::new(move || Box::pin(make())));
    }
}

fn runtime() -> io::Result<LocalRuntime> {
    Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(BLOCKING_THREADS)
        .build_local(LocalOptions::default())
}

async fn spawn_all(mut queue: UnboundedReceiver<MakeTask>) {
    while let Some(make) = queue.recv().await {
        tokio::task::spawn_local(make());
    }
}
