//! Whatever frames a server sends, however its bytes are cut, each request has one end, and soon.

use httpxide_core::Kind;
use httpxide_core::body::RequestBody;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::frames::{OK, field, frame};
use super::opened::{Opened, open};
use crate::recorder::End;
use crate::request::Request;
use crate::run;

/// Payloads that are about right for some type of frames.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        Just(OK.to_vec()),
        Just(field("a", "b")),
        Just(field("content-length", "4")),
        Just(field(":status", "103")),
        Just(vec![0x44, 1, b'/']),
        Just(vec![0x48, 3, b'2', b'0', b'1']),
        (0x80_u8..=0x8f).prop_map(|index| vec![index]),
        (0xbe_u8..=0xc4).prop_map(|index| vec![index]),
        (0_u8..4).prop_map(|padding| vec![padding]),
        (0_u8..8).prop_map(|number| vec![0, 0, 0, number]),
        Just(b"body".to_vec()),
        Just(vec![0; 255]),
        vec(any::<u8>(), 0..12),
    ];
    vec(part, 0..5).prop_map(|parts| parts.concat())
}

fn frames() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let kind = prop_oneof![4 => Just(1_u8), 3 => Just(0_u8), 2 => Just(9_u8), 4 => 0_u8..11];
    let flags = prop_oneof![
        3 => Just(4_u8),
        2 => Just(5_u8),
        2 => Just(0_u8),
        1 => Just(1_u8),
        1 => Just(8_u8),
        1 => Just(0x2d_u8),
        1 => any::<u8>()
    ];
    let stream =
        prop_oneof![4 => Just(1_u32), 3 => Just(3_u32), 2 => Just(5_u32), 2 => Just(0_u32), 1 => 0_u32..12];
    let one = (kind, flags, stream, payload())
        .prop_map(|(kind, flags, stream, payload)| frame(kind, flags, stream, &payload));
    vec(one, 1..20)
}

#[test]
fn each_request_has_one_end_whatever_frames_a_server_sends() {
    let mut runner = TestRunner::new(Config {
        cases: 200,
        failure_persistence: None,
        ..Config::default()
    });
    let cases = (frames(), 1_usize..40);
    let result = runner.run(&cases, |(frames, size)| {
        run(async move {
            let connect = "CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n";
            let requests = [
                Request::get(),
                Request::post(vec![7; 100_000]),
                Request::new(connect, RequestBody::Empty),
            ];
            let Opened {
                caller,
                server,
                calls,
                mut peer,
            } = open(requests).await;
            for piece in frames.concat().chunks(size) {
                peer.0.write(piece).await;
                tokio::task::yield_now().await;
            }
            // what goes to another connection fails there
            drop((peer, server));
            for call in &calls {
                if call.has_head() {
                    call.close();
                    call.end().await;
                } else if let End::Failed(error) = call.end().await {
                    let kinds = [
                        Kind::RemoteProtocolError,
                        Kind::ReadError,
                        Kind::WriteError,
                        Kind::ConnectError,
                    ];
                    assert!(kinds.contains(&error.kind), "{error}");
                }
            }
            caller.settles_at((0, 0, 0)).await;
            assert_eq!(caller.unsettled(), 0);
        });
        Ok(())
    });
    result.unwrap();
}
