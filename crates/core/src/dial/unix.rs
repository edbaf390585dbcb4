//! Unix domain sockets, in the file system or, on Linux, in the abstract namespace: their paths begin with a NUL.

#[cfg(target_os = "linux")]
use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::time::sleep;

use super::DialSteps;
use crate::error::{system_code, system_words};
use crate::io::Stream;
use crate::{Error, Kind, Phase};

/// Pause before the next try when the server's backlog is full.
const BACKLOG_PAUSE: Duration = Duration::from_millis(5);

/// Connects to the socket at `path`.
pub(super) async fn open(path: &Path, steps: &DialSteps<'_>) -> Result<Stream, Error> {
    steps.unix_started(path);
    let socket = loop {
        match connect(path).await {
            Ok(socket) => break socket,
            // TCP waits for room in the backlog; a non-blocking Unix socket fails with EAGAIN
            Err(error) if error.kind() == ErrorKind::WouldBlock => sleep(BACKLOG_PAUSE).await,
            Err(error) => {
                let error = if is_too_long(path, &error) {
                    io::Error::from_raw_os_error(libc::ENAMETOOLONG)
                } else {
                    error
                };
                let message = format!(
                    "cannot connect to the Unix socket {}: {}",
                    shown(path),
                    system_words(&error)
                );
                let code = system_code(&error);
                return Err(Error::new(Kind::ConnectError, Phase::Connect, code, message));
            }
        }
    };
    steps.unix_complete();
    Ok(Stream::Unix(socket))
}

/// Node.js 20 fills the name of an abstract socket up with NULs, which are part of it, in its servers and its clients. So
/// a name without a listening socket is tried in that form too.
#[cfg(target_os = "linux")]
async fn connect(path: &Path) -> io::Result<UnixStream> {
    /// What an address holds: the NUL in front included.
    const LONGEST: usize = 108;
    let connected = UnixStream::connect(path).await;
    let mut bytes = path.as_os_str().as_bytes().to_vec();
    let is_refused = |error: &io::Error| error.kind() == ErrorKind::ConnectionRefused;
    if bytes.first() != Some(&0) || bytes.len() >= LONGEST || !connected.as_ref().is_err_and(is_refused) {
        return connected;
    }
    bytes.resize(LONGEST, 0);
    UnixStream::connect(Path::new(OsStr::from_bytes(&bytes))).await
}

#[cfg(not(target_os = "linux"))]
async fn connect(path: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(path).await
}

/// The standard library refuses a path that does not fit into a socket's address before the system sees it, and its
/// error has no number.
fn is_too_long(path: &Path, error: &io::Error) -> bool {
    error.raw_os_error().is_none()
        && error.kind() == ErrorKind::InvalidInput
        && !path.as_os_str().as_bytes().iter().skip(1).any(|byte| *byte == 0)
}

/// An abstract socket is written with an `@`, as in `ss` and `/proc/net/unix`.
fn shown(path: &Path) -> String {
    let path = path.to_string_lossy();
    match path.strip_prefix('\0') {
        Some(name) => format!("@{name}"),
        None => path.into_owned(),
    }
}
