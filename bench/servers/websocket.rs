//! The server of the WebSocket works. At `/echo`, each message comes back; at `/flood` and `/flood-deflated`, 4,096 messages
//! of 64 KiB come as fast as the client takes them, then a close frame. Pings are answered. A server of `ws` would take more
//! of the machine than the clients that are measured.
//!
//! All echoing sessions share one thread, which answers with one write what it read at once: a thread for each would spend as
//! much on changing threads as on messages, on cores that the clients share.
//!
//! Its argument is a file with the deflated form of a message: it is the same each time, so the window is not taken over.
//! It prints its port as one line, and exits when its standard input closes, that is, with its parent process.

mod readiness;

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::Range;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::Arc;
use std::thread;

use readiness::Readiness;

const MESSAGES: usize = 4096;
const MESSAGE: usize = 64 * 1024;
/// Bytes that a flood writes at once, about.
const BURST: usize = 256 * 1024;
/// Bytes of one read.
const READ: usize = 64 * 1024;

const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;
const FINAL: u8 = 0x80;
const COMPRESSED: u8 = 0x40;

fn main() -> io::Result<()> {
    let deflated = std::env::args().nth(1).ok_or(ErrorKind::InvalidInput)?;
    let deflated: Arc<[u8]> = std::fs::read(deflated)?.into();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
    let (sessions, opened) = mpsc::channel();
    let (waker, wakes) = UnixStream::pair()?;
    let waker = Arc::new(waker);
    thread::spawn(move || echo_all(&opened, &wakes));
    for stream in listener.incoming() {
        let (stream, deflated) = (stream?, Arc::clone(&deflated));
        let (sessions, waker) = (sessions.clone(), Arc::clone(&waker));
        // A client that disconnects ends only its own thread.
        thread::spawn(move || serve(stream, &deflated, &sessions, &waker));
    }
    Ok(())
}

/// Answers the handshake, and floods or hands the session to the thread that echoes.
fn serve(
    mut stream: TcpStream,
    deflated: &[u8],
    sessions: &Sender<Session>,
    mut waker: &UnixStream,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(&stream);
    let (path, key) = read_head(&mut reader)?;
    let received = reader.buffer().to_vec();
    let is_deflated = path == "/flood-deflated";
    let extension = if is_deflated {
        "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n"
    } else {
        ""
    };
    let accepted = accept(&key);
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{extension}Sec-WebSocket-Accept: {accepted}\r\n\r\n"
    );
    stream.write_all(answer.as_bytes())?;
    if path == "/echo" {
        // an error means that the process ends
        let _ = sessions.send(Session { stream, received });
        return waker.write_all(&[0]);
    }
    let plain = vec![b'a'; MESSAGE];
    let (first, payload) = if is_deflated {
        (FINAL | COMPRESSED | BINARY, deflated)
    } else {
        (FINAL | BINARY, &plain[..])
    };
    let mut frame = Vec::new();
    add_frame(&mut frame, first, payload);
    // a power of two divides the number of messages
    let at_once = (BURST / frame.len()).next_power_of_two();
    let burst = frame.repeat(at_once);
    for _ in 0..MESSAGES / at_once {
        stream.write_all(&burst)?;
    }
    let mut close = Vec::new();
    add_frame(&mut close, FINAL | CLOSE, &1000_u16.to_be_bytes());
    stream.write_all(&close)?;
    // until the client has answered and left
    io::copy(&mut stream, &mut io::sink()).map(|_| ())
}

/// A session that echoes.
struct Session {
    stream: TcpStream,
    /// The start of a frame whose rest is to come.
    received: Vec<u8>,
}

/// The token of the socket by which new sessions are announced.
const ANNOUNCEMENTS: usize = 0;

/// Serves all sessions that come, as long as the process runs.
fn echo_all(opened: &Receiver<Session>, mut wakes: &UnixStream) -> io::Result<()> {
    let mut readiness = Readiness::new()?;
    readiness.add(wakes, ANNOUNCEMENTS)?;
    // by their tokens
    let mut sessions: Vec<Option<Session>> = vec![None];
    let mut free = Vec::new();
    let mut ready = Vec::new();
    let mut bytes = vec![0; READ];
    loop {
        readiness.wait(&mut ready);
        for token in ready.drain(..) {
            if token == ANNOUNCEMENTS {
                let _ = wakes.read(&mut bytes);
                for session in opened.try_iter() {
                    let token = free.pop().unwrap_or_else(|| {
                        sessions.push(None);
                        sessions.len() - 1
                    });
                    // bytes that came with the handshake are not echoed before more come: no client sends before the answer
                    readiness.add(&session.stream, token)?;
                    sessions[token] = Some(session);
                }
            } else if sessions[token]
                .as_mut()
                .is_some_and(|session| !session.echo(&mut bytes))
            {
                readiness.remove(token);
                sessions[token] = None;
                free.push(token);
            }
        }
    }
}

