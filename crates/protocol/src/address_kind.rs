//! Kinds of IP addresses.

names! {
    /// What an IP address is for, by IANA's registries. A rule of a connect policy names one.
    AddressKind, list "ADDRESS_KINDS" of "AddressKind" {
        /// Global unicast: none of the others.
        Public = 0 => "public",
        /// Networks of one organisation or carrier (RFC 1918, RFC 6598).
        Private = 1 => "private",
        /// This machine.
        Loopback = 2 => "loopback",
        /// This link.
        LinkLocal = 3 => "link-local",
        /// IPv6's private networks (RFC 4193).
        UniqueLocal = 4 => "unique-local",
        /// Services of clouds that hand out the credentials of a machine.
        Metadata = 5 => "metadata",
        /// Groups of machines.
        Multicast = 6 => "multicast",
        /// No address, which systems take for this machine.
        Unspecified = 7 => "unspecified",
        /// All others that are not global unicast: documentation, benchmarks, protocol assignments, broadcast, and what is
        /// not allocated.
        Reserved = 8 => "reserved",
    }
}
