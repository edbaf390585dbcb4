//! Owners of the C library's objects, which free them.

use std::mem::MaybeUninit;
use std::ptr;

use aws_lc_sys::{
    CBB, CBB_cleanup, CBB_finish, CBB_init, EVP_PKEY, EVP_PKEY_free, EVP_marshal_private_key, OPENSSL_STACK,
    OPENSSL_free, OPENSSL_sk_free, OPENSSL_sk_new_null, OPENSSL_sk_num, OPENSSL_sk_pop, OPENSSL_sk_value,
    X509, X509_free, i2d_X509, stack_st_X509,
};

use super::copied;

/// A private key, or none.
pub(super) struct Key(*mut EVP_PKEY);

impl Key {
    pub(super) fn none() -> Self {
        Self(ptr::null_mut())
    }

    /// Where a function puts a key.
    pub(super) fn as_out(&mut self) -> *mut *mut EVP_PKEY {
        &raw mut self.0
    }

    /// The key in PKCS#8; `None` if there is none.
    pub(super) fn to_pkcs8(&self) -> Option<Vec<u8>> {
        if self.0.is_null() {
            return None;
        }
        let mut builder = MaybeUninit::<CBB>::uninit();
        let (mut bytes, mut length) = (ptr::null_mut(), 0);
        // SAFETY: `CBB_init` initialises the builder before its use, and `CBB_finish` or `CBB_cleanup` ends it. The finished
        // bytes are copied before they are freed.
        unsafe {
            if CBB_init(builder.as_mut_ptr(), 2048) != 1 {
                return None;
            }
            if EVP_marshal_private_key(builder.as_mut_ptr(), self.0) != 1
                || CBB_finish(builder.as_mut_ptr(), &raw mut bytes, &raw mut length) != 1
            {
                CBB_cleanup(builder.as_mut_ptr());
                return None;
            }
            let copy = copied(bytes, length);
            OPENSSL_free(bytes.cast());
            Some(copy)
        }
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: it is owned, or null, which is allowed.
        unsafe { EVP_PKEY_free(self.0) }
    }
}

/// A list of certificates.
pub(super) struct Certificates(*mut OPENSSL_STACK);

impl Certificates {
    pub(super) fn new() -> Self {
        // SAFETY: no preconditions.
        Self(unsafe { OPENSSL_sk_new_null() })
    }

    pub(super) fn as_stack(&mut self) -> *mut stack_st_X509 {
        // the typed list is the untyped one by another name
        self.0.cast()
    }

    /// Each in DER.
    pub(super) fn to_der(&self) -> Vec<Vec<u8>> {
        // SAFETY: the list holds pointers to certificates that it owns, and indices are below its length.
        unsafe {
            (0..OPENSSL_sk_num(self.0))
                .filter_map(|index| der(OPENSSL_sk_value(self.0, index).cast()))
                .collect()
        }
    }
}

/// # Safety
///
/// It points to a certificate.
unsafe fn der(certificate: *mut X509) -> Option<Vec<u8>> {
    let mut bytes = ptr::null_mut();
    // SAFETY: for a null output the function allocates, and returns the length of what it wrote, or less than 0.
    unsafe {
        let length = usize::try_from(i2d_X509(certificate, &raw mut bytes)).ok()?;
        let copy = copied(bytes, length);
        OPENSSL_free(bytes.cast());
        Some(copy)
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        // SAFETY: the list owns its certificates and is owned itself. `OPENSSL_sk_pop` returns null for an empty list.
        unsafe {
            loop {
                let certificate: *mut X509 = OPENSSL_sk_pop(self.0).cast();
                if certificate.is_null() {
                    break;
                }
                X509_free(certificate);
            }
            OPENSSL_sk_free(self.0);
        }
    }
}
