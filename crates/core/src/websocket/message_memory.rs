//! The memory of long messages, which later messages use again.
//!
//! JavaScript gives the memory of messages back many at a time, when it collects garbage. The allocator would return most of
//! it to the system, which would have to find and clear pages for the messages that follow: up to a quarter of the time
//! that a flood takes on this thread.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;

/// Shorter messages are copied for JavaScript.
const SHORTEST: usize = 64 * 1024;
/// The allocator gives longer blocks to the system one by one.
const LONGEST: usize = 256 * 1024;
/// The most bytes that wait for messages. JavaScript gives back about this much at a time.
const MOST: usize = 16 * 1024 * 1024;
/// What comes back when no message has needed memory for so long is freed, and all that waits with it.
const IDLE: Duration = Duration::from_secs(1);

thread_local! {
    /// That of the sessions of this thread.
    static POOL: Arc<Pool> = Arc::default();
}

/// Memory that is free: its owners may be on other threads.
#[derive(Debug, Default)]
struct Pool(Mutex<Free>);

#[derive(Debug, Default)]
struct Free {
    blocks: Vec<Vec<u8>>,
    bytes: usize,
    /// When a message last needed memory.
    needed: Option<Instant>,
}

impl Pool {
    fn with<T>(&self, act: impl FnOnce(&mut Free) -> T) -> T {
        // nothing panics while it holds the lock
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Free {
    fn take(&mut self, bytes: usize) -> Option<Vec<u8>> {
        self.needed = Some(Instant::now());
        let fits = |block: &mut Vec<u8>| (bytes..=bytes.saturating_mul(2)).contains(&block.capacity());
        let block = self.blocks.pop_if(fits)?;
        self.bytes -= block.capacity();
        Some(block)
    }

    fn give_back(&mut self, mut block: Vec<u8>) {
        if self.needed.is_none_or(|needed| needed.elapsed() > IDLE) {
            return self.clear();
        }
        if self.bytes + block.capacity() <= MOST {
            block.clear();
            self.bytes += block.capacity();
            self.blocks.push(block);
        }
    }

    fn clear(&mut self) {
        self.blocks = Vec::new();
        self.bytes = 0;
    }
}

/// The memory of a message that somebody reads.
struct Lent {
    /// Empty when it was given back.
    block: Vec<u8>,
    pool: Arc<Pool>,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.block
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let block = std::mem::take(&mut self.block);
        self.pool.with(|free| free.give_back(block));
    }
}

fn is_kept(capacity: usize) -> bool {
    (SHORTEST..=LONGEST).contains(&capacity)
}

/// Empty memory with room for so many bytes.
fn with_room(bytes: usize) -> Vec<u8> {
    let used = is_kept(bytes).then(|| POOL.with(|pool| pool.with(|free| free.take(bytes))));
    used.flatten().unwrap_or_else(|| Vec::with_capacity(bytes))
}

/// Makes room for so many bytes behind those of a message that has come in part.
pub(super) fn reserve(message: &mut Vec<u8>, bytes: usize) {
    if message.capacity() == 0 {
        *message = with_room(bytes);
    } else {
        message.reserve_exact(bytes);
    }
}

/// A message in this memory, which is free again when the message is dropped.
pub(super) fn lend(block: Vec<u8>) -> Bytes {
    if !is_kept(block.capacity()) {
        return block.into();
    }
    Bytes::from_owner(Lent {
        block,
        pool: POOL.with(Arc::clone),
    })
}

/// Frees what waits for messages.
pub(super) fn clear() {
    POOL.with(|pool| pool.with(Free::clear));
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: usize = 70_000;

    fn message(bytes: usize) -> (Bytes, *const u8) {
        let mut block = with_room(bytes);
        block.resize(bytes, 1);
        let at = block.as_ptr();
        (lend(block), at)
    }

    #[test]
    fn the_memory_of_a_message_that_was_read_is_that_of_a_later_one() {
        let (first, at_first) = message(LONG);
        let (second, at_second) = message(LONG);
        assert_ne!(at_first, at_second);
        std::thread::spawn(move || drop(second)).join().unwrap();
        let (third, at_third) = message(LONG + 1 - 1);
        assert_eq!(at_third, at_second);
        assert!(third.iter().all(|byte| *byte == 1));
        assert_eq!(first.len(), LONG);
    }

    #[test]
    fn a_message_gets_no_memory_that_is_too_short_or_far_too_long() {
        let (given_back, at) = message(LONG);
        drop(given_back);
        assert_ne!(message(LONG * 2).1, at);
        drop(message(200_000).0);
        assert!(with_room(SHORTEST).capacity() < 2 * SHORTEST);
    }

    #[test]
    fn no_more_waits_than_a_limit_and_nothing_after_the_end() {
        let waiting = || POOL.with(|pool| pool.with(|free| free.bytes));
        let messages: Vec<_> = (0..MOST / LONG + 10).map(|_| message(LONG).0).collect();
        drop(messages);
        assert!(waiting() <= MOST && waiting() > MOST - LONG);
        clear();
        assert_eq!(waiting(), 0);
    }

    #[test]
    fn what_comes_back_long_after_the_last_message_is_freed_with_all_the_rest() {
        let mut free = Free {
            needed: Some(Instant::now()),
            ..Free::default()
        };
        free.give_back(Vec::with_capacity(LONG));
        free.needed = Instant::now().checked_sub(2 * IDLE);
        free.give_back(Vec::with_capacity(LONG));
        assert_eq!((free.bytes, free.blocks.len()), (0, 0));
    }

    #[test]
    fn short_messages_and_very_long_ones_are_not_kept() {
        for bytes in [1, SHORTEST - 1, LONGEST + 1] {
            drop(message(bytes).0);
        }
        assert_eq!(POOL.with(|pool| pool.with(|free| free.bytes)), 0);
    }
}
