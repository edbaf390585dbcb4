//! WebSocket sessions on a connection: their ends, their clocks and what is held back.

use std::time::Duration;

use httpxide_core::body::RequestBody;
use httpxide_core::websocket::{Fragment, Heartbeat, MessageKind, Payload, Settings};
use httpxide_core::{Error, Kind};
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, sleep, timeout};

use crate::call::Call;
use crate::caller::Caller;
use crate::recorder::End;
use crate::request::Request;
use crate::server::{Peer, Server};
use crate::{milliseconds, run, until_idle};

const SWITCHED: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
/// Text `ab`, a ping, a compressed-looking fragment pair, and a close with 1000 and a reason.
const CONVERSATION: &[u8] = b"\x81\x02ab\x89\x01p\x01\x01c\x80\x01d\x82\x7e\x00\x80\
    ................................................................\
    ................................................................\
    \x88\x05\x03\xe8bye";

fn settings() -> Settings {
    Settings {
        compression: None,
        max_message_bytes: Some(1024 * 1024),
        heartbeat: Heartbeat {
            interval: None,
            timeout: None,
        },
        close_timeout: Duration::from_secs(10),
    }
}

fn upgrade() -> Request {
    Request::new(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        RequestBody::Empty,
    )
}

/// A session, and its peer.
async fn session(server: &Server, settings: Settings) -> (Caller, Call, Peer) {
    let caller = Caller::new();
    let call = caller.send(&server.origin, upgrade());
    let peer = server.answer(SWITCHED).await;
    call.head().await;
    call.exchange.open_session(settings);
    (caller, call, peer)
}

fn send(call: &Call, text: &'static str) {
    let session = call.exchange.session().unwrap();
    session.outgoing.send(
        MessageKind::Text,
        Fragment::WHOLE,
        Payload::Borrowed(text.as_bytes()),
    );
}

/// The next frame of the client, unmasked: its first byte and its payload of up to 125 bytes.
async fn receive(peer: &mut Peer) -> (u8, Vec<u8>) {
    let head = peer.bytes(2).await;
    assert!(head[1] & 0x80 != 0, "a client masks its frames");
    let mask = peer.bytes(4).await;
    let mut payload = peer.bytes(usize::from(head[1] & 0x7f)).await;
    for (at, byte) in payload.iter_mut().enumerate() {
        *byte ^= mask[at % 4];
    }
    (head[0], payload)
}

fn disconnected(call: &Call) -> Option<(u16, String, Option<Error>)> {
    call.session_end()
}

async fn end(call: &Call) -> (u16, String, Option<Error>) {
    assert!(matches!(call.end().await, End::Closed));
    disconnected(call).expect("an end of the session")
}

#[test]
fn a_conversation_is_the_same_wherever_it_is_cut_into_pieces() {
    run(async {
        let server = Server::start();
        for cut in 0..=CONVERSATION.len() {
            let (caller, call, mut peer) = session(&server, settings()).await;
            peer.write(&CONVERSATION[..cut]).await;
            until_idle().await;
            peer.write(&CONVERSATION[cut..]).await;
            assert_eq!(receive(&mut peer).await, (0x8a, b"p".to_vec()));
            assert_eq!(receive(&mut peer).await, (0x88, vec![3, 232]));
            drop(peer);
            assert_eq!(end(&call).await.0, 1000);
            let texts: Vec<_> = call
                .messages()
                .into_iter()
                .map(|(_, bytes)| bytes.len())
                .collect();
            assert_eq!(texts, [2, 2, 128]);
            caller.settles_at((0, 0, 0)).await;
        }
    });
}

