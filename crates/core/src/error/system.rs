//! The system's errors: Node.js's code and the system's words.

use std::io;

use super::errno;

/// The code of an error without a name of its own. libuv uses it too.
const UNKNOWN: &str = "UNKNOWN";

/// Node.js's name for a system error, so that lists of retryable codes written for Node.js apply.
///
/// The number decides, because [`io::ErrorKind`] has one kind for several numbers (`EPERM` and `EACCES`) and none for
/// others (`EMFILE`). Errors without a number come from libraries, which state a kind.
pub(crate) fn system_code(error: &io::Error) -> &'static str {
    match error.raw_os_error() {
        Some(number) => errno::name(number).unwrap_or(UNKNOWN),
        None => code_of_kind(error.kind()),
    }
}

/// The system's words for its error. The code replaces the number, except for a number without a name.
pub(crate) fn system_words(error: &io::Error) -> String {
    let words = error.to_string();
    match error.raw_os_error() {
        Some(number) if errno::name(number).is_some() => words
            .trim_end_matches(&format!(" (os error {number})"))
            .to_owned(),
        _ => words,
    }
}

fn code_of_kind(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind as K;
    match kind {
        K::AddrInUse => "EADDRINUSE",
        K::AddrNotAvailable => "EADDRNOTAVAIL",
        K::AlreadyExists => "EEXIST",
        K::ArgumentListTooLong => "E2BIG",
        // without a number, libraries mean the end of a stream that should go on
        K::BrokenPipe | K::WriteZero => "EPIPE",
        K::ConnectionAborted => "ECONNABORTED",
        K::ConnectionRefused => "ECONNREFUSED",
        K::ConnectionReset | K::UnexpectedEof => "ECONNRESET",
        K::Deadlock => "EDEADLK",
        K::DirectoryNotEmpty => "ENOTEMPTY",
        K::ExecutableFileBusy => "ETXTBSY",
        K::FileTooLarge => "EFBIG",
        K::HostUnreachable => "EHOSTUNREACH",
        K::Interrupted => "EINTR",
        K::InvalidInput => "EINVAL",
        K::IsADirectory => "EISDIR",
        K::NetworkDown => "ENETDOWN",
        K::NetworkUnreachable => "ENETUNREACH",
        K::NotADirectory => "ENOTDIR",
        K::NotConnected => "ENOTCONN",
        K::NotFound => "ENOENT",
        K::NotSeekable => "ESPIPE",
        K::OutOfMemory => "ENOMEM",
        K::PermissionDenied => "EACCES",
        K::QuotaExceeded => "EDQUOT",
        K::ReadOnlyFilesystem => "EROFS",
        K::ResourceBusy => "EBUSY",
        K::StaleNetworkFileHandle => "ESTALE",
        K::StorageFull => "ENOSPC",
        K::TimedOut => "ETIMEDOUT",
        K::TooManyLinks => "EMLINK",
        K::Unsupported => "ENOTSUP",
        K::WouldBlock => "EAGAIN",
        _ => "EIO",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_a_name_stays_in_the_words() {
        let error = io::Error::from_raw_os_error(4242);
        assert_eq!(system_code(&error), "UNKNOWN");
        assert!(system_words(&error).contains("4242"), "{}", system_words(&error));
    }

    #[test]
    fn an_error_of_a_library_has_the_code_of_its_kind() {
        for (kind, code) in [
            (io::ErrorKind::UnexpectedEof, "ECONNRESET"),
            (io::ErrorKind::TimedOut, "ETIMEDOUT"),
            (io::ErrorKind::Other, "EIO"),
        ] {
            let error = io::Error::new(kind, "words");
            assert_eq!(system_code(&error), code);
            assert_eq!(system_words(&error), "words");
        }
    }
}
