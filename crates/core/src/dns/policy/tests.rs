//! The registries and the embedded forms, address by address.

use super::*;

fn permits(policy: &ConnectPolicy, address: &str) -> bool {
    policy.check(address.parse().expect(address)).is_ok()
}

fn rules(texts: &[&str]) -> Vec<Rule> {
    texts.iter().map(|text| text.parse().expect(text)).collect()
}

fn denying(texts: &[&str]) -> ConnectPolicy {
    ConnectPolicy {
        allow: None,
        deny: rules(texts),
    }
}

fn allowing(texts: &[&str]) -> ConnectPolicy {
    ConnectPolicy {
        allow: Some(rules(texts)),
        deny: Vec::new(),
    }
}

#[test]
fn each_address_has_the_kind_of_its_registry() {
    for (kind, addresses) in [
        ("unspecified", &["0.0.0.0", "::"][..]),
        ("loopback", &["127.0.0.1", "127.255.255.255", "::1"]),
        (
            "private",
            &[
                "10.0.0.0",
                "10.255.255.255",
                "172.16.0.0",
                "172.31.255.255",
                "192.168.0.1",
                "100.64.0.0",
                "100.127.255.255",
            ],
        ),
        ("unique-local", &["fc00::1", "fdff:ffff::1"]),
        ("link-local", &["169.254.0.1", "fe80::1", "febf::1"]),
        ("multicast", &["224.0.0.1", "239.255.255.255", "ff02::1"]),
        (
            "reserved",
            &[
                "0.0.0.1",
                "192.0.0.8",
                "192.0.2.1",
                "192.88.99.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "240.0.0.1",
                "255.255.255.255",
                "::2",
                "::ffff:0:a00:1",
                "64:ff9b:1::1",
                "100::1",
                "100:0:0:1::1",
                "2001::1",
                "2001:1::4",
                "2001:2::1",
                "2001:10::1",
                "2001:1ff:ffff::1",
                "2001:db8::1",
                "3fff::1",
                "5f00::1",
                "fec0::1",
                "4000::1",
                "1fff::1",
            ],
        ),
    ] {
        for address in addresses {
            assert!(!permits(&ConnectPolicy::public(), address), "{address}");
            assert!(!permits(&denying(&[kind]), address), "{address} is not {kind}");
            assert!(permits(&allowing(&[kind]), address), "{address} is not {kind}");
            assert!(permits(&denying(&["public"]), address), "{address} is public");
        }
    }
}

#[test]
fn the_neighbours_of_special_networks_are_public() {
    for address in [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.0.9",
        "192.0.0.10",
        "192.0.1.0",
        "192.31.196.1",
        "192.52.193.1",
        "192.88.98.1",
        "192.167.255.255",
        "192.169.0.0",
        "192.175.48.1",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2000::1",
        "2001:1::1",
        "2001:3::1",
        "2001:4:112::1",
        "2001:20::1",
        "2001:30::1",
        "2001:200::1",
        "2001:db7::1",
        "2001:db9::1",
        "2620:4f:8000::1",
        "2a00::1",
        "3ffe::1",
        "3fff:1000::1",
    ] {
        assert!(permits(&ConnectPolicy::public(), address), "{address}");
        assert!(!permits(&denying(&["public"]), address), "{address}");
    }
}

#[test]
fn metadata_is_never_public_and_keeps_its_other_kind() {
    for (address, other) in [
        ("169.254.169.254", Some("link-local")),
        ("169.254.170.2", Some("link-local")),
        ("169.254.170.23", Some("link-local")),
        ("100.100.100.200", Some("private")),
        ("168.63.129.16", None),
        ("192.0.0.192", Some("reserved")),
        ("fd00:ec2::254", Some("unique-local")),
        ("fd00:ec2::23", Some("unique-local")),
        ("fd20:ce::254", Some("unique-local")),
        ("fe80::a9fe:a9fe", Some("link-local")),
        ("64:ff9b::169.254.169.254", Some("link-local")),
    ] {
        assert!(!permits(&ConnectPolicy::public(), address), "{address}");
        assert!(!permits(&denying(&["metadata"]), address), "{address}");
        if let Some(other) = other {
            assert!(!permits(&denying(&[other]), address), "{address}");
        }
    }
}