#[test]
fn a_connection_cut_at_any_byte_ends_the_session_once_and_leaves_nothing() {
    run(async {
        let server = Server::start();
        for resets in [false, true] {
            for cut in 0..CONVERSATION.len() {
                let (caller, call, mut peer) = session(&server, settings()).await;
                peer.write(&CONVERSATION[..cut]).await;
                until_idle().await;
                if resets {
                    peer.reset();
                } else {
                    drop(peer);
                }
                let (code, _, failure) = end(&call).await;
                let failure = failure.expect("a failure");
                assert_eq!((code, failure.kind), (1006, Kind::ReadError), "{cut}");
                caller.settles_at((0, 0, 0)).await;
            }
        }
    });
}

#[test]
fn a_handshake_cut_at_any_byte_is_an_error_of_its_request() {
    run(async {
        let server = Server::start();
        for cut in 0..SWITCHED.len() {
            let caller = Caller::new();
            let call = caller.send(&server.origin, upgrade());
            drop(server.answer(&SWITCHED[..cut]).await);
            assert_eq!(call.error().await.kind, Kind::RemoteProtocolError, "{cut}");
            caller.settles_at((0, 0, 0)).await;
        }
    });
}

#[test]
fn messages_before_the_close_frame_are_sent_and_none_after_it() {
    run(async {
        let server = Server::start();
        let (_caller, call, mut peer) = session(&server, settings()).await;
        send(&call, "one");
        let opened = call.exchange.session().unwrap();
        opened.close(Some(1000), "bye");
        send(&call, "late");
        assert_eq!(receive(&mut peer).await, (0x81, b"one".to_vec()));
        assert_eq!(receive(&mut peer).await, (0x88, b"\x03\xe8bye".to_vec()));
        // what comes now is not for an owner who closes
        peer.write(b"\x81\x01x\x88\x02\x03\xe8").await;
        assert_eq!(peer.rest().await, b"");
        drop(peer);
        assert_eq!(end(&call).await.0, 1000);
        assert!(call.messages().is_empty());
        assert_eq!(call.credit(), 3);
    });
}