impl Session {
    /// Reads once, and answers the frames that have come whole with one write; false at the end of the session.
    fn echo(&mut self, bytes: &mut Vec<u8>) -> bool {
        let known = self.received.len();
        if bytes.len() < known + READ {
            bytes.resize(known + READ, 0);
        }
        bytes[..known].copy_from_slice(&self.received);
        let read = match self.stream.read(&mut bytes[known..]) {
            Ok(0) | Err(_) => return false,
            Ok(read) => read,
        };
        let received = &mut bytes[..known + read];
        let (mut at, mut answered, mut is_open) = (0, 0, true);
        while let Some((first, payload)) = next_frame(&mut received[at..]) {
            let (start, end) = (at + payload.start, at + payload.end);
            at = end;
            let first = match first & 0xf {
                PING => FINAL | PONG,
                PONG => continue,
                _ => first,
            };
            is_open &= first & 0xf != CLOSE;
            // the head of a server's frame is shorter by the mask, so an answer never reaches what is not read yet
            let (head, length) = head_of(first, end - start);
            received[answered..answered + length].copy_from_slice(&head[..length]);
            received.copy_within(start..end, answered + length);
            answered += length + end - start;
        }
        self.received.clear();
        self.received.extend_from_slice(&received[at..]);
        self.stream.write_all(&received[..answered]).is_ok() && is_open
    }
}

/// The first byte of a client's frame, and where its payload is, which is unmasked; `None` if it has not come whole.
fn next_frame(bytes: &mut [u8]) -> Option<(u8, Range<usize>)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let (start, length) = match second & 0x7f {
        126 => (4, u64::from(u16::from_be_bytes(*bytes[2..].first_chunk()?))),
        127 => (10, u64::from_be_bytes(*bytes[2..].first_chunk()?)),
        length => (2, u64::from(length)),
    };
    let mask: [u8; 4] = *bytes.get(start..)?.first_chunk()?;
    let start = start + 4;
    let end = start.checked_add(usize::try_from(length).ok()?)?;
    let mut words = bytes.get_mut(start..end)?.chunks_exact_mut(4);
    for word in &mut words {
        let unmasked = u32::from_ne_bytes([word[0], word[1], word[2], word[3]]) ^ u32::from_ne_bytes(mask);
        word.copy_from_slice(&unmasked.to_ne_bytes());
    }
    for (byte, mask) in words.into_remainder().iter_mut().zip(mask) {
        *byte ^= mask;
    }
    Some((first, start..end))
}

/// The head of a server's frame, and its length.
fn head_of(first: u8, length: usize) -> ([u8; 10], usize) {
    let mut head = [0; 10];
    head[0] = first;
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..=125), _) => {
            head[1] = short;
            (head, 2)
        }
        (_, Ok(medium)) => {
            head[1] = 126;
            head[2..4].copy_from_slice(&medium.to_be_bytes());
            (head, 4)
        }
        _ => {
            head[1] = 127;
            head[2..].copy_from_slice(&(length as u64).to_be_bytes());
            (head, 10)
        }
    }
}

fn add_frame(frames: &mut Vec<u8>, first: u8, payload: &[u8]) {
    let (head, length) = head_of(first, payload.len());
    frames.extend_from_slice(&head[..length]);
    frames.extend_from_slice(payload);
}

/// The path and the key of the handshake.
fn read_head(reader: &mut impl BufRead) -> io::Result<(String, String)> {
    let request = read_line(reader)?;
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut key = String::new();
    loop {
        let line = read_line(reader)?;
        match line.split_once(':') {
            None => return Ok((path, key)),
            Some((name, value)) if name.eq_ignore_ascii_case("sec-websocket-key") => {
                key = value.trim().to_owned();
            }
            Some(_) => {}
        }
    }
}

/// One line without its end. At most 64 KiB are read.
fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.take(65_536).read_line(&mut line)?;
    line.truncate(line.trim_end().len());
    Ok(line)
}

/// `Sec-WebSocket-Accept` (RFC 6455 4.2.2).
fn accept(key: &str) -> String {
    base64(&sha1(
        format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11").as_bytes(),
    ))
}

/// RFC 3174.
fn sha1(message: &[u8]) -> [u8; 20] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() - message.len() < 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let end = padded.len() - 8;
    padded[end..].copy_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    let mut state: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded.chunks_exact(64) {
        let mut words = [0_u32; 80];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        for at in 16..80 {
            words[at] = (words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (round, word) in words.into_iter().enumerate() {
            let (mixed, constant) = match round / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let next = a
                .rotate_left(5)
                .wrapping_add(mixed)
                .wrapping_add(e)
                .wrapping_add(constant)
                .wrapping_add(word);
            (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
        }
        for (sum, own) in state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(own);
        }
    }
    let mut digest = [0; 20];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let group = part
            .iter()
            .chain(&[0, 0])
            .take(3)
            .fold(0_usize, |group, byte| group << 8 | usize::from(*byte));
        for at in 0..4 {
            let symbol = ALPHABET[group >> (18 - 6 * at) & 63];
            text.push(if at > part.len() { '=' } else { char::from(symbol) });
        }
    }
    text
}
