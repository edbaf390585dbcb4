//! The sizes of tasks, for tests: what a task has room for is held as long as it lives.

/// Makes a function's argument, in a closure that is never called.
pub(super) fn any<T>() -> T {
    unreachable!()
}

/// The size of what a function would return.
pub(super) fn size_of_result<F>(_: impl FnOnce() -> F) -> usize {
    size_of::<F>()
}
