//! Named pipes of Windows, such as that of the Docker Engine: `\\\\.\\pipe\\docker_engine`.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient};
use tokio::time::sleep;
use windows_sys::Win32::Foundation::ERROR_PIPE_BUSY;

use super::DialSteps;
use crate::error::{system_code, system_words};
use crate::io::Stream;
use crate::{Error, Kind, Phase};

/// Pause before the next try when the server has no free instance of the pipe.
const BUSY_PAUSE: Duration = Duration::from_millis(5);

/// Connects to the pipe at `path`.
pub(super) async fn open(path: &Path, steps: &DialSteps<'_>) -> Result<Stream, Error> {
    steps.unix_started(path);
    let pipe = connect(path).await.map_err(|error| {
        let message = format!(
            "cannot connect to the named pipe {}: {}",
            path.display(),
            system_words(&error)
        );
        Error::new(Kind::ConnectError, Phase::Connect, system_code(&error), message)
    })?;
    steps.unix_complete();
    Ok(Stream::Pipe(pipe))
}

async fn connect(path: &Path) -> io::Result<NamedPipeClient> {
    let text = path.to_string_lossy();
    // any other path would open a file, and the request would be written into it
    if ![r"\\.\pipe\", r"\\?\pipe\"]
        .iter()
        .any(|prefix| text.starts_with(prefix))
    {
        return Err(io::ErrorKind::Unsupported.into());
    }
    loop {
        match ClientOptions::new().open(path) {
            Err(error) if error.raw_os_error() == Some(ERROR_PIPE_BUSY.cast_signed()) => {
                sleep(BUSY_PAUSE).await;
            }
            opened => return opened,
        }
    }
}
