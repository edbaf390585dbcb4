//! What is told of connections, and how long the parts of a request take: on a paused clock, to the millisecond.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use httpxide_core::facts::{ConnectionFacts, Connections, Timings};
use httpxide_core::pool::Limits;
use httpxide_core::{ClientConfig, Timeouts};
use tokio::time::sleep;

use crate::caller::Caller;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, network, run};

/// Remembers which connections are open.
#[derive(Default)]
struct Told {
    opened: Cell<u32>,
    open: RefCell<HashSet<u32>>,
}

impl Connections for Told {
    fn opened(&self, _facts: &ConnectionFacts, _asker: Option<u32>) -> u32 {
        self.opened.set(self.opened.get() + 1);
        assert!(self.open.borrow_mut().insert(self.opened.get()));
        self.opened.get()
    }

    fn closed(&self, number: u32) {
        assert!(self.open.borrow_mut().remove(&number), "closed once");
    }
}

/// A client of one connection.
fn caller_of_one(told: &Rc<Told>) -> Caller {
    let config = ClientConfig {
        limits: Limits {
            max_connections: Some(1),
            ..Limits::default()
        },
        ..ClientConfig::default()
    };
    Caller::over(
        config,
        network::dialer().telling(Rc::clone(told) as Rc<dyn Connections>),
    )
}

#[test]
fn each_connection_is_told_once_when_it_opens_and_once_when_it_is_gone() {
    run(async {
        let told = Rc::<Told>::default();
        let (caller, server) = (caller_of_one(&told), Server::start());
        for round in 1..4 {
            let call = caller.send(&server.origin, Request::get());
            let peer = server.answer(OK).await;
            let (times, _) = call.times().await;
            assert_eq!((told.opened.get(), told.open.borrow().len()), (round, 1));
            assert_eq!((times.connection, times.is_reused), (round, false));
            drop(peer);
            caller.settles_at((0, 0, 0)).await;
            assert!(told.open.borrow().is_empty());
        }
        let call = caller.send(&server.origin, Request::get());
        let _peer = server.answer(OK).await;
        call.answer().await;
        caller.client.close().await;
        assert!(told.open.borrow().is_empty());
    });
}

#[test]
fn the_wait_of_a_request_and_the_answer_of_its_server_have_their_times() {
    run(async {
        let told = Rc::<Told>::default();
        let (caller, server) = (caller_of_one(&told), Server::start());
        let first = caller.send(&server.origin, Request::get());
        let second = caller.send(&server.origin, Request::get());
        let mut peer = server.accept().await;
        peer.head().await;
        sleep(milliseconds(300)).await;
        peer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no").await;
        sleep(milliseconds(40)).await;
        peer.write(b"k").await;
        peer.head().await;
        sleep(milliseconds(5)).await;
        peer.write(OK).await;
        let (times, download) = first.times().await;
        assert!(!times.is_reused);
        assert_eq!(
            (times.pool, times.first_byte, download),
            (Duration::ZERO, milliseconds(300), milliseconds(40))
        );
        let (times, download) = second.times().await;
        assert!(times.is_reused);
        assert_eq!(
            (times.pool, times.first_byte, download),
            (milliseconds(340), milliseconds(5), Duration::ZERO)
        );
    });
}

#[test]
fn a_failed_request_has_the_times_of_the_parts_until_it_failed() {
    run(async {
        let told = Rc::<Told>::default();
        let (caller, server) = (caller_of_one(&told), Server::start());
        let sent = caller.send(&server.origin, Request::get());
        let waiting = caller.send(
            &server.origin,
            Request::get().within(Timeouts {
                pool: Some(milliseconds(200)),
                ..Timeouts::default()
            }),
        );
        let mut peer = server.accept().await;
        peer.head().await;
        let times = |error: httpxide_core::Error| *error.timings.expect("a failure has times");
        assert_eq!(
            times(waiting.error().await),
            Timings {
                pool: Some(milliseconds(200)),
                ..Timings::default()
            }
        );
        sleep(milliseconds(100)).await;
        drop(peer);
        let Timings {
            pool,
            first_byte,
            download,
            ..
        } = times(sent.error().await);
        assert_eq!(
            (pool, first_byte, download),
            (Some(Duration::ZERO), Some(milliseconds(300)), None)
        );
    });
}
