//! Memory that JavaScript objects hold outside the JavaScript heap, as the garbage collector counts it.

use napi::sys;

/// Counts this many bytes more.
pub(crate) fn add(env: sys::napi_env, bytes: usize) {
    adjust(env, i64::try_from(bytes).unwrap_or(i64::MAX));
}

/// Counts this many bytes less, which were added before.
pub(crate) fn subtract(env: sys::napi_env, bytes: usize) {
    adjust(env, -i64::try_from(bytes).unwrap_or(i64::MAX));
}

fn adjust(env: sys::napi_env, change: i64) {
    let mut adjusted = 0;
    // SAFETY: `env` is live for the time of the call, also in a finalizer.
    unsafe { sys::napi_adjust_external_memory(env, change, &raw mut adjusted) };
}
