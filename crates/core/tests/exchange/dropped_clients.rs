//! A client is dropped, or its thread ends: every request still gets its terminal reply.

use std::rc::Rc;

use httpxide_core::pool::Limits;
use tokio::task::yield_now;

use crate::caller::Caller;
use crate::network::use_memory;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, run};

#[test]
fn a_dropped_client_completes_its_requests_and_then_ends() {
    run(async {
        let caller = Caller::limited(Limits {
            max_connections: Some(1),
            keepalive_expiry: Some(milliseconds(30)),
            ..Limits::default()
        });
        let server = Server::start();
        let ended: Vec<_> = (0..3)
            .map(|_| caller.send(&server.origin, Request::get()).forget())
            .collect();
        let client = Rc::downgrade(&caller.client);
        drop(caller);
        let mut peer = server.accept().await;
        for ended in ended {
            peer.head().await;
            assert!(!ended());
            peer.write(OK).await;
            while !ended() {
                yield_now().await;
            }
        }
        assert!(peer.is_closed_within(milliseconds(1000)).await);
        yield_now().await;
        assert!(client.upgrade().is_none());
    });
}

#[test]
fn a_runtime_that_ends_ends_every_request() {
    use tokio::runtime::{Builder, LocalOptions};

    use_memory(true);
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build_local(LocalOptions::default())
        .unwrap();
    let (calls, server) = runtime.block_on(async {
        let caller = Caller::limited(Limits {
            max_connections: Some(2),
            ..Limits::default()
        });
        let server = Server::start();
        let calls: Vec<_> = (0..4)
            .map(|_| caller.send(&server.origin, Request::get()).forget())
            .collect();
        let mut peer = server.accept().await;
        peer.head().await;
        (calls, (server, peer))
    });
    drop(server);
    drop(runtime);
    for ended in calls {
        assert!(ended(), "a terminal reply");
    }
}
