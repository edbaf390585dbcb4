//! Why a file cannot be read, by the C library's queue of errors, which belongs to the thread.

use aws_lc_sys::{
    CIPHER_R_BAD_DECRYPT, DIGEST_R_UNKNOWN_HASH, ERR_GET_LIB, ERR_GET_REASON, ERR_LIB_CIPHER, ERR_LIB_DIGEST,
    ERR_LIB_PKCS8, ERR_LIB_PKCS12, ERR_get_error, PKCS8_R_INCORRECT_PASSWORD, PKCS8_R_INVALID_CHARACTERS,
    PKCS8_R_MISSING_MAC, PKCS8_R_MULTIPLE_PRIVATE_KEYS_IN_PKCS12,
    PKCS8_R_PKCS12_PUBLIC_KEY_INTEGRITY_NOT_SUPPORTED, PKCS8_R_UNKNOWN_ALGORITHM, PKCS8_R_UNKNOWN_CIPHER,
    PKCS8_R_UNKNOWN_CIPHER_ALGORITHM, PKCS8_R_UNKNOWN_DIGEST, PKCS8_R_UNKNOWN_HASH,
    PKCS8_R_UNSUPPORTED_CIPHER, PKCS8_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION, PKCS8_R_UNSUPPORTED_KEYLENGTH,
    PKCS8_R_UNSUPPORTED_OPTIONS, PKCS8_R_UNSUPPORTED_PRF, PKCS8_R_UNSUPPORTED_SALT_TYPE,
    PKCS12_R_MAC_VERIFY_FAILURE,
};

/// Why a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The passphrase is not that of the file.
    Passphrase,
    /// The passphrase has characters outside of Unicode's basic plane, such as emoji, which cannot be used here.
    Characters,
    /// It holds no private key.
    NoKey,
    /// It holds more than one private key.
    ManyKeys,
    /// It is encrypted, or protected against changes, by an algorithm that cannot be used here.
    Algorithm,
    /// It is no PKCS#12 file, or it is damaged.
    Unreadable,
}

/// A problem, or the one that can be solved.
pub(super) enum Failure {
    /// A file without a code that protects it against changes.
    NoMac,
    Problem(Problem),
}

/// What the queue says, which is empty then.
pub(super) fn last_failure() -> Failure {
    let mut failure = Failure::Problem(Problem::Unreadable);
    loop {
        // SAFETY: no preconditions.
        let packed = unsafe { ERR_get_error() };
        if packed == 0 {
            return failure;
        }
        if let Some(known) = known(ERR_GET_LIB(packed), ERR_GET_REASON(packed)) {
            failure = known;
        }
    }
}

fn known(library: i32, reason: i32) -> Option<Failure> {
    let problem = match (library, reason) {
        (ERR_LIB_PKCS8, PKCS8_R_MISSING_MAC) => return Some(Failure::NoMac),
        (ERR_LIB_PKCS8, PKCS8_R_INCORRECT_PASSWORD)
        | (ERR_LIB_PKCS12, PKCS12_R_MAC_VERIFY_FAILURE)
        // of a file without a MAC
        | (ERR_LIB_CIPHER, CIPHER_R_BAD_DECRYPT) => Problem::Passphrase,
        (ERR_LIB_PKCS8, PKCS8_R_INVALID_CHARACTERS) => Problem::Characters,
        (ERR_LIB_PKCS8, PKCS8_R_MULTIPLE_PRIVATE_KEYS_IN_PKCS12) => Problem::ManyKeys,
        (ERR_LIB_DIGEST, DIGEST_R_UNKNOWN_HASH)
        | (
            ERR_LIB_PKCS8,
            PKCS8_R_PKCS12_PUBLIC_KEY_INTEGRITY_NOT_SUPPORTED
            | PKCS8_R_UNKNOWN_ALGORITHM
            | PKCS8_R_UNKNOWN_CIPHER
            | PKCS8_R_UNKNOWN_CIPHER_ALGORITHM
            | PKCS8_R_UNKNOWN_DIGEST
            | PKCS8_R_UNKNOWN_HASH
            | PKCS8_R_UNSUPPORTED_CIPHER
            | PKCS8_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION
            | PKCS8_R_UNSUPPORTED_KEYLENGTH
            | PKCS8_R_UNSUPPORTED_OPTIONS
            | PKCS8_R_UNSUPPORTED_PRF
            | PKCS8_R_UNSUPPORTED_SALT_TYPE,
        ) => Problem::Algorithm,
        _ => return None,
    };
    Some(Failure::Problem(problem))
}
