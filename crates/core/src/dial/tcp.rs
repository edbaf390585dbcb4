//! TCP to the first address that answers.

use std::fmt::Display;
use std::io;
use std::net::SocketAddr;

use socket2::SockRef;
use tokio::net::{TcpSocket, TcpStream};

use super::SocketOptions;
use super::happy_eyeballs::{Failure, race};
use crate::error::{system_code, system_words};
use crate::{Error, Kind, Phase};

/// Connects to the first of `addresses` that answers, with Nagle's algorithm off. Errors name `target`.
pub(super) async fn connect(
    addresses: &[SocketAddr],
    target: &dyn Display,
    options: &SocketOptions,
) -> Result<TcpStream, Error> {
    race(addresses, |address| open(address, options))
        .await
        .map_err(|failures| all_failed(target, &failures))
}

async fn open(address: SocketAddr, options: &SocketOptions) -> io::Result<TcpStream> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    options.apply(&SockRef::from(&socket))?;
    // requests are written whole: Nagle's algorithm would hold the last segment back until the peer's delayed ACK
    socket.set_nodelay(true)?;
    socket.connect(address).await
}

/// The error takes the code of the first failure.
fn all_failed(target: &dyn Display, failures: &[Failure]) -> Error {
    let Some((_, first)) = failures.first() else {
        let message = format!("cannot connect to {target}: the host has no address");
        return Error::new(Kind::ConnectError, Phase::Dns, "ENOTFOUND", message);
    };
    let tried: Vec<_> = failures
        .iter()
        .map(|(address, error)| format!("{address}: {}", system_words(error)))
        .collect();
    let message = format!(
        "All connection attempts failed: cannot connect to {target}; tried {}",
        tried.join(", ")
    );
    Error::new(Kind::ConnectError, Phase::Connect, system_code(first), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_names_every_address_and_takes_the_code_of_the_first_failure() {
        let refused = |address: &str, kind: io::ErrorKind| (address.parse().unwrap(), io::Error::from(kind));
        let failures = [
            refused("[::1]:80", io::ErrorKind::NetworkUnreachable),
            refused("127.0.0.1:80", io::ErrorKind::ConnectionRefused),
        ];
        let error = all_failed(&"example.com:80", &failures);
        assert_eq!(
            (error.kind, error.phase, error.code),
            (Kind::ConnectError, Phase::Connect, "ENETUNREACH")
        );
        for part in ["example.com:80", "[::1]:80", "127.0.0.1:80"] {
            assert!(error.message.contains(part), "{error}");
        }
    }
}
