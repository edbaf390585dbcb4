//! Bytes that cross to JavaScript: small ones are copied, large ones are lent.

use std::ffi::c_void;
use std::ptr;

use bytes::Bytes;
use napi::bindgen_prelude::ToNapiValue;
use napi::{Env, Result, check_status, sys};

use crate::young_memory;

/// From here on, an external buffer with its finalizer (about 1.7 µs) is cheaper than a copy.
const LENT_FROM: usize = 64 * 1024;

/// Longer memory is not lent: Node.js 20 has no array for it, and gives the memory back although it fails.
const LENT_TO: u64 = 1 << 32;

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
    if bytes.len() < LENT_FROM || bytes.len() as u64 > LENT_TO {
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
    let (data, buffer) = if bytes.len() < LENT_FROM {
        zeroed_buffer(env, bytes.len())?
    } else {
        young_buffer(env, bytes.len())?
    };
    if !bytes.is_empty() {
        // SAFETY: `data` points to `bytes.len()` bytes that only this function knows of.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len()) };
    }
    Ok(buffer)
}

fn zeroed_buffer(env: &Env, length: usize) -> Result<(*mut u8, sys::napi_value)> {
    let mut data = ptr::null_mut();
    let mut buffer = ptr::null_mut();
    // SAFETY: `env` is live for the time of the call.
    check_status!(unsafe {
        sys::napi_create_arraybuffer(env.raw(), length, &raw mut data, &raw mut buffer)
    })?;
    Ok((data.cast(), buffer))
}

/// An array buffer that holds anything until it is filled: that of a `Buffer`, which Node.js does not fill with zeros.
fn young_buffer(env: &Env, length: usize) -> Result<(*mut u8, sys::napi_value)> {
    let mut data = ptr::null_mut();
    let mut array = ptr::null_mut();
    let mut buffer = ptr::null_mut();
    // SAFETY: `env` is live for the time of the calls, and takes null for what is not asked for.
    unsafe {
        check_status!(sys::napi_create_buffer(
            env.raw(),
            length,
            &raw mut data,
            &raw mut array
        ))?;
        check_status!(sys::napi_get_typedarray_info(
            env.raw(),
            array,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut buffer,
            ptr::null_mut(),
        ))?;
        check_status!(sys::napi_add_finalizer(
            env.raw(),
            buffer,
            ptr::without_provenance_mut(length),
            Some(collected),
            ptr::null_mut(),
            ptr::null_mut(),
        ))?;
    }
    young_memory::hold(*env, length);
    Ok((data.cast(), buffer))
}

unsafe extern "C" fn collected(_env: sys::napi_env, length: *mut c_void, _hint: *mut c_void) {
    young_memory::release(length.addr());
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
        young_memory::hold(*env, length);
        return Ok(buffer);
    }
    // SAFETY: on failure Node does not take the owner, except of what is longer than an array can be, which is not lent. Some
    // runtimes (Electron) have no external buffers.
    let bytes = unsafe { Box::from_raw(owner) };
    copy(env, &bytes)
}

unsafe extern "C" fn give_back(_env: sys::napi_env, _data: *mut c_void, owner: *mut c_void) {
    // SAFETY: `owner` is what `lend` gave away.
    let bytes = unsafe { Box::from_raw(owner.cast::<Bytes>()) };
    young_memory::release(bytes.len());
}
