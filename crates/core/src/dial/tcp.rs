//! TCP to the first address that answers.

use std::fmt::Display;
use std::io;
use std::net::{IpAddr, SocketAddr};

use socket2::SockRef;
use tokio::net::{TcpSocket, TcpStream};

use super::SocketOptions;
use super::happy_eyeballs::{Failure, Won, race};
use crate::dns::Family;
use crate::dns::policy::ConnectPolicy;
use crate::error::{system_code, system_words};
use crate::{Error, Kind, Phase};

/// What all TCP connections of a client have in common.
#[derive(Debug, Default)]
pub(super) struct TcpSettings {
    pub(super) options: SocketOptions,
    /// The address of this machine that they come from; the system chooses the port.
    pub(super) local_address: Option<IpAddr>,
    /// The addresses that they may lead to.
    pub(super) policy: Option<ConnectPolicy>,
}

/// Why an address was not connected to.
#[derive(Debug)]
enum Reason {
    /// The policy refuses it: the system was not asked.
    Refused(Error),
    System(io::Error),
}

impl TcpSettings {
    /// Connects to the first of `addresses` that answers, with Nagle's algorithm off. Errors name `target`.
    pub(super) async fn connect(
        &self,
        addresses: &[SocketAddr],
        target: &dyn Display,
    ) -> Result<Won<TcpStream>, Error> {
        race(addresses, |address| self.open(address))
            .await
            .map_err(|failures| self.all_failed(target, failures))
    }

    /// Fails if the policy does not permit the address.
    pub(super) fn check(&self, address: IpAddr) -> Result<(), Error> {
        match &self.policy {
            Some(policy) => policy.check(address),
            None => Ok(()),
        }
    }

    async fn open(&self, address: SocketAddr) -> Result<TcpStream, Reason> {
        // the last thing before the system: whatever led here, this is the address that is connected to
        self.check(address.ip()).map_err(Reason::Refused)?;
        self.connect_to(address).await.map_err(Reason::System)
    }

    async fn connect_to(&self, address: SocketAddr) -> io::Result<TcpStream> {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        self.options.apply(&SockRef::from(&socket))?;
        // requests are written whole: Nagle's algorithm would hold the last segment back until the peer's delayed ACK
        socket.set_nodelay(true)?;
        if let Some(local) = self.local_address {
            if Family::of(local) != Family::of(address.ip()) {
                return Err(io::Error::from_raw_os_error(WRONG_FAMILY));
            }
            socket.bind(SocketAddr::new(local, 0))?;
        }
        socket.connect(address).await
    }

    /// The error takes the code of the first failure of the system, if there is one.
    fn all_failed(&self, target: &dyn Display, failures: Vec<Failure<Reason>>) -> Error {
        if failures.is_empty() {
            let message = format!("cannot connect to {target}: the host has no address");
            return Error::new(Kind::ConnectError, Phase::Dns, "ENOTFOUND", message);
        }
        let tried: Vec<_> = failures
            .iter()
            .map(|(address, reason)| match reason {
                Reason::Refused(error) => format!("{address}: {}", error.message),
                Reason::System(error) => format!("{address}: {}", system_words(error)),
            })
            .collect();
        let from = self.local_address.map(|local| format!(" from {local}"));
        let message = format!(
            "All connection attempts failed: cannot connect to {target}{}; tried {}",
            from.unwrap_or_default(),
            tried.join(", ")
        );
        let code = failures.iter().find_map(|(_, reason)| match reason {
            Reason::System(error) => Some(system_code(error)),
            Reason::Refused(_) => None,
        });
        let refusal = failures.into_iter().find_map(|(_, reason)| match reason {
            Reason::Refused(error) => Some(error),
            Reason::System(_) => None,
        });
        match (code, refusal) {
            (None, Some(refusal)) => Error {
                message: format!("cannot connect to {target}: {}", refusal.message).into(),
                ..refusal
            },
            (code, _) => Error::new(
                Kind::ConnectError,
                Phase::Connect,
                code.unwrap_or("ERR_CONNECT_ERROR"),
                message,
            ),
        }
    }
}

#[cfg(unix)]
const WRONG_FAMILY: i32 = libc::EAFNOSUPPORT;
#[cfg(windows)]
const WRONG_FAMILY: i32 = windows_sys::Win32::Networking::WinSock::WSAEAFNOSUPPORT;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_names_every_address_and_takes_the_code_of_the_first_failure() {
        let refused = |address: &str, kind: io::ErrorKind| {
            (address.parse().unwrap(), Reason::System(io::Error::from(kind)))
        };
        let failures = vec![
            refused("[::1]:80", io::ErrorKind::NetworkUnreachable),
            refused("127.0.0.1:80", io::ErrorKind::ConnectionRefused),
        ];
        let error = TcpSettings::default().all_failed(&"example.com:80", failures);
        assert_eq!(
            (error.kind, error.phase, error.code),
            (Kind::ConnectError, Phase::Connect, "ENETUNREACH")
        );
        for part in ["example.com:80", "[::1]:80", "127.0.0.1:80"] {
            assert!(error.message.contains(part), "{error}");
        }
    }
}
