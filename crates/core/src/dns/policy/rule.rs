//! A rule of a policy.

use std::net::IpAddr;
use std::str::FromStr;

use super::kind::{kinds_of, name};
use super::network::NotANetwork;
use super::{AddressKind, Network};

/// Addresses that are allowed or denied together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// All addresses of a network.
    Network(Network),
    /// All addresses of a kind.
    Kind(AddressKind),
}

impl Rule {
    pub(super) fn matches(self, address: IpAddr) -> bool {
        match self {
            Self::Network(network) => network.contains(address),
            Self::Kind(kind) => kinds_of(address).any(|own| own == kind),
        }
    }

    pub(super) fn is_network_of(self, address: IpAddr) -> bool {
        matches!(self, Self::Network(network) if network.contains(address))
    }
}

impl FromStr for Rule {
    type Err = NotANetwork;

    /// Reads the name of a kind, or a network.
    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        match AddressKind::ALL.iter().find(|kind| name(**kind) == text) {
            Some(kind) => Ok(Self::Kind(*kind)),
            None => text.parse().map(Self::Network),
        }
    }
}
