//! A proxy that stops, closes, resets or answers wrongly at any byte of its handshake.

use std::time::Duration;

use httpxide_core::{Kind, Phase, RequestSent, Timeouts};

use super::HANDSHAKES;
use crate::caller::Caller;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, run, run_on_both};

const LIMIT: Duration = milliseconds(50);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Hangs,
    Closes,
    Resets,
}

#[test]
fn a_proxy_that_fails_at_any_byte_costs_its_own_request_and_nothing_else() {
    run_on_both(|| async {
        for handshake in HANDSHAKES {
            for fault in [Fault::Hangs, Fault::Closes, Fault::Resets] {
                for at in 0..handshake.sent() {
                    fails(handshake, fault, at).await;
                }
            }
        }
    });
}

async fn fails(handshake: super::Handshake, fault: Fault, at: usize) {
    let (caller, server) = (Caller::new(), Server::start());
    let via = handshake.via(&server);
    let limits = Timeouts {
        connect: Some(if fault == Fault::Hangs { LIMIT } else { 100 * LIMIT }),
        ..Timeouts::default()
    };
    let call = caller.send_through(&via, handshake.origin, Request::get().within(limits));
    let mut peer = server.accept().await;
    let played = handshake.play(&mut peer, at, |_, byte| byte).await;
    // on a busy machine, the limit may pass before
    assert!(played || fault == Fault::Hangs);
    let what = format!("{:?} {fault:?} at {at}", handshake.scheme);
    let error = match fault {
        Fault::Hangs => {
            let error = call.error().await;
            assert!(peer.disconnects_within(100 * LIMIT).await, "{what}");
            error
        }
        Fault::Closes => {
            drop(peer);
            call.error().await
        }
        Fault::Resets => {
            peer.reset();
            call.error().await
        }
    };
    let kind = if fault == Fault::Hangs {
        Kind::ConnectTimeout
    } else {
        Kind::ProxyError
    };
    assert_eq!(
        (error.kind, error.phase, error.request_sent),
        (kind, Phase::Proxy, RequestSent::No),
        "{what}: {error}"
    );
    caller.settles_at((0, 0, 0)).await;
    assert_eq!(caller.unsettled(), 0);
}

#[test]
fn a_proxy_that_answers_wrongly_at_any_byte_hangs_nothing_and_leaks_nothing() {
    run(async {
        for handshake in HANDSHAKES {
            for at in 0..handshake.sent() {
                for wrong in [0, b'\n', b'\r', 0x7f, 0xff] {
                    let (caller, server) = (Caller::new(), Server::start());
                    let via = handshake.via(&server);
                    let limits = Timeouts {
                        connect: Some(LIMIT),
                        read: Some(LIMIT),
                        ..Timeouts::default()
                    };
                    let call = caller.send_through(&via, handshake.origin, Request::get().within(limits));
                    let mut peer = server.accept().await;
                    let swap = |place, byte| if place == at { wrong } else { byte };
                    handshake.play(&mut peer, handshake.sent(), swap).await;
                    // harmless in the address that the proxy reports, and in a header
                    call.end().await;
                    caller.client.close().await;
                    caller.settles_at((0, 0, 0)).await;
                    assert!(peer.disconnects_within(LIMIT).await);
                }
            }
        }
    });
}

#[test]
fn a_request_that_is_given_up_in_a_handshake_leaves_no_connection() {
    run(async {
        for handshake in HANDSHAKES {
            for at in 0..handshake.sent() {
                for total in [None, Some(LIMIT)] {
                    let (caller, server) = (Caller::new(), Server::start());
                    let via = handshake.via(&server);
                    let limits = Timeouts {
                        total,
                        ..Timeouts::default()
                    };
                    let call = caller.send_through(&via, handshake.origin, Request::get().within(limits));
                    let mut peer = server.accept().await;
                    handshake.play(&mut peer, at, |_, byte| byte).await;
                    if total.is_none() {
                        call.cancel();
                        call.end().await;
                    } else {
                        assert_eq!(call.error().await.kind, Kind::TotalTimeout);
                    }
                    caller.settles_at((0, 0, 0)).await;
                    assert!(peer.disconnects_within(LIMIT).await);
                }
            }
        }
    });
}

#[test]
fn the_room_of_a_failed_handshake_goes_to_the_next_request() {
    run(async {
        for handshake in HANDSHAKES {
            let caller = Caller::limited(httpxide_core::pool::Limits {
                max_connections: Some(1),
                ..httpxide_core::pool::Limits::default()
            });
            let server = Server::start();
            let via = handshake.via(&server);
            let first = caller.send_through(&via, handshake.origin, Request::get());
            let second = caller.send_through(&via, handshake.origin, Request::get());
            drop(server.accept().await);
            assert_eq!(first.error().await.kind, Kind::ProxyError);
            let mut peer = server.accept().await;
            handshake.open(&mut peer).await;
            peer.head().await;
            peer.write(OK).await;
            assert_eq!(second.answer().await.status, 200);
        }
    });
}
