//! Options of TCP sockets, set before the socket connects: the system announces the size of its receive buffer with the
//! first segment, and chooses the route by the device.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

/// The time between two probes of a peer that does not answer them …
const PROBE_INTERVAL: Duration = Duration::from_secs(15);
/// … and how many of them fail before the connection counts as broken. With the default of `keep_alive`, a peer that has
/// vanished is found out after two minutes; Linux's own defaults take more than two hours.
const PROBES: u32 = 4;

/// Options of TCP sockets. `None` leaves the system's default, except for `keep_alive`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketOptions {
    /// How long a connection is silent before the system asks the peer whether it is still there (`SO_KEEPALIVE`). Whole
    /// seconds, rounded up. `None`: it never asks. By default 60 s.
    pub keep_alive: Option<Duration>,
    /// The size of the system's receive buffer in bytes (`SO_RCVBUF`). The system may change it.
    pub receive_buffer_size: Option<usize>,
    /// The size of the system's send buffer in bytes (`SO_SNDBUF`). The system may change it.
    pub send_buffer_size: Option<usize>,
    /// The network device that all packets use (`SO_BINDTODEVICE`). Linux only: elsewhere opening a socket fails.
    pub bind_to_device: Option<String>,
    /// How long sent bytes may stay unacknowledged before the connection breaks (`TCP_USER_TIMEOUT`). Linux only, as above.
    pub tcp_user_timeout: Option<Duration>,
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self {
            keep_alive: Some(Duration::from_secs(60)),
            receive_buffer_size: None,
            send_buffer_size: None,
            bind_to_device: None,
            tcp_user_timeout: None,
        }
    }
}

impl SocketOptions {
    pub(super) fn apply(&self, socket: &SockRef<'_>) -> io::Result<()> {
        if let Some(time) = self.keep_alive {
            let keep_alive = TcpKeepalive::new()
                .with_time(whole_seconds(time))
                .with_interval(PROBE_INTERVAL)
                .with_retries(PROBES);
            socket.set_tcp_keepalive(&keep_alive)?;
        }
        if let Some(size) = self.receive_buffer_size {
            socket.set_recv_buffer_size(size)?;
        }
        if let Some(size) = self.send_buffer_size {
            socket.set_send_buffer_size(size)?;
        }
        self.apply_of_linux(socket)
    }

    #[cfg(target_os = "linux")]
    fn apply_of_linux(&self, socket: &SockRef<'_>) -> io::Result<()> {
        if let Some(device) = &self.bind_to_device {
            socket.bind_device(Some(device.as_bytes()))?;
        }
        if let Some(time) = self.tcp_user_timeout {
            socket.set_tcp_user_timeout(Some(time))?;
        }
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    fn apply_of_linux(&self, _socket: &SockRef<'_>) -> io::Result<()> {
        if self.bind_to_device.is_none() && self.tcp_user_timeout.is_none() {
            return Ok(());
        }
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// The system counts whole seconds, and refuses 0.
fn whole_seconds(time: Duration) -> Duration {
    let rounded = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    Duration::from_secs(rounded.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_second_are_rounded_up() {
        for (milliseconds, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (60_000, 60)] {
            assert_eq!(
                whole_seconds(Duration::from_millis(milliseconds)),
                Duration::from_secs(seconds)
            );
        }
    }
}
