//! IPv4 addresses inside IPv6 addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Network;

/// Where the IPv4 address is in the addresses of a network.
#[derive(Clone, Copy)]
enum Place {
    /// Behind so many bits.
    Behind(u32),
    /// Behind so many bits, around the bits 64 to 71 (RFC 6052, 2.2).
    Around(u32),
    /// In the last 32 bits, each inverted.
    LastInverted,
}

const fn v6(segments: [u16; 8], length: u8) -> Network {
    Network::of_segments(segments, length)
}

/// IPv4-mapped (RFC 4291, 2.5.5.2), NAT64 (RFC 6052) and 6to4 (RFC 3056): packets to the IPv6 address reach the IPv4 address.
const STANDS_FOR: [(Network, u32); 3] = [
    (v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96), 96),
    (v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96), 96),
    (v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), 16),
];

const LOCAL_NAT64: Network = v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48);
const TEREDO: Network = v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32);

/// Forms of which an address does not tell whether they are in use, or that no system forwards any more: IPv4-compatible
/// (RFC 4291, 2.5.5.1), IPv4-translated (RFC 7915), NAT64 of one's own prefix, of any length within its network (RFC 8215), and
/// the server and the client of Teredo (RFC 4380, 4).
const MENTIONS: [(Network, Place); 8] = [
    (v6([0; 8], 96), Place::Behind(96)),
    (v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96), Place::Behind(96)),
    (LOCAL_NAT64, Place::Around(48)),
    (LOCAL_NAT64, Place::Around(56)),
    (LOCAL_NAT64, Place::Around(64)),
    (LOCAL_NAT64, Place::Behind(96)),
    (TEREDO, Place::Behind(32)),
    (TEREDO, Place::LastInverted),
];

/// The IPv4 address that packets to an IPv6 address reach.
pub(super) fn stands_for(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = address else { return None };
    let (_, bits) = STANDS_FOR.iter().find(|(network, _)| network.contains(address))?;
    Some(behind(v6, *bits))
}

/// The IPv4 addresses that packets to an IPv6 address may reach. Not those of 0.0.0.0/8, which are never forwarded: what one
/// length of a prefix has there belongs to another one.
pub(super) fn mentioned_in(address: IpAddr) -> impl Iterator<Item = Ipv4Addr> {
    let v6 = match address {
        IpAddr::V6(v6) if !v6.is_unspecified() && !v6.is_loopback() => Some(v6),
        IpAddr::V4(_) | IpAddr::V6(_) => None,
    };
    v6.into_iter().flat_map(move |v6| {
        MENTIONS
            .iter()
            .filter(move |(network, _)| network.contains(address))
            .map(move |(_, place)| at(v6, *place))
            .chain(isatap(v6))
            .filter(|v4| v4.octets()[0] != 0)
    })
}

/// The address in an interface identifier of ISATAP, which any prefix may have (RFC 5214, 6.1).
fn isatap(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., scope, marker, _, _] = address.segments();
    (matches!(scope, 0 | 0x200) && marker == 0x5efe).then(|| behind(address, 96))
}

fn at(address: Ipv6Addr, place: Place) -> Ipv4Addr {
    match place {
        Place::Behind(bits) => behind(address, bits),
        Place::Around(bits) => {
            let all = address.to_bits();
            let joined = (all & !(u128::MAX >> 64)) | ((all << 72) >> 64);
            behind(Ipv6Addr::from_bits(joined), bits)
        }
        Place::LastInverted => Ipv4Addr::from_bits(!behind(address, 96).to_bits()),
    }
}

fn behind(address: Ipv6Addr, bits: u32) -> Ipv4Addr {
    let [a, b, c, d, ..] = (address.to_bits() << bits).to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}
