//! In which order the addresses of a host are tried.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::Instant;

/// How long an address that did not answer is tried last.
const REMEMBERED: Duration = Duration::from_secs(60);

/// The most addresses that are remembered.
const MOST: usize = 1000;

/// The addresses of one client that did not answer lately. They are tried after all others, for longer than the cache of
/// names keeps them: a host of which one address is broken costs the delay once.
#[derive(Debug, Default)]
pub(super) struct AddressOrder {
    failed: RefCell<HashMap<SocketAddr, Instant>>,
}

impl AddressOrder {
    /// The addresses in the order of their attempts: the families in turn, and what failed lately at the end.
    pub(super) fn of(&self, addresses: &[SocketAddr]) -> Vec<SocketAddr> {
        let failed = self.failed.borrow();
        if failed.is_empty() {
            return interleave(addresses);
        }
        let now = Instant::now();
        let has_failed = |address: &SocketAddr| failed.get(address).is_some_and(|until| *until > now);
        let (last, first): (Vec<_>, Vec<_>) = addresses.iter().copied().partition(has_failed);
        let mut ordered = interleave(&first);
        ordered.extend(interleave(&last));
        ordered
    }

    /// Remembers addresses that did not answer, and forgets that of one which did.
    pub(super) fn learn(&self, failed: &[SocketAddr], connected: Option<SocketAddr>) {
        let mut known = self.failed.borrow_mut();
        if let Some(connected) = connected {
            known.remove(&connected);
        }
        if failed.is_empty() {
            return;
        }
        let now = Instant::now();
        if known.len() + failed.len() > MOST {
            known.retain(|_, until| *until > now);
        }
        for address in failed {
            if known.len() < MOST || known.contains_key(address) {
                known.insert(*address, now + REMEMBERED);
            }
        }
    }
}

/// Alternates the address families, the first address's family first (RFC 8305, section 4). Keeps the resolver's order
/// within a family, which follows RFC 6724.
fn interleave(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut preferred, mut other): (VecDeque<_>, VecDeque<_>) = addresses
        .iter()
        .copied()
        .partition(|address| address.is_ipv6() == first_is_v6);
    let mut ordered = Vec::with_capacity(addresses.len());
    while ordered.len() < addresses.len() {
        ordered.extend(preferred.pop_front());
        ordered.extend(other.pop_front());
    }
    ordered
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|address| address.parse().unwrap()).collect()
    }

    #[test]
    fn address_families_alternate_and_keep_their_order() {
        for (given, expected) in [
            (
                vec!["[::1]:1", "[::2]:1", "1.1.1.1:1", "1.1.1.2:1"],
                vec!["[::1]:1", "1.1.1.1:1", "[::2]:1", "1.1.1.2:1"],
            ),
            (
                vec!["1.1.1.1:1", "[::1]:1", "[::2]:1", "[::3]:1"],
                vec!["1.1.1.1:1", "[::1]:1", "[::2]:1", "[::3]:1"],
            ),
            (vec!["1.1.1.1:1", "1.1.1.2:1"], vec!["1.1.1.1:1", "1.1.1.2:1"]),
            (vec![], vec![]),
        ] {
            let order = AddressOrder::default();
            assert_eq!(order.of(&addresses(&given)), addresses(&expected));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_failed_is_tried_last_for_a_minute() {
        let order = AddressOrder::default();
        let all = addresses(&["[::1]:1", "[::2]:1", "1.1.1.1:1", "1.1.1.2:1"]);
        order.learn(&all[..1], Some(all[2]));
        let last = addresses(&["[::2]:1", "1.1.1.1:1", "1.1.1.2:1", "[::1]:1"]);
        assert_eq!(order.of(&all), last);
        // another port of the same address is not known to fail
        let other = addresses(&["[::1]:2", "[::2]:2"]);
        assert_eq!(order.of(&other), other);
        advance(REMEMBERED).await;
        assert_eq!(order.of(&all)[0], all[0]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_answers_again_is_no_longer_tried_last() {
        let order = AddressOrder::default();
        let all = addresses(&["1.1.1.1:1", "1.1.1.2:1"]);
        order.learn(&all[..1], None);
        assert_eq!(order.of(&all)[1], all[0]);
        order.learn(&[], Some(all[0]));
        assert_eq!(order.of(&all), all);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_remembered_is_bounded() {
        let order = AddressOrder::default();
        for port in 0..3000 {
            order.learn(&[([1, 1, 1, 1], port).into()], None);
        }
        assert_eq!(order.failed.borrow().len(), MOST);
        advance(REMEMBERED).await;
        order.learn(&addresses(&["1.1.1.1:9999"]), None);
        assert_eq!(order.failed.borrow().len(), 1);
    }
}
