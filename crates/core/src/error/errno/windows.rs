//! The names of Windows, from the numbers in its headers. Winsock's constants are libuv's names with `WSA` before them.

use windows_sys::Win32::Foundation as system;
use windows_sys::Win32::Networking::WinSock;

/// The name of an error of Winsock or of the system.
pub(in crate::error) fn name(number: i32) -> Option<&'static str> {
    winsock(number).or_else(|| system_error(number.cast_unsigned()))
}

macro_rules! winsock {
    ($($name:ident)*) => {
        fn winsock(number: i32) -> Option<&'static str> {
            Some(match number {
                // libuv's name for an operation that would block, and for one that was interrupted
                WinSock::WSAEWOULDBLOCK => "EAGAIN",
                WinSock::WSAEINTR | WinSock::WSAECANCELLED | WinSock::WSA_E_CANCELLED => "ECANCELED",
                WinSock::WSAEOPNOTSUPP => "ENOTSUP",
                WinSock::WSAEDISCON => "ECONNRESET",
                $(WinSock::$name => &stringify!($name)["WSA".len()..],)*
                _ => return None,
            })
        }
    };
}

winsock! {
    WSAEACCES WSAEADDRINUSE WSAEADDRNOTAVAIL WSAEAFNOSUPPORT WSAEALREADY WSAEBADF WSAECONNABORTED WSAECONNREFUSED
    WSAECONNRESET WSAEDESTADDRREQ WSAEDQUOT WSAEFAULT WSAEHOSTDOWN WSAEHOSTUNREACH WSAEINPROGRESS WSAEINVAL WSAEISCONN
    WSAELOOP WSAEMFILE WSAEMSGSIZE WSAENAMETOOLONG WSAENETDOWN WSAENETRESET WSAENETUNREACH WSAENOBUFS WSAENOPROTOOPT
    WSAENOTCONN WSAENOTEMPTY WSAENOTSOCK WSAEPFNOSUPPORT WSAEPROCLIM WSAEPROTONOSUPPORT WSAEPROTOTYPE WSAEREMOTE
    WSAESHUTDOWN WSAESOCKTNOSUPPORT WSAESTALE WSAETIMEDOUT WSAETOOMANYREFS WSAEUSERS
}

/// What the system reports for overlapped operations of sockets and for files of certificates, under the name of the
/// same failure on Unix.
fn system_error(number: u32) -> Option<&'static str> {
    Some(match number {
        system::ERROR_ACCESS_DENIED | system::ERROR_NOACCESS => "EACCES",
        system::ERROR_ADDRESS_ALREADY_ASSOCIATED => "EADDRINUSE",
        system::ERROR_INVALID_HANDLE => "EBADF",
        system::ERROR_LOCK_VIOLATION | system::ERROR_PIPE_BUSY | system::ERROR_SHARING_VIOLATION => "EBUSY",
        system::ERROR_OPERATION_ABORTED => "ECANCELED",
        system::ERROR_CONNECTION_ABORTED => "ECONNABORTED",
        system::ERROR_CONNECTION_REFUSED => "ECONNREFUSED",
        system::ERROR_NETNAME_DELETED => "ECONNRESET",
        system::ERROR_ALREADY_EXISTS | system::ERROR_FILE_EXISTS => "EEXIST",
        system::ERROR_HOST_UNREACHABLE => "EHOSTUNREACH",
        system::ERROR_HOST_DOWN => "EHOSTDOWN",
        system::ERROR_INVALID_PARAMETER | system::ERROR_INVALID_DATA => "EINVAL",
        system::ERROR_CANT_RESOLVE_FILENAME => "ELOOP",
        system::ERROR_TOO_MANY_OPEN_FILES => "EMFILE",
        system::ERROR_FILENAME_EXCED_RANGE => "ENAMETOOLONG",
        system::ERROR_NETWORK_UNREACHABLE | system::ERROR_PORT_UNREACHABLE => "ENETUNREACH",
        system::ERROR_NO_SYSTEM_RESOURCES => "ENOBUFS",
        system::ERROR_FILE_NOT_FOUND
        | system::ERROR_PATH_NOT_FOUND
        | system::ERROR_INVALID_NAME
        | system::ERROR_BAD_PATHNAME
        | system::ERROR_DIRECTORY
        | system::ERROR_INVALID_DRIVE => "ENOENT",
        system::ERROR_NOT_ENOUGH_MEMORY | system::ERROR_OUTOFMEMORY => "ENOMEM",
        system::ERROR_DISK_FULL => "ENOSPC",
        system::ERROR_NOT_SUPPORTED => "ENOTSUP",
        system::ERROR_PRIVILEGE_NOT_HELD => "EPERM",
        system::ERROR_BROKEN_PIPE | system::ERROR_NO_DATA | system::ERROR_PIPE_NOT_CONNECTED => "EPIPE",
        system::ERROR_SEM_TIMEOUT => "ETIMEDOUT",
        _ => return None,
    })
}
