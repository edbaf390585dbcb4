//! The receiver alone: frames in pieces of any size, and what a server must not send.

use std::time::Duration;

use super::super::settings::Heartbeat;
use super::*;

fn receiver(max_message_bytes: Option<u64>) -> Receiver {
    Receiver::new(&Settings {
        compression: None,
        max_message_bytes,
        heartbeat: Heartbeat {
            interval: None,
            timeout: None,
        },
        close_timeout: Duration::from_secs(1),
    })
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..=125), _) => frame.push(short),
        (_, Ok(medium)) => {
            frame.push(126);
            frame.extend(medium.to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend(u64::try_from(payload.len()).unwrap().to_be_bytes());
        }
    }
    frame.extend_from_slice(payload);
    frame
}

fn noise(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| u8::try_from(at * at % 251).unwrap())
        .collect()
}

fn keep(event: Event<'_>, messages: &mut Vec<Vec<u8>>) {
    if let Event::Message(_, payload) = event {
        messages.push(payload.as_bytes().to_vec());
    }
}

/// The messages in bytes that come `piece` by `piece`.
fn messages(wire: &[u8], piece: usize) -> Result<Vec<Vec<u8>>, Violation> {
    read(wire, piece).map(|(messages, _)| messages)
}

/// These, and how many bytes were not read straight into them.
fn read(wire: &[u8], piece: usize) -> Result<(Vec<Vec<u8>>, usize), Violation> {
    let mut receiver = receiver(None);
    let (mut wire, mut messages, mut copied) = (wire, Vec::new(), 0);
    while !wire.is_empty() {
        let mut behind = [0; LONGEST_HEAD];
        let mut count = 0;
        let mut input = if let Some(mut room) = receiver.room() {
            let read = room.remaining_mut().min(piece).min(wire.len());
            room.put_slice(&wire[..read]);
            wire = &wire[read..];
            let (event, rest) = receiver.filled(read, &mut behind)?;
            count = rest;
            if let Some(event) = event {
                keep(event, &mut messages);
            }
            &behind[..count]
        } else {
            let most = piece.min(receiver.most_at_once());
            let (input, rest) = wire.split_at(most.min(wire.len()));
            wire = rest;
            copied += input.len();
            input
        };
        while let Some(event) = receiver.next(&mut input)? {
            keep(event, &mut messages);
        }
        assert!(input.is_empty(), "{count}");
    }
    Ok((messages, copied))
}

#[test]
fn in_a_flood_of_long_frames_only_the_first_is_not_read_straight_into_its_message() {
    let flood = frame(0x82, &noise(65_536)).repeat(20);
    let (messages, copied) = read(&flood, 65_536).unwrap();
    assert_eq!(messages.len(), 20);
    assert!(copied < 2 * 65_536, "{copied}");
}

#[test]
fn messages_are_the_same_however_many_bytes_come_at_once() {
    let sent: Vec<Vec<u8>> = [0, 5, 8192, 65_536, 8193, 300_000, 1, 1_000_000, 65_536]
        .into_iter()
        .map(noise)
        .collect();
    let mut wire: Vec<u8> = sent.iter().flat_map(|message| frame(0x82, message)).collect();
    // one in fragments, with a ping between them
    wire.extend(frame(0x02, &sent[3]));
    wire.extend([0x89, 0]);
    wire.extend(frame(0x00, &sent[5]));
    wire.extend(frame(0x80, &sent[1]));
    let mut all = sent.clone();
    all.push([&sent[3][..], &sent[5], &sent[1]].concat());
    for piece in [1, 7, 9, 10, 11, 4096, 65_536, 65_546, 100_000, usize::MAX] {
        assert!(messages(&wire, piece).unwrap() == all, "{piece}");
    }
}

#[test]
fn long_text_is_checked_while_it_comes() {
    let mut text = vec![b'a'; 100_000];
    assert_eq!(messages(&frame(0x81, &text), 10_000).unwrap().len(), 1);
    text[50_000] = 0xff;
    let wire = frame(0x81, &text);
    let refused = messages(&wire[..60_000], 10_000).unwrap_err();
    assert_eq!(refused.code, INVALID_PAYLOAD);
}

#[test]
fn a_head_that_only_claims_gets_little_room() {
    let mut receiver = receiver(None);
    let head = &[0x82, 127, 0, 0, 0, 0, 0x40, 0, 0, 0][..];
    assert!(receiver.next(&mut &*head).unwrap().is_none());
    assert!(receiver.room().unwrap().remaining_mut() <= CLAIMED_ROOM);
    assert!(receiver.bytes.capacity() <= CLAIMED_ROOM);
}

#[test]
fn the_last_read_of_a_frame_takes_no_more_than_the_next_head() {
    let mut receiver = receiver(None);
    let head = &frame(0x82, &noise(20_000))[..4];
    assert!(receiver.next(&mut &*head).unwrap().is_none());
    assert_eq!(receiver.room().unwrap().remaining_mut(), 20_000 + LONGEST_HEAD);
}
