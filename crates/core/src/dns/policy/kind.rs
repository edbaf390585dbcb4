//! The kinds of an address: IANA's registries of special-purpose addresses for IPv4 and IPv6, of multicast addresses and of
//! IPv6's unicast space, as of October 2025, and the addresses at which clouds serve metadata.

use std::net::{IpAddr, Ipv4Addr};

use AddressKind::{
    LinkLocal, Loopback, Metadata, Multicast, Private, Public, Reserved, UniqueLocal, Unspecified,
};

use super::{AddressKind, Network};

const fn v4(address: [u8; 4], length: u8) -> Network {
    let [a, b, c, d] = address;
    Network::new(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), length)
}

/// The address that begins with these words and goes on with zeros.
const fn v6<const WORDS: usize>(words: [u16; WORDS], length: u8) -> Network {
    let mut all = [0; 8];
    let mut index = 0;
    while index < WORDS {
        all[index] = words[index];
        index += 1;
    }
    Network::of_segments(all, length)
}

/// The networks of each kind but `Public` and `Metadata`. The first one that has an address decides.
const NETWORKS: &[(Network, AddressKind)] = &[
    (v4([0, 0, 0, 0], 32), Unspecified),
    // "this network" (RFC 791, 3.2)
    (v4([0, 0, 0, 0], 8), Reserved),
    (v4([10, 0, 0, 0], 8), Private),
    // shared by the customers of a carrier (RFC 6598)
    (v4([100, 64, 0, 0], 10), Private),
    (v4([127, 0, 0, 0], 8), Loopback),
    (v4([169, 254, 0, 0], 16), LinkLocal),
    (v4([172, 16, 0, 0], 12), Private),
    // anycast addresses of PCP and TURN (RFC 7723, RFC 8155), which are global …
    (v4([192, 0, 0, 9], 32), Public),
    (v4([192, 0, 0, 10], 32), Public),
    // … inside the protocol assignments of IETF, which are not (RFC 6890)
    (v4([192, 0, 0, 0], 24), Reserved),
    (v4([192, 0, 2, 0], 24), Reserved),
    // the relays of 6to4, deprecated (RFC 7526)
    (v4([192, 88, 99, 0], 24), Reserved),
    (v4([192, 168, 0, 0], 16), Private),
    (v4([198, 18, 0, 0], 15), Reserved),
    (v4([198, 51, 100, 0], 24), Reserved),
    (v4([203, 0, 113, 0], 24), Reserved),
    (v4([224, 0, 0, 0], 4), Multicast),
    // with the broadcast address
    (v4([240, 0, 0, 0], 4), Reserved),
    (v6([], 128), Unspecified),
    (v6([0, 0, 0, 0, 0, 0, 0, 1], 128), Loopback),
    // anycast addresses of PCP, TURN and DNS-SD (RFC 7723, RFC 8155, RFC 9665), AMT (RFC 7450), AS112 (RFC 7535), ORCHIDv2
    // (RFC 7343) and remote identification of drones (RFC 9374), which are global …
    (v6([0x2001, 1, 0, 0, 0, 0, 0, 1], 128), Public),
    (v6([0x2001, 1, 0, 0, 0, 0, 0, 2], 128), Public),
    (v6([0x2001, 1, 0, 0, 0, 0, 0, 3], 128), Public),
    (v6([0x2001, 3], 32), Public),
    (v6([0x2001, 4, 0x112], 48), Public),
    (v6([0x2001, 0x20], 28), Public),
    (v6([0x2001, 0x30], 28), Public),
    // … inside the protocol assignments of IETF, which are not (RFC 2928): Teredo, benchmarks, ORCHID
    (v6([0x2001], 23), Reserved),
    // documentation (RFC 3849, RFC 9637)
    (v6([0x2001, 0xdb8], 32), Reserved),
    (v6([0x3fff], 20), Reserved),
    (v6([0x2000], 3), Public),
    (v6([0xfc00], 7), UniqueLocal),
    (v6([0xfe80], 10), LinkLocal),
    (v6([0xff00], 8), Multicast),
    // global unicast addresses begin with 001 (RFC 4291, 2.4); the rest is not allocated, deprecated (fec0::/10), or for use
    // within a network (100::/64, 64:ff9b:1::/48, 5f00::/16)
    (v6([], 0), Reserved),
];

/// Metadata services. Whoever reaches one gets the credentials of the machine.
const METADATA: &[Network] = &[
    // AWS, Azure, Google Cloud, Oracle, DigitalOcean, Hetzner, OpenStack and more
    v4([169, 254, 169, 254], 32),
    // tasks of ECS, pods of EKS
    v4([169, 254, 170, 2], 32),
    v4([169, 254, 170, 23], 32),
    // Alibaba Cloud
    v4([100, 100, 100, 200], 32),
    // Azure's host, an address of its public space
    v4([168, 63, 129, 16], 32),
    // Oracle Cloud, earlier
    v4([192, 0, 0, 192], 32),
    // AWS, pods of EKS
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128),
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23], 128),
    // Google Cloud
    v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128),
    // OpenStack
    v6([0xfe80, 0, 0, 0, 0, 0, 0xa9fe, 0xa9fe], 128),
];

/// The kinds of an address, at least one: an address of metadata may be link-local too.
pub(super) fn kinds_of(address: IpAddr) -> impl Iterator<Item = AddressKind> {
    let is_metadata = METADATA.iter().any(|network| network.contains(address));
    let kind = NETWORKS
        .iter()
        .find(|(network, _)| network.contains(address))
        .map_or(Public, |(_, kind)| *kind);
    // Azure's host has a public address, which must not count as one
    let kind = if is_metadata && kind == Public {
        None
    } else {
        Some(kind)
    };
    kind.into_iter().chain(is_metadata.then_some(Metadata))
}

/// The name of a kind in JavaScript.
pub(super) fn name(kind: AddressKind) -> &'static str {
    AddressKind::NAMES.literals[kind as usize].trim_matches('"')
}
