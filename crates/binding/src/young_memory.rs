//! Room that is taken among V8's young objects, so that the bytes which objects hold are freed soon.
//!
//! V8 frees the bytes of young objects cheaply, but looks only when their space is full. The objects of a stream fill it
//! slowly; what piles up meanwhile, a collection of all objects frees. That takes ten times as long in a small program, and
//! more with each object that the program keeps.

use std::cell::Cell;
use std::ptr;

use napi::{Env, sys};

/// V8 makes larger objects in another space.
const MOST_AT_ONCE: usize = 64 * 1024;

/// While so many KiB or more are held, bytes take as much room as they have, and less before: 7 MiB fill a space of 1 MiB, and
/// 28 MiB one of 16 MiB. V8 makes that space larger with time, so a fixed share would fill it too late. With 8 MiB in place of
/// 24, a stream of 256 MiB is collected 59 times and not 34, and takes the memory of 5 MB less; no Node.js from 20 to 26 collects
/// all objects more often with either.
const FILLING_KIB: usize = 24 * 1024;

/// The most room for one object, however many bytes it holds: that of V8's space of young objects at its largest.
const MOST_ROOM: usize = 16 * 1024 * 1024;

thread_local! {
    /// The bytes that objects of this thread hold and that were counted.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// Counts the bytes that a new object holds, and takes room for them.
pub(crate) fn hold(env: Env, bytes: usize) {
    let held = HELD.get() + bytes;
    HELD.set(held);
    let share = (held >> 10).min(FILLING_KIB);
    take(env, bytes.min(MOST_ROOM) * share / FILLING_KIB);
}

/// The object is gone.
pub(crate) fn release(bytes: usize) {
    HELD.set(HELD.get().saturating_sub(bytes));
}

fn take(env: Env, mut room: usize) {
    while room > 0 {
        let part = room.min(MOST_AT_ONCE);
        room -= part;
        let mut scope = ptr::null_mut();
        let mut array = ptr::null_mut();
        // SAFETY: `env` is live for the time of the call, and the scope is closed in the call that opened it. Without it, an
        // array would outlive the collection that the next one starts, and V8 makes the space larger for what survives.
        // Without the array, bytes are freed later.
        unsafe {
            if sys::napi_open_handle_scope(env.raw(), &raw mut scope) != sys::Status::napi_ok {
                return;
            }
            sys::napi_create_array_with_length(env.raw(), part / size_of::<usize>(), &raw mut array);
            sys::napi_close_handle_scope(env.raw(), scope);
        }
    }
}
