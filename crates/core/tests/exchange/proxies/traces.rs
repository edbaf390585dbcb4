//! The steps of a connection through a proxy.

use httpxide_core::Step;
use httpxide_core::route::ProxyScheme;

use super::{HANDSHAKES, ORIGIN, via};
use crate::caller::Caller;
use crate::request::Request;
use crate::run;
use crate::server::{OK, Server};

/// The steps that begin before the request is written, each with its end.
fn connecting(call: &crate::call::Call) -> Vec<(Step, &'static str)> {
    let trace = call.trace().into_iter().map(|event| (event.step, event.moment));
    trace
        .take_while(|(step, _)| *step != Step::SendRequestHeaders)
        .collect()
}

#[test]
fn the_steps_of_each_handshake_are_reported() {
    run(async {
        for handshake in HANDSHAKES {
            let (caller, server) = (Caller::new(), Server::start());
            let via = handshake.via(&server);
            let call = caller.send_through(&via, handshake.origin, Request::get().traced());
            let mut peer = server.accept().await;
            handshake.open(&mut peer).await;
            peer.head().await;
            peer.write(OK).await;
            call.answer().await;
            let steps: &[Step] = match handshake.scheme {
                ProxyScheme::Http => &[
                    Step::SendConnectHeaders,
                    Step::SendConnectBody,
                    Step::ReceiveConnectHeaders,
                ],
                _ => &[Step::SetUpSocks],
            };
            let expected: Vec<_> = steps
                .iter()
                .flat_map(|step| [(*step, "started"), (*step, "complete")])
                .collect();
            assert_eq!(connecting(&call), expected);
        }
    });
}

#[test]
fn the_step_in_which_a_proxy_fails_has_failed() {
    run(async {
        for (scheme, step) in [
            (ProxyScheme::Http, Step::ReceiveConnectHeaders),
            (ProxyScheme::Socks5, Step::SetUpSocks),
        ] {
            let (caller, server) = (Caller::new(), Server::start());
            let via = via(scheme, &server, None);
            let call = caller.send_through(&via, ORIGIN, Request::get().traced());
            drop(server.accept().await);
            call.error().await;
            let trace = call.trace();
            let last = trace.last().unwrap();
            assert_eq!((last.step, last.moment), (step, "failed"));
        }
    });
}
