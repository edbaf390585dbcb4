//! Turns of look-ups that block a thread each and cannot be interrupted.
//!
//! A few at a time are enough while the resolver answers. A look-up that hangs gives its turn to another and keeps its
//! thread, so it holds up no other name until as many hang as there are threads.

use std::io;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The most look-ups of the process, those that hang included.
pub(crate) const LOOK_UP_THREADS: usize = 256;

/// The turns of the system's resolver, for all clients together.
pub(super) static SYSTEM: Turns = Turns::new(48, LOOK_UP_THREADS, Duration::from_secs(1));

/// See the [module](self).
pub(super) struct Turns {
    free: Semaphore,
    threads: Semaphore,
    hangs_after: Duration,
}

impl Turns {
    const fn new(at_a_time: usize, threads: usize, hangs_after: Duration) -> Self {
        Self {
            free: Semaphore::const_new(at_a_time),
            threads: Semaphore::const_new(threads),
            hangs_after,
        }
    }

    /// Runs a look-up when it is its turn. One that is given up runs on, and keeps its thread. Fails only when the runtime shuts
    /// down.
    pub(super) async fn run<T: Send + 'static>(
        &'static self,
        look_up: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<T> {
        let turn = self.free.acquire().await.map_err(io::Error::other)?;
        let thread = self.threads.acquire().await.map_err(io::Error::other)?;
        let mut looking = spawn_blocking(move || {
            let found = look_up();
            drop(thread);
            found
        });
        if let Ok(found) = timeout(self.hangs_after, &mut looking).await {
            return Ok(found?);
        }
        drop(turn);
        Ok(looking.await?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use tokio::task::{JoinHandle, spawn_local};
    use tokio::time::sleep;

    use super::*;

    /// A look-up that hangs until its other end answers.
    fn hanging(turns: &'static Turns) -> (Sender<()>, JoinHandle<io::Result<()>>) {
        let (answer, answered): (_, Receiver<()>) = channel();
        let looking = spawn_local(turns.run(move || answered.recv().unwrap()));
        (answer, looking)
    }

    #[tokio::test(flavor = "local")]
    async fn look_ups_that_hang_hold_up_others_only_when_all_threads_have_one() {
        static TURNS: Turns = Turns::new(2, 7, Duration::from_millis(20));
        let mut stuck: Vec<_> = (0..6).map(|_| hanging(&TURNS)).collect();
        assert_eq!(TURNS.run(|| "found").await.unwrap(), "found");
        stuck.push(hanging(&TURNS));
        let last = spawn_local(TURNS.run(|| "late"));
        sleep(Duration::from_millis(200)).await;
        assert!(!last.is_finished());
        for (answer, looking) in stuck {
            answer.send(()).unwrap();
            looking.await.unwrap().unwrap();
        }
        assert_eq!(last.await.unwrap().unwrap(), "late");
    }

    #[tokio::test(flavor = "local")]
    async fn look_ups_that_answer_wait_for_their_turn() {
        static TURNS: Turns = Turns::new(2, 7, Duration::from_secs(600));
        let (one, other) = (hanging(&TURNS), hanging(&TURNS));
        let third = spawn_local(TURNS.run(|| "third"));
        sleep(Duration::from_millis(50)).await;
        assert!(!third.is_finished());
        one.0.send(()).unwrap();
        assert_eq!(third.await.unwrap().unwrap(), "third");
        other.0.send(()).unwrap();
        other.1.await.unwrap().unwrap();
    }
}
