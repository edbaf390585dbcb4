//! The one threadsafe function of an environment. It wakes the event loop and carries nothing.
//!
//! It is weak: it does not keep the event loop alive unless it is held.

use std::ffi::c_void;
use std::ptr;

use napi::bindgen_prelude::{Function, JsValue};
use napi::{Env, Result, check_status, sys};

/// Calls a JavaScript function, without arguments, on the thread of its environment.
pub(crate) struct Signal(sys::napi_threadsafe_function);

// SAFETY: Node-API allows calls of a threadsafe function from any thread. Its owner keeps it behind a lock, so that it
// is not used after its release.
unsafe impl Send for Signal {}

impl Signal {
    pub(crate) fn new(env: &Env, callback: &Function<'_, (), ()>) -> Result<Self> {
        let name = env.create_string("httpxide")?;
        let mut raw = ptr::null_mut();
        // SAFETY: all values belong to this environment; the callback is kept alive by the function made here.
        check_status!(unsafe {
            sys::napi_create_threadsafe_function(
                env.raw(),
                callback.raw(),
                ptr::null_mut(),
                name.raw(),
                0,
                1,
                ptr::null_mut(),
                None,
                ptr::null_mut(),
                Some(call),
                &raw mut raw,
            )
        })?;
        let signal = Self(raw);
        signal.release(*env);
        Ok(signal)
    }

    /// Wakes the event loop.
    pub(crate) fn send(&self) {
        // SAFETY: the function has not been released: `Completions` gives it up only for its release.
        let status = unsafe {
            sys::napi_call_threadsafe_function(
                self.0,
                ptr::null_mut(),
                sys::ThreadsafeFunctionCallMode::nonblocking,
            )
        };
        debug_assert!(matches!(status, sys::Status::napi_ok | sys::Status::napi_closing));
    }

    /// Makes the event loop wait for this signal.
    pub(crate) fn hold(&self, env: Env) {
        // SAFETY: called on the environment's thread, with a function that has not been released.
        unsafe { sys::napi_ref_threadsafe_function(env.raw(), self.0) };
    }

    /// Ends that.
    pub(crate) fn release(&self, env: Env) {
        // SAFETY: called on the environment's thread, with a function that has not been released.
        unsafe { sys::napi_unref_threadsafe_function(env.raw(), self.0) };
    }

    /// Ends the signal: nothing is called after this.
    pub(crate) fn end(self) {
        // SAFETY: this is its only use from now on, since `self` is gone.
        unsafe {
            sys::napi_release_threadsafe_function(self.0, sys::ThreadsafeFunctionReleaseMode::abort);
        }
    }
}

/// Called by Node on the environment's thread.
unsafe extern "C" fn call(
    env: sys::napi_env,
    callback: sys::napi_value,
    _context: *mut c_void,
    _data: *mut c_void,
) {
    // Node passes no environment when it is being torn down
    if env.is_null() || callback.is_null() {
        return;
    }
    // SAFETY: `env` and `callback` are live for the time of this call. An exception that the callback throws stays
    // pending and Node reports it as uncaught.
    unsafe {
        let mut this = ptr::null_mut();
        sys::napi_get_undefined(env, &raw mut this);
        sys::napi_call_function(env, this, callback, 0, ptr::null(), ptr::null_mut());
    }
}
