//! IPv4 addresses inside IPv6 addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Network;

/// An IPv4 address inside an IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Embedded {
    /// Packets to the IPv6 address reach the IPv4 address.
    StandsFor(Ipv4Addr),
    /// A form that no system forwards any more.
    Mentions(Ipv4Addr),
}

/// Where the IPv4 address is in the addresses of a network.
enum Place {
    /// Behind so many bits.
    Behind(u32),
    /// In the last 32 bits, each inverted.
    LastInverted,
}

/// IPv4-mapped (RFC 4291, 2.5.5.2), NAT64 (RFC 6052) and 6to4 (RFC 3056).
const STANDS_FOR: [(Network, u32); 3] = [
    (Network::of_segments([0, 0, 0, 0, 0, 0xffff, 0, 0], 96), 96),
    (Network::of_segments([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96), 96),
    (Network::of_segments([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), 16),
];

/// IPv4-compatible (RFC 4291, 2.5.5.1), IPv4-translated (RFC 7915), NAT64 of one's own prefix (RFC 8215; its longest
/// form), and the client of Teredo (RFC 4380, 4).
const MENTIONS: [(Network, Place); 4] = [
    (Network::of_segments([0; 8], 96), Place::Behind(96)),
    (
        Network::of_segments([0, 0, 0, 0, 0xffff, 0, 0, 0], 96),
        Place::Behind(96),
    ),
    (
        Network::of_segments([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48),
        Place::Behind(96),
    ),
    (
        Network::of_segments([0x2001, 0, 0, 0, 0, 0, 0, 0], 32),
        Place::LastInverted,
    ),
];

/// The IPv4 address inside an IPv6 address.
pub(super) fn embedded(address: IpAddr) -> Option<Embedded> {
    let IpAddr::V6(v6) = address else { return None };
    if v6.is_unspecified() || v6.is_loopback() {
        return None;
    }
    if let Some((_, bits)) = STANDS_FOR.iter().find(|(network, _)| network.contains(address)) {
        return Some(Embedded::StandsFor(behind(v6, *bits)));
    }
    let (_, place) = MENTIONS.iter().find(|(network, _)| network.contains(address))?;
    Some(Embedded::Mentions(match place {
        Place::Behind(bits) => behind(v6, *bits),
        Place::LastInverted => Ipv4Addr::from_bits(!behind(v6, 96).to_bits()),
    }))
}

fn behind(address: Ipv6Addr, bits: u32) -> Ipv4Addr {
    let [a, b, c, d, ..] = (address.to_bits() << bits).to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}