#[test]
fn an_address_that_stands_for_an_ipv4_address_counts_as_that_one() {
    for (inside, forms) in [
        (
            "127.0.0.1",
            ["::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1"],
        ),
        (
            "10.1.2.3",
            ["::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "2002:a01:203:4::5"],
        ),
        (
            "8.8.8.8",
            ["::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"],
        ),
    ] {
        let policies = [
            ConnectPolicy::public(),
            allowing(&["10.0.0.0/8"]),
            denying(&["10.0.0.0/8", "loopback"]),
            // only IPv6: no form of IPv4 belongs to it
            allowing(&["2000::/3", "64:ff9b::/96"]),
        ];
        for policy in policies {
            for form in forms {
                assert_eq!(
                    permits(&policy, form),
                    permits(&policy, inside),
                    "{form} {policy:?}"
                );
            }
        }
    }
}

#[test]
fn a_denied_address_is_denied_in_old_forms_and_networks_in_either_form() {
    let denied = denying(&["127.0.0.0/8"]);
    for form in [
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::127.0.0.1",
        // a prefix of 48, 56 and 64 bits, without and with bits behind the address
        "64:ff9b:1:7f00:0:100::",
        "64:ff9b:1:7f00:0:100:0:1",
        "64:ff9b:1:7f:0:1::",
        "64:ff9b:1:0:7f:0:100::",
        // Teredo writes the client's bits inverted, and its server's as they are
        "2001::80ff:fffe",
        "2001:0:7f00:1::f7f7:f7f7",
        // ISATAP, for local and global IPv4 addresses
        "2a00::5efe:127.0.0.1",
        "fe80::200:5efe:127.0.0.1",
    ] {
        assert!(!permits(&denied, form), "{form}");
    }
    for form in [
        "64:ff9b:1::8.8.8.8",
        "64:ff9b:1:808:8:800::",
        "64:ff9b:1:8:8:808::",
        "64:ff9b:1:0:8:808:800::",
        "2a00::5efe:8.8.8.8",
        "2a00::5eff:127.0.0.1",
    ] {
        assert!(permits(&denied, form), "{form}");
        assert!(
            !permits(&denying(&["8.8.0.0/16", "2a00::5eff:127.0.0.1"]), form),
            "{form}"
        );
    }
    assert!(!permits(&denying(&["2002::/16"]), "2002:808:808::1"));
    assert!(!permits(&denying(&["64:ff9b::/96"]), "64:ff9b::8.8.8.8"));
    assert!(!permits(&denying(&["::ffff:10.0.0.0/104"]), "10.9.9.9"));
    // a prefix for NAT64 is not reserved: what it stands for decides
    assert!(permits(&denying(&["reserved"]), "64:ff9b::8.8.8.8"));
}

#[test]
fn denying_the_loopback_denies_the_unspecified_addresses_that_lead_there() {
    for denied in ["loopback", "127.0.0.0/8", "127.0.0.1", "::1"] {
        for address in ["0.0.0.0", "::", "::ffff:0.0.0.0"] {
            assert!(!permits(&denying(&[denied]), address), "{address} {denied}");
        }
    }
    assert!(permits(&denying(&["127.0.0.2", "private"]), "0.0.0.0"));
    // it is of its own kind when it is allowed
    assert!(!permits(&allowing(&["loopback"]), "0.0.0.0"));
    assert!(permits(&allowing(&["unspecified"]), "::ffff:0.0.0.0"));
}

#[test]
fn a_public_prefix_does_not_make_the_ipv4_address_behind_it_public() {
    let public = ConnectPolicy::public();
    assert!(permits(&public, "2a00::200:5efe:8.8.8.8"));
    for address in ["2a00::5efe:10.0.0.1", "2a00::200:5efe:169.254.169.254"] {
        assert!(!permits(&public, address), "{address}");
    }
    let error = public.check("2a00::5efe:10.0.0.1".parse().unwrap()).unwrap_err();
    assert!(error.message.contains("(public, private)"), "{error}");
    assert!(permits(&allowing(&["2a00::/32"]), "2a00::5efe:10.0.0.1"));
}

#[test]
fn deny_wins_over_allow_and_allow_alone_means_only_those() {
    let policy = ConnectPolicy {
        allow: Some(rules(&["10.0.0.0/8", "public"])),
        deny: rules(&["10.0.0.5", "8.8.0.0/16"]),
    };
    for (address, permitted) in [
        ("10.0.0.4", true),
        ("10.0.0.5", false),
        ("::ffff:10.0.0.5", false),
        ("8.8.8.8", false),
        ("9.9.9.9", true),
        ("192.168.0.1", false),
        ("::1", false),
    ] {
        assert_eq!(permits(&policy, address), permitted, "{address}");
    }
    assert!(!permits(&allowing(&[]), "9.9.9.9"));
    assert!(permits(&allowing(&["::/0"]), "fe80::1"));
    assert!(!permits(&allowing(&["::/0"]), "9.9.9.9"));
}

#[test]
fn a_refusal_names_the_address_and_its_kinds() {
    let address = "169.254.169.254".parse().unwrap();
    let error = ConnectPolicy::public().check(address).unwrap_err();
    assert_eq!(
        (error.kind, error.phase, error.code),
        (Kind::ConnectError, Phase::Connect, "ERR_ADDRESS_BLOCKED")
    );
    for part in ["169.254.169.254", "link-local", "metadata"] {
        assert!(error.message.contains(part), "{error}");
    }
}

#[test]
fn a_network_is_read_as_it_is_written() {
    for (text, same) in [
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("10.1.2.3", "10.1.2.3/32"),
        ("::1", "::1/128"),
        ("fe80::/10", "fe80::/10"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ] {
        assert_eq!(text.parse::<Network>().unwrap().to_string(), same);
    }
    for text in [
        "",
        "x",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.0/",
        "10.0.0.0/+8",
        "10.0.0.0/-1",
        "10.0.0/8",
        "/8",
        "10.0.0.0/8/8",
        "10.0.0.0/256",
        "privat",
    ] {
        assert!(text.parse::<Rule>().is_err(), "{text}");
    }
}
