//! The system's resolver.

use std::io;
use std::net::SocketAddr;

use dns_lookup::{AddrInfoHints, LookupError, LookupErrorKind, SockType, getaddrinfo};
use tokio::task::spawn_blocking;

use super::{Lookup, Resolve};
use crate::error::system_code;
use crate::{Error, Kind, Phase};

/// Asks `getaddrinfo` on tokio's blocking pool: /etc/hosts, mDNS, VPNs and containers work as in every other program.
/// It resolves `localhost` too, which may be of either family.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, name: &'a str, port: u16) -> Lookup<'a> {
        let owned = name.to_owned();
        Box::pin(async move {
            // `getaddrinfo` cannot be interrupted: a look-up that was given up runs on in the pool
            match spawn_blocking(move || look_up(&owned, port)).await {
                Ok(looked_up) => looked_up,
                // the runtime is shutting down
                Err(error) => Err(failure("ECANCELED", name, &error)),
            }
        })
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
        // /etc/hosts may list a name twice
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

/// Node's codes: `ENOTFOUND` for a name that does not exist, the resolver's own for the rest.
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
