//! TCP to the first address that answers: Happy Eyeballs, version 2 (RFC 8305).

use std::collections::VecDeque;
use std::fmt::Display;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::{system_code, system_words};
use crate::{Error, Kind, Phase};

/// Head start of each attempt over the next (RFC 8305, section 5: 250 ms recommended).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// An address that could not be reached, and the reason.
type Failure = (SocketAddr, io::Error);
type Attempt = Pin<Box<dyn Future<Output = Result<TcpStream, Failure>>>>;

/// Connects to the first of `addresses` that answers, with Nagle's algorithm off. Drops the other attempts half open.
///
/// An attempt begins [`ATTEMPT_DELAY`] after the one before, or at once when an attempt fails.
/// Errors name `target`.
pub(super) async fn connect(addresses: &[SocketAddr], target: &dyn Display) -> Result<TcpStream, Error> {
    if let [address] = *addresses {
        return attempt(address)
            .await
            .map_err(|failure| all_failed(target, &[failure]));
    }
    let mut waiting = VecDeque::from(interleave(addresses));
    let mut running: Vec<Attempt> = Vec::new();
    let mut failures = Vec::new();
    loop {
        if let Some(address) = waiting.pop_front() {
            running.push(Box::pin(attempt(address)));
        } else if running.is_empty() {
            return Err(all_failed(target, &failures));
        }
        let finished = if waiting.is_empty() {
            Some(first_finished(&mut running).await)
        } else {
            timeout(ATTEMPT_DELAY, first_finished(&mut running)).await.ok()
        };
        match finished {
            Some(Ok(stream)) => return Ok(stream),
            Some(Err(failure)) => failures.push(failure),
            None => {}
        }
    }
}

async fn attempt(address: SocketAddr) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| (address, error))?;
    // requests are written whole: Nagle's algorithm would hold the last segment back until the peer's delayed ACK
    stream.set_nodelay(true).map_err(|error| (address, error))?;
    Ok(stream)
}

/// Waits for the next attempt to end. Safe to drop: the attempts stay in `running`.
async fn first_finished(running: &mut Vec<Attempt>) -> Result<TcpStream, Failure> {
    poll_fn(|context| {
        for (index, attempt) in running.iter_mut().enumerate() {
            if let Poll::Ready(result) = attempt.as_mut().poll(context) {
                drop(running.swap_remove(index));
                return Poll::Ready(result);
            }
        }
        Poll::Pending
    })
    .await
}

/// Alternates the address families, the first address's family first (RFC 8305, section 4). Keeps the resolver's order
/// within a family, which follows RFC 6724.
fn interleave(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut preferred, mut other): (VecDeque<_>, VecDeque<_>) = addresses
        .iter()
        .copied()
        .partition(|address| address.is_ipv6() == first_is_v6);
    let mut ordered = Vec::with_capacity(addresses.len());
    while ordered.len() < addresses.len() {
        ordered.extend(preferred.pop_front());
        ordered.extend(other.pop_front());
    }
    ordered
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

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|address| address.parse().unwrap()).collect()
    }

    #[test]
    fn address_families_alternate_and_keep_their_order() {
        for (given, expected) in [
            (
                vec!["[::1]:1", "[::2]:1", "1.1.1.1:1", "1.1.1.2:1"],
                vec!["[::1]:1", "1.1.1.1:1", "[::2]:1", "1.1.1.2:1"],
            ),
            (
                vec!["1.1.1.1:1", "[::1]:1", "[::2]:1", "[::3]:1"],
                vec!["1.1.1.1:1", "[::1]:1", "[::2]:1", "[::3]:1"],
            ),
            (vec!["1.1.1.1:1", "1.1.1.2:1"], vec!["1.1.1.1:1", "1.1.1.2:1"]),
            (vec![], vec![]),
        ] {
            assert_eq!(interleave(&addresses(&given)), addresses(&expected));
        }
    }

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
