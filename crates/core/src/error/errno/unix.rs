//! The names of Unix, from the numbers in the C library's headers.
//!
//! Two names of one number would be an unreachable pattern; of those, the tables have the one that libuv has (`EAGAIN`,
//! not `EWOULDBLOCK`; on Linux `ENOTSUP`, not `EOPNOTSUPP`).

macro_rules! table {
    ($(#[$attribute:meta])* $function:ident: $($name:ident)*) => {
        $(#[$attribute])*
        fn $function(number: i32) -> Option<&'static str> {
            Some(match number {
                $(libc::$name => stringify!($name),)*
                _ => return None,
            })
        }
    };
}

/// The system's name for an error number.
pub(in crate::error) fn name(number: i32) -> Option<&'static str> {
    shared(number).or_else(|| own(number))
}

table! {
    /// The names of every Unix.
    shared:
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EDEADLK ENOMEM EACCES EFAULT
    ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG
    ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EAGAIN EINPROGRESS EALREADY ENOTSOCK EDESTADDRREQ
    EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT ENOTSUP EPFNOSUPPORT
    EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET
    ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED ELOOP ENAMETOOLONG
    EHOSTDOWN EHOSTUNREACH ENOTEMPTY EUSERS EDQUOT ESTALE EREMOTE ENOLCK ENOSYS EOVERFLOW ECANCELED
    EIDRM ENOMSG EILSEQ EBADMSG EMULTIHOP ENODATA ENOLINK ENOSR ENOSTR EPROTO ETIME ENOTRECOVERABLE
    EOWNERDEAD
}

table! {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    /// The names of Linux.
    own:
    ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC
    EBADSLT EBFONT ENONET ENOPKG EADV ESRMNT ECOMM EDOTDOT ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD
    ELIBSCN ELIBMAX ELIBEXEC ERESTART ESTRPIPE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO ENOMEDIUM
    EMEDIUMTYPE ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED ERFKILL EHWPOISON
}

table! {
    #[cfg(target_vendor = "apple")]
    /// The names of Apple's systems.
    own:
    EPROCLIM EBADRPC ERPCMISMATCH EPROGUNAVAIL EPROGMISMATCH EPROCUNAVAIL EFTYPE EAUTH ENEEDAUTH
    EPWROFF EDEVERR EBADEXEC EBADARCH ESHLIBVERS EBADMACHO ENOATTR EOPNOTSUPP ENOPOLICY EQFULL ENOTCAPABLE
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn own(_number: i32) -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::name;

    #[test]
    fn every_number_that_the_system_has_words_for_has_a_name() {
        let mut known = 0;
        for number in 1..1000 {
            let words = io::Error::from_raw_os_error(number).to_string();
            // glibc and Apple: unknown error; musl: no error information
            if !words.to_lowercase().contains("unknown error") && !words.contains("No error information") {
                assert!(name(number).is_some(), "{words} has no name");
                known += 1;
            }
        }
        assert!(known > 90, "the system has words for {known} numbers only");
    }

    #[test]
    fn numbers_of_one_kind_keep_their_names() {
        for (number, expected) in [
            (libc::EPERM, "EPERM"),
            (libc::EACCES, "EACCES"),
            (libc::EMFILE, "EMFILE"),
            (libc::ENFILE, "ENFILE"),
            (libc::ENOBUFS, "ENOBUFS"),
            (libc::EHOSTDOWN, "EHOSTDOWN"),
            (libc::EWOULDBLOCK, "EAGAIN"),
            (libc::ENOTSUP, "ENOTSUP"),
        ] {
            assert_eq!(name(number), Some(expected));
        }
        assert_eq!(name(0), None);
        assert_eq!(name(-1), None);
    }
}
