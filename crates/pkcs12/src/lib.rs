//! Reads PKCS#12 files (RFC 7292): a private key and its certificates in one file, under a passphrase.
//!
//! AWS-LC, the C library under rustls, reads what OpenSSL and Windows write: PBES2, and the older ciphers 3DES and RC2, which
//! OpenSSL 3 and so Node.js refuse. Its use adds 0.1 MB to the binary; the crates for PKCS#12 bring some 75 others.

mod owned;

use std::ffi::CString;
use std::{fmt, ptr, slice};

use aws_lc_sys::{
    CBS, CBS_init, CIPHER_R_BAD_DECRYPT, ERR_GET_LIB, ERR_GET_REASON, ERR_LIB_CIPHER, ERR_LIB_PKCS8,
    ERR_LIB_PKCS12, ERR_clear_error, ERR_get_error, PKCS8_R_INCORRECT_PASSWORD, PKCS12_R_MAC_VERIFY_FAILURE,
    PKCS12_get_key_and_certs,
};

use owned::{Certificates, Key};

/// What a file holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Contents {
    /// The private key as a `PrivateKeyInfo` of PKCS#8, in DER.
    pub key: Vec<u8>,
    /// The certificates in DER, in no certain order.
    pub certificates: Vec<Vec<u8>>,
}

impl fmt::Debug for Contents {
    /// Without the key, which belongs in no log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Contents")
            .field("certificates", &self.certificates.len())
            .finish_non_exhaustive()
    }
}

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The passphrase is not that of the file.
    Passphrase,
    /// It holds no private key.
    NoKey,
    /// It is no PKCS#12 file, it is damaged, or it uses algorithms that nothing usual writes.
    Unreadable,
}

/// Reads a file. Without a passphrase, give an empty one.
///
/// # Errors
///
/// See [`Problem`].
pub fn read(file: &[u8], passphrase: &str) -> Result<Contents, Problem> {
    // the C library takes the passphrase up to its first NUL, and no file has one in it
    let passphrase = CString::new(passphrase).map_err(|_| Problem::Passphrase)?;
    let mut key = Key::none();
    let mut certificates = Certificates::new();
    // SAFETY: `input` is initialised by the first call and borrows `file`, which outlives it. The function writes an owned
    // key or null, and pushes owned certificates; the two owners free them.
    let is_read = unsafe {
        ERR_clear_error();
        let mut input = CBS {
            data: ptr::null(),
            len: 0,
        };
        CBS_init(&raw mut input, file.as_ptr(), file.len());
        PKCS12_get_key_and_certs(
            key.as_out(),
            certificates.as_stack(),
            &raw mut input,
            passphrase.as_ptr(),
        )
    };
    if is_read != 1 {
        return Err(last_problem());
    }
    Ok(Contents {
        key: key.to_pkcs8().ok_or(Problem::NoKey)?,
        certificates: certificates.to_der(),
    })
}

/// What the C library's queue of errors, which belongs to the thread, says.
fn last_problem() -> Problem {
    let mut problem = Problem::Unreadable;
    loop {
        // SAFETY: no preconditions.
        let packed = unsafe { ERR_get_error() };
        if packed == 0 {
            return problem;
        }
        if matches!(
            (ERR_GET_LIB(packed), ERR_GET_REASON(packed)),
            (ERR_LIB_PKCS8, PKCS8_R_INCORRECT_PASSWORD)
                | (ERR_LIB_PKCS12, PKCS12_R_MAC_VERIFY_FAILURE)
                // of a file without a MAC
                | (ERR_LIB_CIPHER, CIPHER_R_BAD_DECRYPT)
        ) {
            problem = Problem::Passphrase;
        }
    }
}

/// A copy of what a C function wrote: `length` bytes.
///
/// # Safety
///
/// `bytes` points to that many initialised bytes.
unsafe fn copied(bytes: *const u8, length: usize) -> Vec<u8> {
    // SAFETY: as above.
    unsafe { slice::from_raw_parts(bytes, length) }.to_vec()
}
