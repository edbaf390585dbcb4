//! A certificate that is for other hosts.

use std::net::IpAddr;

use rustls::pki_types::ServerName;

/// Names that a message shows, and characters of each: a certificate may have hundreds.
const SHOWN: usize = 10;
const SHOWN_CHARACTERS: usize = 100;

/// The message. rustls writes the names of the certificate as `DnsName("example.com")` and `IpAddress(127.0.0.1)`.
pub(super) fn explain(expected: &ServerName<'_>, presented: &[String]) -> String {
    let expected = expected.to_str();
    if presented.is_empty() {
        return format!("the server's certificate is not for {expected}: it names no host at all");
    }
    let names: Vec<_> = presented.iter().take(SHOWN).map(|name| shown(name)).collect();
    let more = match presented.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} others"),
    };
    format!(
        "the server's certificate is not for {expected} but for {}{more}",
        names.join(", ")
    )
}

fn shown(name: &str) -> String {
    if let Some(name) = name.split('"').nth(1) {
        // the server's authority chose it: it must not write lines of a log
        let characters = name.chars().filter(|char| !char.is_control());
        return characters.take(SHOWN_CHARACTERS).collect();
    }
    let address = name
        .strip_prefix("IpAddress(")
        .and_then(|rest| rest.strip_suffix(')'));
    let parsed = address.and_then(|address| address.parse::<IpAddr>().ok());
    parsed.map_or_else(|| name.to_owned(), |address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_shown_as_users_write_them_and_not_all_of_many() {
        let expected = ServerName::try_from("a.example").unwrap();
        let explained = |presented: &[&str]| {
            let presented: Vec<_> = presented.iter().map(ToString::to_string).collect();
            explain(&expected, &presented)
        };
        assert!(explained(&[]).ends_with("is not for a.example: it names no host at all"));
        let mixed = [
            r#"DnsName("*.b.example")"#,
            "IpAddress(10.1.2.3)",
            "IpAddress(0::1)",
            "DirectoryName",
        ];
        assert!(explained(&mixed).ends_with("but for *.b.example, 10.1.2.3, ::1, DirectoryName"));
        assert!(explained(&["DnsName(\"b\n2026 INFO c\")"]).ends_with("but for b2026 INFO c"));
        let many = explained(&[r#"DnsName("b.example")"#; 300]);
        assert!(
            many.ends_with("b.example and 290 others") && many.len() < 300,
            "{many}"
        );
    }
}
