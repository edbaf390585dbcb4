//! Happy Eyeballs, version 2 (RFC 8305): attempts at several addresses, of which the first success counts.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;

/// Head start of each attempt over the next (RFC 8305, section 5: 250 ms recommended).
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// An address that could not be reached, and the reason.
pub(super) type Failure = (SocketAddr, io::Error);

/// Connects to the first of `addresses` that answers, and drops the other attempts. Fails with all failures, in the
/// order in which they happened.
///
/// An attempt begins [`ATTEMPT_DELAY`] after the one before, or at once when an attempt fails.
pub(super) async fn race<T, F>(
    addresses: &[SocketAddr],
    connect: impl Fn(SocketAddr) -> F,
) -> Result<T, Vec<Failure>>
where
    F: Future<Output = io::Result<T>>,
{
    let attempt = |address| {
        let connecting = connect(address);
        async move { connecting.await.map_err(|error| (address, error)) }
    };
    if let [address] = *addresses {
        return attempt(address).await.map_err(|failure| vec![failure]);
    }
    let mut waiting = VecDeque::from(interleave(addresses));
    let mut running = Vec::new();
    let mut failures = Vec::new();
    loop {
        if let Some(address) = waiting.pop_front() {
            running.push(Box::pin(attempt(address)));
        } else if running.is_empty() {
            return Err(failures);
        }
        let finished = if waiting.is_empty() {
            Some(first_finished(&mut running).await)
        } else {
            timeout(ATTEMPT_DELAY, first_finished(&mut running)).await.ok()
        };
        match finished {
            Some(Ok(connected)) => return Ok(connected),
            Some(Err(failure)) => failures.push(failure),
            None => {}
        }
    }
}

/// Waits for the next attempt to end. Safe to drop: the attempts stay in `running`.
async fn first_finished<F: Future>(running: &mut Vec<Pin<Box<F>>>) -> F::Output {
    poll_fn(|context| {
        for (index, attempt) in running.iter_mut().enumerate() {
            if let Poll::Ready(result) = attempt.as_mut().poll(context) {
                drop(running.swap_remove(index));
                return Poll::Ready(result);
            }
        }
        Poll::Pending
    })
    .await
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
    use std::cell::RefCell;
    use std::future::pending;

    use tokio::time::Instant;

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
            assert_eq!(interleave(&addresses(&given)), addresses(&expected));
        }
    }

    /// How an address behaves.
    #[derive(Clone, Copy)]
    enum Behaviour {
        AnswersAfter(Duration),
        Refuses,
        Silent,
    }

    /// Races addresses that behave like this. The winner's index or the number of failures, the time it took, and when
    /// each attempt began.
    async fn raced(behaviours: &[Behaviour]) -> (Result<usize, usize>, Duration, Vec<Duration>) {
        let start = Instant::now();
        let begun = RefCell::new(Vec::new());
        let addresses: Vec<_> = (0..behaviours.len())
            .map(|index| SocketAddr::from(([1, 1, 1, 1], u16::try_from(index).unwrap())))
            .collect();
        let result = race(&addresses, |address| {
            begun.borrow_mut().push(start.elapsed());
            let index = usize::from(address.port());
            let behaviour = behaviours[index];
            async move {
                match behaviour {
                    Behaviour::AnswersAfter(delay) => tokio::time::sleep(delay).await,
                    Behaviour::Refuses => return Err(io::ErrorKind::ConnectionRefused.into()),
                    Behaviour::Silent => pending().await,
                }
                Ok(index)
            }
        })
        .await
        .map_err(|failures| failures.len());
        (result, start.elapsed(), begun.into_inner())
    }

    const AT_ONCE: Behaviour = Behaviour::AnswersAfter(Duration::ZERO);

    #[tokio::test(start_paused = true)]
    async fn the_next_attempt_begins_a_quarter_of_a_second_after_one_that_gets_no_answer() {
        let silent = Behaviour::Silent;
        let (winner, took, begun) = raced(&[silent, silent, AT_ONCE, AT_ONCE]).await;
        assert_eq!(winner, Ok(2));
        assert_eq!(begun, [Duration::ZERO, ATTEMPT_DELAY, ATTEMPT_DELAY * 2]);
        assert_eq!(took, ATTEMPT_DELAY * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_attempt_begins_at_once_after_one_that_fails() {
        let refuses = Behaviour::Refuses;
        let (winner, took, begun) = raced(&[refuses, refuses, AT_ONCE]).await;
        assert_eq!((winner, took), (Ok(2), Duration::ZERO));
        assert_eq!(begun.len(), 3);
        assert_eq!(raced(&[refuses, refuses]).await.0, Err(2));
        assert_eq!(raced(&[refuses]).await.0, Err(1));
        assert_eq!(raced(&[]).await.0, Err(0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_address_may_still_win() {
        let slow = Behaviour::AnswersAfter(ATTEMPT_DELAY * 3 / 2);
        let (winner, took, begun) = raced(&[slow, Behaviour::Silent, slow]).await;
        assert_eq!((winner, took), (Ok(0), ATTEMPT_DELAY * 3 / 2));
        assert_eq!(begun.len(), 2);
    }
}
