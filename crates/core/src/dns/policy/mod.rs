//! Which addresses a client may connect to: the guard against requests that a URL of a stranger would send into the own
//! network (SSRF).
//!
//! The dialer asks for the address that it is about to hand to the system, so that no name, redirect, proxy or other way
//! of writing an address leads around it.

mod embedded;
mod kind;
mod network;
mod rule;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{Error, Kind, Phase};
pub use httpxide_protocol::address_kind::AddressKind;
pub use network::Network;
pub use rule::Rule;

/// The code of a refusal.
const BLOCKED: &str = "ERR_ADDRESS_BLOCKED";

/// Whether a policy refused an address. Another attempt at it would be refused too.
pub(crate) fn is_refusal(error: &Error) -> bool {
    error.code == BLOCKED
}

/// The addresses that a client may connect to: those that are allowed and not denied.
///
/// An IPv6 address that stands for an IPv4 address (IPv4-mapped, NAT64, 6to4) counts as that one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectPolicy {
    /// Only these are allowed; `None`: all are.
    pub allow: Option<Vec<Rule>>,
    /// These are denied, even if they are allowed.
    pub deny: Vec<Rule>,
}

impl ConnectPolicy {
    /// Only global unicast addresses.
    pub fn public() -> Self {
        Self {
            allow: Some(vec![Rule::Kind(AddressKind::Public)]),
            deny: Vec::new(),
        }
    }

    /// Fails with a `ConnectError` if the client must not connect to this address.
    pub fn check(&self, address: IpAddr) -> Result<(), Error> {
        if self.permits(address) {
            return Ok(());
        }
        let counted = counted(address);
        let mut kinds: Vec<_> = kind::kinds_of(counted).map(kind::name).collect();
        for name in others(counted).flat_map(kind::kinds_of).map(kind::name) {
            if !kinds.contains(&name) {
                kinds.push(name);
            }
        }
        let message = format!(
            "the connect policy does not permit the address {address} ({})",
            kinds.join(", ")
        );
        Err(Error::new(Kind::ConnectError, Phase::Connect, BLOCKED, message))
    }

    fn permits(&self, address: IpAddr) -> bool {
        let counted = counted(address);
        let is_denied = self.deny.iter().any(|rule| {
            // a network may be written in either form
            rule.matches(counted)
                || rule.is_network_of(address)
                || others(counted).any(|other| rule.matches(other))
        });
        let is_allowed = match &self.allow {
            Some(allow) => allow.iter().any(|rule| allows(*rule, counted)),
            None => true,
        };
        is_allowed && !is_denied
    }
}

/// Whether a rule allows an address. A public address is not, if packets to it may reach one that is not public.
fn allows(rule: Rule, address: IpAddr) -> bool {
    rule.matches(address)
        && (rule != Rule::Kind(AddressKind::Public) || others(address).all(|other| rule.matches(other)))
}

/// The address that an address counts as.
fn counted(address: IpAddr) -> IpAddr {
    embedded::stands_for(address).map_or(address, IpAddr::V4)
}

/// The other addresses that packets to an address may reach. Systems connect an unspecified one to the loopback.
fn others(address: IpAddr) -> impl Iterator<Item = IpAddr> {
    let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    let of_unspecified = address.is_unspecified().then_some(loopback);
    let mentioned = embedded::mentioned_in(address).map(IpAddr::V4);
    of_unspecified.into_iter().flatten().chain(mentioned)
}

#[cfg(test)]
mod tests;
