//! Bytes that cross to JavaScript: small ones are copied, large ones are lent.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;

use bytes::Bytes;
use napi::bindgen_prelude::ToNapiValue;
use napi::{Env, Result, check_status, sys};

use crate::external_memory;

/// From here on, an external buffer with its finalizer (about 1.7 µs) is cheaper than a copy.
const LENT_FROM: usize = 64 * 1024;

/// V8 makes larger objects in another space.
const MOST_YOUNG_MEMORY: usize = 64 * 1024;

/// While so many KiB are lent, bytes take as much young memory as they have.
const FILLING_KIB: usize = 8 * 1024;

thread_local! {
    /// The bytes that are lent to the objects of this thread's environment.
    static LENT: Cell<usize> = const { Cell::new(0) };
}

/// A value that is returned to JavaScript as it is.
pub struct JsBytes(sys::napi_value);

impl JsBytes {
    pub(crate) fn null(env: &Env) -> Result<Self> {
        let mut value = ptr::null_mut();
        // SAFETY: `env` is live for the time of the call.
        check_status!(unsafe { sys::napi_get_null(env.raw(), &raw mut value) })?;
        Ok(Self(value))
    }

    pub(crate) fn undefined(env: &Env) -> Result<Self> {
        let mut value = ptr::null_mut();
        // SAFETY: `env` is live for the time of the call.
        check_status!(unsafe { sys::napi_get_undefined(env.raw(), &raw mut value) })?;
        Ok(Self(value))
    }
}

impl ToNapiValue for JsBytes {
    unsafe fn to_napi_value(_env: sys::napi_env, value: Self) -> Result<sys::napi_value> {
        Ok(value.0)
    }
}

/// A `Uint8Array` of these bytes.
pub(crate) fn uint8_array(env: &Env, bytes: Bytes) -> Result<JsBytes> {
    if bytes.len() < LENT_FROM {
        return own_uint8_array(env, &bytes);
    }
    let length = bytes.len();
    view(env, lend(env, bytes)?, length)
}

/// A `Uint8Array` of these bytes in memory of JavaScript, which can be transferred.
pub(crate) fn own_uint8_array(env: &Env, bytes: &[u8]) -> Result<JsBytes> {
    view(env, copy(env, bytes)?, bytes.len())
}

/// A `Uint8Array` of all of a buffer.
fn view(env: &Env, buffer: sys::napi_value, length: usize) -> Result<JsBytes> {
    let mut array = ptr::null_mut();
    // SAFETY: `buffer` is an array buffer of this environment and has `length` bytes.
    check_status!(unsafe {
        sys::napi_create_typedarray(
            env.raw(),
            sys::TypedarrayType::uint8_array,
            length,
            buffer,
            0,
            &raw mut array,
        )
    })?;
    Ok(JsBytes(array))
}

fn copy(env: &Env, bytes: &[u8]) -> Result<sys::napi_value> {
    let mut data = ptr::null_mut();
    let mut buffer = ptr::null_mut();
    // SAFETY: on success `data` points to `bytes.len()` bytes that only this function knows of.
    unsafe {
        check_status!(sys::napi_create_arraybuffer(
            env.raw(),
            bytes.len(),
            &raw mut data,
            &raw mut buffer
        ))?;
        if !bytes.is_empty() {
            ptr::copy_nonoverlapping(bytes.as_ptr(), data.cast(), bytes.len());
        }
    }
    Ok(buffer)
}

fn lend(env: &Env, bytes: Bytes) -> Result<sys::napi_value> {
    let length = bytes.len();
    let mut buffer = ptr::null_mut();
    // JavaScript may write to lent bytes, so no one else may use them. A slice of hyper's read buffer shares its
    // allocation with other slices, but never its bytes.
    let data = bytes.as_ptr().cast_mut();
    let owner = Box::into_raw(Box::new(bytes));
    // SAFETY: `data` stays valid until `give_back` frees its owner, which Node calls exactly once on success.
    let status = unsafe {
        sys::napi_create_external_arraybuffer(
            env.raw(),
            data.cast(),
            length,
            Some(give_back),
            owner.cast(),
            &raw mut buffer,
        )
    };
    if status == sys::Status::napi_ok {
        external_memory::add(env.raw(), counted(length));
        take_young_memory(env, length);
        return Ok(buffer);
    }
    // SAFETY: on failure Node does not take the owner. Some runtimes (Electron) have no external buffers.
    let bytes = unsafe { Box::from_raw(owner) };
    copy(env, &bytes)
}

/// The external memory that is counted for lent bytes besides their own: a quarter as much again. The garbage collector by
/// itself lets 64 MiB pile up where it does not come to them before, by [`take_young_memory`].
fn counted(length: usize) -> usize {
    length / 4
}

/// Takes memory in V8's space of young objects, for nothing.
///
/// V8 frees the bytes of young objects cheaply, but looks only when that space is full. The objects of a stream fill it
/// slowly; what piles up meanwhile, a collection of all objects frees, at ten times the cost. V8 makes that space larger with
/// time, up to 16 MiB, so the more is lent, the more is taken: 4 MiB of bytes fill a space of 1 MiB, and 20 MiB one of 16 MiB.
/// 256 MiB of messages of 64 KiB then take a fifth to a third less CPU time.
fn take_young_memory(env: &Env, length: usize) {
    let lent = LENT.get() + length;
    LENT.set(lent);
    let elements = (length * (lent >> 10) / FILLING_KIB).min(MOST_YOUNG_MEMORY) / size_of::<usize>();
    let mut array = ptr::null_mut();
    // SAFETY: `env` is live for the time of the call. Without the array, bytes are freed later.
    unsafe { sys::napi_create_array_with_length(env.raw(), elements, &raw mut array) };
}

unsafe extern "C" fn give_back(env: sys::napi_env, _data: *mut c_void, owner: *mut c_void) {
    // SAFETY: `owner` is what `lend` gave away.
    let bytes = unsafe { Box::from_raw(owner.cast::<Bytes>()) };
    LENT.set(LENT.get().saturating_sub(bytes.len()));
    external_memory::subtract(env, counted(bytes.len()));
}
