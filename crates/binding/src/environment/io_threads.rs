//! The process's I/O threads: one, or as many as `HTTPXIDE_IO_THREADS` says, shared by all environments.

use std::io;
use std::sync::{Mutex, PoisonError};

use httpxide_core::Engine;

/// More I/O threads would compete for cores with the threads that use them.
const MAX_THREADS: usize = 64;

struct Threads {
    engines: Vec<Engine>,
    next: usize,
}

static THREADS: Mutex<Threads> = Mutex::new(Threads {
    engines: Vec::new(),
    next: 0,
});

/// The I/O thread of a new environment; environments take turns.
pub(crate) fn assign() -> io::Result<Engine> {
    let mut threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    let wanted = std::env::var("HTTPXIDE_IO_THREADS")
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(1)
        .clamp(1, MAX_THREADS);
    let index = (threads.next % wanted).min(threads.engines.len());
    if threads.engines.len() == index {
        // the addon's code must stay loaded for as long as a thread of its own runs it
        napi::bindgen_prelude::retain_current_module_for_unload_safety();
        let engine = Engine::start(&format!("httpxide-io-{index}"))?;
        threads.engines.push(engine);
    }
    threads.next += 1;
    Ok(threads.engines[index].clone())
}
