//! Happy Eyeballs, version 2 (RFC 8305): attempts at several addresses, of which the first success counts.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;

/// Head start of each attempt over the next (RFC 8305, section 5: 250 ms recommended).
pub(super) const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// An address that could not be reached, and the reason.
pub(super) type Failure<E> = (SocketAddr, E);

/// How a race ended well.
#[derive(Debug)]
pub(super) struct Won<T> {
    pub(super) connected: T,
    pub(super) address: SocketAddr,
    /// The addresses that were tried before it.
    pub(super) tried_in_vain: Vec<SocketAddr>,
}

/// Connects to the first of `addresses` that answers, and drops the other attempts. Fails with all failures, in the
/// order in which they happened.
///
/// An attempt begins [`ATTEMPT_DELAY`] after the one before, or at once when an attempt fails.
pub(super) async fn race<T, E, F>(
    addresses: &[SocketAddr],
    connect: impl Fn(SocketAddr) -> F,
) -> Result<Won<T>, Vec<Failure<E>>>
where
    F: Future<Output = Result<T, E>>,
{
    let attempt = |address| {
        let connecting = connect(address);
        async move { (address, connecting.await) }
    };
    let mut begun = 0;
    let mut running = Vec::new();
    let mut failures = Vec::new();
    loop {
        if let Some(address) = addresses.get(begun) {
            begun += 1;
            running.push(Box::pin(attempt(*address)));
        } else if running.is_empty() {
            return Err(failures);
        }
        let finished = if begun == addresses.len() {
            Some(first_finished(&mut running).await)
        } else {
            timeout(ATTEMPT_DELAY, first_finished(&mut running)).await.ok()
        };
        match finished {
            Some((address, Ok(connected))) => {
                let tried = addresses.iter().take(begun).copied();
                return Ok(Won {
                    connected,
                    address,
                    tried_in_vain: tried.filter(|tried| *tried != address).collect(),
                });
            }
            Some((address, Err(error))) => failures.push((address, error)),
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::future::pending;
    use std::io;

    use tokio::time::Instant;

    use super::*;

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
        .map(|won| won.connected)
        .map_err(|failures: Vec<Failure<io::Error>>| failures.len());
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

    #[tokio::test(start_paused = true)]
    async fn the_addresses_that_were_tried_in_vain_are_known() {
        let addresses: Vec<SocketAddr> = (0..4).map(|port| ([1, 1, 1, 1], port).into()).collect();
        let won = race(&addresses, |address| async move {
            match address.port() {
                0 => Err(io::Error::from(io::ErrorKind::ConnectionRefused)),
                1 => pending().await,
                _ => Ok(()),
            }
        });
        let won = won.await.unwrap();
        assert_eq!(won.address, addresses[2]);
        assert_eq!(won.tried_in_vain, addresses[..2]);
    }
}
