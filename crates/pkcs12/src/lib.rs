//! Reads PKCS#12 files (RFC 7292): a private key and its certificates in one file, under a passphrase.
//!
//! AWS-LC, the C library under rustls, reads what OpenSSL and Windows write: PBES2, and the older ciphers 3DES and RC2, which
//! OpenSSL 3 and so Node.js refuse. Its use adds 0.1 MB to the binary; the crates for PKCS#12 bring some 75 others.

mod mac;
mod owned;
mod problem;

use std::ffi::{CStr, CString};
use std::{fmt, ptr, slice};

use aws_lc_sys::{CBS, CBS_init, ERR_clear_error, PKCS12_get_key_and_certs};

use owned::{Certificates, Key};
pub use problem::Problem;
use problem::{Failure, last_failure};

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

/// Reads a file. Without a passphrase, give an empty one.
///
/// # Errors
///
/// See [`Problem`].
pub fn read(file: &[u8], passphrase: &str) -> Result<Contents, Problem> {
    // the C library takes the passphrase up to its first NUL, and no file has one in it
    let passphrase = CString::new(passphrase).map_err(|_| Problem::Passphrase)?;
    let read = match read_with_mac(file, &passphrase) {
        Err(Failure::NoMac) => {
            let file = mac::added(file, &passphrase).ok_or(Problem::Unreadable)?;
            read_with_mac(&file, &passphrase)
        }
        read => read,
    };
    read.map_err(|failure| match failure {
        Failure::Problem(problem) => problem,
        Failure::NoMac => Problem::Unreadable,
    })
}

fn read_with_mac(file: &[u8], passphrase: &CStr) -> Result<Contents, Failure> {
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
        return Err(last_failure());
    }
    Ok(Contents {
        key: key.to_pkcs8().ok_or(Failure::Problem(Problem::NoKey))?,
        certificates: certificates.to_der(),
    })
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
