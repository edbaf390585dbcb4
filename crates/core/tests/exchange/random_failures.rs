//! Servers that fail at random and callers that cancel at random: each request ends exactly once and leaves nothing
//! behind.

use std::ops::RangeInclusive;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use httpxide_core::body::{Form, Read};
use httpxide_core::pool::{Limits, RequestCounts};
use httpxide_core::{Step, Timeouts};
use tokio::task::{JoinSet, yield_now};
use tokio::time::sleep;

use crate::call::Call;
use crate::caller::Caller;
use crate::recorder::RecordedEvent;
use crate::request::Request;
use crate::server::{OK, Peer, Server};
use crate::{milliseconds, run, run_over_sockets};

const TRUNCATED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabcd";

/// A random generator that a seed reproduces (xorshift).
struct Chance(std::cell::Cell<u64>);

impl Chance {
    fn new(seed: u64) -> Rc<Self> {
        Rc::new(Self(std::cell::Cell::new(seed)))
    }

    /// A number below this one.
    fn below(&self, limit: u64) -> u64 {
        let mut state = self.0.get();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.0.set(state);
        state % limit
    }

    /// Waits for some turns of the other tasks, or for some time.
    async fn moment(&self) {
        if self.below(2) == 0 {
            for _ in 0..self.below(8) {
                yield_now().await;
            }
        } else {
            sleep(Duration::from_micros(self.below(4000))).await;
        }
    }
}

/// Responds, fails or hangs at random.
async fn respond_or_fail(mut peer: Peer, chance: Rc<Chance>) {
    let body = vec![b'x'; 200_000];
    loop {
        match chance.below(12) {
            0 => return peer.reset(),
            1 => return,
            _ => {}
        }
        if peer.head().await.is_empty() {
            return;
        }
        chance.moment().await;
        match chance.below(10) {
            0 => return,
            1 => return peer.reset(),
            2 => peer.write(b"HTTP/1.1 200 OK\r\nContent-Le").await,
            3 => peer.write(TRUNCATED).await,
            4 => {
                let head = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n";
                peer.write(head).await;
                chance.moment().await;
                peer.write(&body[..100_000]).await;
                chance.moment().await;
                peer.write(&body[100_000..]).await;
            }
            5 => {
                let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
                peer.write(head).await;
                for _ in 0..chance.below(6) {
                    peer.write(b"4\r\nabcd\r\n").await;
                    chance.moment().await;
                }
                peer.write(b"0\r\n\r\n").await;
            }
            6 => peer.write(b"nonsense\r\n\r\n").await,
            7 => sleep(milliseconds(20)).await,
            _ => peer.write(OK).await,
        }
    }
}

fn request(chance: &Chance) -> Request {
    let request = match chance.below(4) {
        0 => Request::post(vec![7; 1 + usize::try_from(chance.below(300_000)).unwrap()]),
        1 => Request::upload("Transfer-Encoding: chunked\r\n"),
        2 => Request::upload("Content-Length: 8\r\n"),
        _ => Request::get(),
    };
    let limit = |chance: &Chance| (chance.below(3) == 0).then(|| Duration::from_micros(chance.below(20_000)));
    let request = request.within(Timeouts {
        connect: limit(chance),
        read: limit(chance),
        write: limit(chance),
        pool: limit(chance),
        total: limit(chance),
    });
    let request = if chance.below(2) == 0 {
        request.traced()
    } else {
        request
    };
    if chance.below(2) == 0 {
        request.streamed()
    } else {
        request
    }
}

/// Uploads, reads and cancels at random, until the request has ended.
async fn use_call(call: Call, is_upload: bool, chance: Rc<Chance>) {
    let steps = chance.below(12);
    for _ in 0..steps {
        chance.moment().await;
        if is_upload {
            match chance.below(3) {
                0 => call.upload().push(Bytes::from_static(b"four")),
                1 => call.upload().end(),
                _ => {}
            }
        }
        if call.has_head() && chance.below(2) == 0 {
            let form = if chance.below(2) == 0 {
                Form::Raw
            } else {
                Form::Decoded
            };
            while let Read::Chunk(..) = call.try_read(form) {}
        }
    }
    if chance.below(4) > 0 || is_upload {
        call.cancel();
    }
    // a request that was read to its end or cancelled ends without further calls
    tokio::select! {
        _ = call.end() => {}
        () = sleep(milliseconds(60)) => call.cancel(),
    }
    call.end().await;
    assert_each_step_ends(&call.trace());
}

/// Checks that each step that started ends. Only connecting may go on after the request's end: another request may use it.
fn assert_each_step_ends(events: &[RecordedEvent]) {
    let mut open = Vec::new();
    for one in events {
        if one.moment == "started" {
            assert!(!open.contains(&one.step), "{events:?}");
            open.push(one.step);
        } else {
            let started = open.iter().position(|step| *step == one.step);
            open.remove(started.unwrap_or_else(|| panic!("{events:?}")));
        }
    }
    open.retain(|step| !matches!(step, Step::ConnectTcp));
    assert!(open.is_empty(), "{events:?}");
    assert!(events.is_sorted_by_key(|one| one.at));
}

/// Waits until no request waits, connects or is active.
async fn until_pool_is_idle(caller: &Caller) {
    for _ in 0..200 {
        let stats = caller.client.stats();
        if stats.requests == RequestCounts::default() && caller.connections().0 == 0 {
            return;
        }
        sleep(milliseconds(5)).await;
    }
    panic!("{:?}", caller.client.stats());
}

async fn assert_every_request_ends_once(seeds: RangeInclusive<u64>) {
    for seed in seeds {
        let chance = Chance::new(0x9e37_79b9_7f4a_7c15 ^ (seed << 32));
        let caller = Caller::limited(Limits {
            max_connections: Some(6),
            max_connections_per_host: (seed % 2 == 0).then_some(4),
            ..Limits::default()
        });
        let servers = [Server::start(), Server::start()];
        let origins = [servers[0].origin.clone(), servers[1].origin.clone()];
        let playing: Vec<_> = servers
            .into_iter()
            .map(|server| {
                let chance = Rc::clone(&chance);
                server.play(move |peer| respond_or_fail(peer, Rc::clone(&chance)))
            })
            .collect();
        let mut treated = JoinSet::new();
        for _ in 0..100 {
            let request = request(&chance);
            let is_upload = request.is_upload();
            let origin = &origins[usize::try_from(chance.below(2)).unwrap()];
            let call = caller.send(origin, request);
            treated.spawn_local(use_call(call, is_upload, Rc::clone(&chance)));
            if chance.below(3) == 0 {
                chance.moment().await;
            }
        }
        while let Some(outcome) = treated.join_next().await {
            outcome.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        }
        assert_eq!(caller.unsettled(), 0, "seed {seed}");
        until_pool_is_idle(&caller).await;
        caller.client.close().await;
        for server in playing {
            server.abort();
        }
    }
}

#[test]
fn every_request_ends_once_and_leaves_nothing_behind() {
    run(assert_every_request_ends_once(1..=10));
}

#[test]
fn every_request_ends_once_and_leaves_nothing_behind_over_sockets() {
    run_over_sockets(assert_every_request_ends_once(1..=5));
}
