//! Files without a MAC, the code that protects against changes: OpenSSL writes them with `-nomac`. The C library reads only
//! files that have one, so they get it here, in memory.

use std::ffi::CStr;
use std::ptr;

use aws_lc_sys::{EVP_sha256, OPENSSL_free, PKCS12, PKCS12_free, PKCS12_set_mac, d2i_PKCS12, i2d_PKCS12};

use super::copied;

/// The C library's copy of a file.
struct Copy(*mut PKCS12);

impl Drop for Copy {
    fn drop(&mut self) {
        // SAFETY: it is owned, or null, which is allowed.
        unsafe { PKCS12_free(self.0) }
    }
}

/// The file with a MAC for this passphrase, or as it was if it is none; `None` without memory.
pub(super) fn added(file: &[u8], passphrase: &CStr) -> Option<Vec<u8>> {
    let (mut start, mut bytes) = (file.as_ptr(), ptr::null_mut());
    // SAFETY: the first function reads as many bytes as it is told, and returns an owned copy or null. The second one reads
    // the passphrase up to its end (-1), and makes a salt. Its result says no more than that the file can be decrypted, which
    // the caller finds out with the reason. For a null output the third function allocates, and returns the length of what
    // it wrote, or less than 0.
    unsafe {
        let copy = Copy(d2i_PKCS12(ptr::null_mut(), &raw mut start, file.len()));
        if copy.0.is_null() {
            return None;
        }
        PKCS12_set_mac(
            copy.0,
            passphrase.as_ptr(),
            -1,
            ptr::null_mut(),
            0,
            1,
            EVP_sha256(),
        );
        let length = usize::try_from(i2d_PKCS12(copy.0, &raw mut bytes)).ok()?;
        let protected = copied(bytes, length);
        OPENSSL_free(bytes.cast());
        Some(protected)
    }
}
