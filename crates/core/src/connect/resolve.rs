//! Name resolution, off the I/O thread.

use std::io;
use std::net::SocketAddr;

use dns_lookup::{AddrInfoHints, LookupError, LookupErrorKind, SockType, getaddrinfo};

use crate::error::system_code;
use crate::{Error, Kind, Phase};

/// A source of addresses. Futures stay on the I/O thread and need not be `Send`.
pub trait Resolve {
    /// The addresses of `name`, the preferred one first, with `port` filled in.
    fn resolve(&self, name: &str, port: u16) -> impl Future<Output = Result<Vec<SocketAddr>, Error>>;
}

/// The system's resolver: `getaddrinfo`, so that /etc/hosts, mDNS, VPNs and containers work as everywhere
/// else, on tokio's blocking pool. Also asked for `localhost`, which may be either family.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    async fn resolve(&self, name: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
        let owned = name.to_owned();
        // A lookup that is no longer wanted runs on in the pool: `getaddrinfo` cannot be interrupted.
        match tokio::task::spawn_blocking(move || look_up(&owned, port)).await {
            Ok(looked_up) => looked_up,
            // The runtime is shutting down.
            Err(error) => Err(failure("ECANCELED", name, &error)),
        }
    }
}

fn look_up(name: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
    let hints = AddrInfoHints {
        socktype: SockType::Stream.into(),
        ..AddrInfoHints::default()
    };
    let found = getaddrinfo(Some(name), None, Some(hints)).map_err(|error| lookup_failure(name, error))?;
    let mut addresses = Vec::new();
    for info in found {
        let mut address = info
            .map_err(|error| failure(system_code(&error), name, &error))?
            .sockaddr;
        address.set_port(port);
        // The same address comes twice where /etc/hosts lists a name twice.
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

/// Node's codes: `ENOTFOUND` for what does not exist, the resolver's own for the rest.
fn lookup_failure(name: &str, error: LookupError) -> Error {
    let kind = error.kind();
    let error = io::Error::from(error);
    let code = match kind {
        LookupErrorKind::Again => "EAI_AGAIN",
        LookupErrorKind::Fail => "EAI_FAIL",
        LookupErrorKind::Memory => "EAI_MEMORY",
        LookupErrorKind::System => system_code(&error),
        _ => "ENOTFOUND",
    };
    failure(code, name, &error)
}

fn failure(code: &'static str, name: &str, reason: &dyn std::fmt::Display) -> Error {
    Error::new(
        Kind::ConnectError,
        Phase::Dns,
        code,
        format!("cannot resolve the host {name}: {reason}"),
    )
}