#[test]
fn a_server_that_does_not_close_is_waited_for_no_longer_than_the_close_timeout() {
    run(async {
        let server = Server::start();
        let (caller, call, _peer) = session(&server, settings()).await;
        let begun = Instant::now();
        call.exchange.session().unwrap().close(Some(1000), "");
        let (code, _, failure) = end(&call).await;
        assert_eq!(begun.elapsed(), Duration::from_secs(10));
        assert_eq!(
            (code, failure.unwrap().code),
            (1006, "ERR_WEBSOCKET_CLOSE_TIMEOUT")
        );
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn a_server_that_keeps_the_connection_after_both_close_frames_has_a_second() {
    run(async {
        let server = Server::start();
        let (_caller, call, mut peer) = session(&server, settings()).await;
        peer.write(b"\x88\x00").await;
        assert_eq!(receive(&mut peer).await, (0x88, vec![]));
        let begun = Instant::now();
        assert_eq!(end(&call).await.0, 1005);
        assert!(begun.elapsed() <= Duration::from_secs(1));
    });
}

fn watched() -> Settings {
    let heartbeat = Heartbeat {
        interval: Some(Duration::from_secs(5)),
        timeout: Some(Duration::from_secs(1)),
    };
    Settings {
        heartbeat,
        ..settings()
    }
}

/// Only the pongs of pings that the owner asks for have a time limit.
fn asked() -> Settings {
    let mut settings = watched();
    settings.heartbeat.interval = None;
    settings
}

#[test]
fn a_ping_goes_out_after_each_interval_and_its_pong_keeps_the_session() {
    run(async {
        let server = Server::start();
        let (_caller, call, mut peer) = session(&server, watched()).await;
        let begun = Instant::now();
        for count in 1..=3_u32 {
            let (first, payload) = receive(&mut peer).await;
            assert_eq!((first, begun.elapsed()), (0x89, Duration::from_secs(5) * count));
            let pong = [&[0x8a, u8::try_from(payload.len()).unwrap()], &payload[..]].concat();
            peer.write(&pong).await;
        }
        sleep(Duration::from_secs(4)).await;
        assert!(disconnected(&call).is_none());
    });
}

#[test]
fn a_missing_pong_cuts_the_session_after_its_timeout() {
    run(async {
        let server = Server::start();
        let (caller, call, mut peer) = session(&server, watched()).await;
        receive(&mut peer).await;
        // neither other frames nor pongs that answer nothing count
        peer.write(b"\x81\x01x\x8a\x01?").await;
        let begun = Instant::now();
        let (code, _, failure) = end(&call).await;
        assert_eq!(
            (code, failure.unwrap().code),
            (1006, "ERR_WEBSOCKET_PING_TIMEOUT")
        );
        assert!(begun.elapsed() <= Duration::from_secs(1));
        caller.settles_at((0, 0, 0)).await;
    });
}

#[test]
fn after_the_close_frame_no_ping_is_waited_for() {
    run(async {
        let server = Server::start();
        for is_asked_for in [true, false] {
            let settings = if is_asked_for { asked() } else { watched() };
            let (_caller, call, mut peer) = session(&server, settings).await;
            let opened = call.exchange.session().unwrap();
            opened.close(Some(1000), "");
            if is_asked_for {
                opened.ping(b"late");
            }
            let begun = Instant::now();
            let (code, _, failure) = end(&call).await;
            let expected = (1006, "ERR_WEBSOCKET_CLOSE_TIMEOUT");
            assert_eq!((code, failure.unwrap().code), expected, "{is_asked_for}");
            assert_eq!(begun.elapsed(), Duration::from_secs(10));
            assert_eq!(receive(&mut peer).await, (0x88, vec![3, 232]));
            assert!(peer.rest().await.is_empty());
        }
    });
}

#[test]
fn the_clock_of_a_pong_stands_still_behind_unread_messages_and_a_long_frame() {
    run(async {
        let server = Server::start();
        let (_caller, call, mut peer) = session(&server, watched()).await;
        let (_, payload) = receive(&mut peer).await;
        let flood = tokio::task::spawn_local(async move {
            let message = [
                &b"\x82\x7f\x00\x00\x00\x00\x00\x04\x00\x00"[..],
                &vec![0; 256 * 1024],
            ]
            .concat();
            for _ in 0..8 {
                peer.stream.write_all(&message).await.unwrap();
            }
            // a slow frame: its bytes come, its pong is behind it
            peer.stream.write_all(b"\x82\x0a").await.unwrap();
            for _ in 0..10 {
                sleep(milliseconds(500)).await;
                peer.stream.write_all(b".").await.unwrap();
            }
            let pong = [&[0x8a, u8::try_from(payload.len()).unwrap()], &payload[..]].concat();
            peer.stream.write_all(&pong).await.unwrap();
            peer
        });
        sleep(Duration::from_secs(8)).await;
        assert!(disconnected(&call).is_none());
        let unread: usize = call.messages().iter().map(|(_, bytes)| bytes.len() + 128).sum();
        assert!(unread < 2048 * 1024, "{unread} bytes are unread");
        let opened = call.exchange.session().unwrap();
        for _ in 0..2 {
            opened.window.release(unread);
            until_idle().await;
        }
        let _peer = timeout(Duration::from_secs(10), flood).await.unwrap().unwrap();
        until_idle().await;
        assert!(disconnected(&call).is_none());
        assert_eq!(call.messages().len(), 9);
    });
}

#[test]
fn a_peer_that_takes_nothing_gives_no_credit_and_one_that_takes_all_gives_all() {
    run(async {
        let server = Server::cramped();
        let (_caller, call, mut peer) = session(&server, settings()).await;
        for _ in 0..100 {
            send(
                &call,
                "0123456789012345678901234567890123456789012345678901234567890123456789",
            );
        }
        until_idle().await;
        let credit = call.credit();
        assert!(credit > 0 && credit < 7000, "{credit}");
        for _ in 0..100 {
            assert_eq!(receive(&mut peer).await.1.len(), 70);
        }
        until_idle().await;
        assert_eq!(call.credit(), 7000);
    });
}

#[test]
fn credit_is_told_at_once_when_a_sender_may_wait_for_it_and_else_in_passing() {
    run(async {
        let server = Server::start();
        let (_caller, call, mut peer) = session(&server, settings()).await;
        let message = vec![b'a'; 60 * 1024];
        let mut taken = 0;
        for urgent in [0, 0, 1, 1, 1, 2] {
            let session = call.exchange.session().unwrap();
            session
                .outgoing
                .send(MessageKind::Text, Fragment::WHOLE, Payload::Borrowed(&message));
            peer.bytes(8 + message.len()).await;
            until_idle().await;
            taken += message.len();
            assert_eq!((call.credit(), call.credits()), (taken, urgent));
        }
    });
}

#[test]
fn a_long_message_between_short_ones_goes_out_in_order_to_a_peer_that_reads_little_at_a_time() {
    run(async {
        let server = Server::cramped();
        let (_caller, call, mut peer) = session(&server, settings()).await;
        let payloads = [
            vec![b'a'; 3],
            vec![b'b'; 100_000],
            vec![b'c'; 5],
            vec![b'd'; 20_000],
        ];
        for payload in &payloads {
            let session = call.exchange.session().unwrap();
            let owned = Payload::Owned(payload.clone().into());
            session.outgoing.send(MessageKind::Binary, Fragment::WHOLE, owned);
            // the first two are under way when the others come
            until_idle().await;
        }
        for payload in &payloads {
            let head: &[u8] = match payload.len() {
                0..126 => &[0x82, 0x80],
                126..65_536 => &[0x82, 0xfe],
                _ => &[0x82, 0xff],
            };
            assert_eq!(peer.bytes(2).await[0], head[0]);
            let length = match payload.len() {
                0..126 => 0,
                126..65_536 => 2,
                _ => 8,
            };
            peer.bytes(length).await;
            let mask = peer.bytes(4).await;
            let mut came = peer.bytes(payload.len()).await;
            for (at, byte) in came.iter_mut().enumerate() {
                *byte ^= mask[at % 4];
            }
            assert!(came == *payload, "{} bytes", payload.len());
        }
        assert_eq!(call.credit(), 120_008);
    });
}

#[test]
fn pings_go_out_on_time_while_messages_come_and_go_at_every_moment() {
    run(async {
        let server = Server::start();
        let (_caller, call, mut peer) = session(&server, watched()).await;
        // more than a task may read before others run
        let flood = b"\x81\x01x".repeat(300);
        let begun = Instant::now();
        let mut pings = 0;
        while pings < 3 {
            peer.write(&flood).await;
            send(&call, "message");
            until_idle().await;
            call.exchange
                .session()
                .unwrap()
                .window
                .release(flood.len() / 3 * 129);
            sleep(milliseconds(100)).await;
            let (first, payload) = receive(&mut peer).await;
            if first == 0x89 {
                pings += 1;
                let late = begun.elapsed().abs_diff(Duration::from_secs(5) * pings);
                // each ping is one frame more to read, and one is read in 100 ms
                assert!(late <= milliseconds(400), "{late:?}");
                let pong = [&[0x8a, u8::try_from(payload.len()).unwrap()], &payload[..]].concat();
                peer.write(&pong).await;
            }
        }
        assert!(disconnected(&call).is_none());
    });
}

#[test]
fn a_cancelled_session_says_that_it_goes_away() {
    run(async {
        let server = Server::start();
        let (caller, call, mut peer) = session(&server, settings()).await;
        until_idle().await;
        call.cancel();
        assert_eq!(receive(&mut peer).await, (0x88, vec![3, 233]));
        assert!(matches!(call.end().await, End::Closed));
        assert!(peer.is_closed_within(milliseconds(100)).await);
        caller.settles_at((0, 0, 0)).await;
    });
}
