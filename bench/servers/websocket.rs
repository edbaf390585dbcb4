//! The server of the WebSocket works. At `/echo`, each message comes back; at `/flood` and `/flood-deflated`, 4,096 messages
//! of 64 KiB come as fast as the client takes them, then a close frame. Pings are answered. A server of `ws` would take more
//! of the machine than the clients that are measured.
//!
//! Its argument is a file with the deflated form of a message: it is the same each time, so the window is not taken over.
//! It prints its port as one line, and exits when its standard input closes, that is, with its parent process.

use std::io::{self, BufRead, BufReader, BufWriter, Error, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

const MESSAGES: usize = 4096;
const MESSAGE: usize = 64 * 1024;
/// Ten thousand quiet sessions have a thread each.
const STACK: usize = 64 * 1024;
const BUFFER: usize = 16 * 1024;

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
    for stream in listener.incoming() {
        let (stream, deflated) = (stream?, Arc::clone(&deflated));
        // A client that disconnects ends only its own thread.
        thread::Builder::new()
            .stack_size(STACK)
            .spawn(move || serve(stream, &deflated))?;
    }
    Ok(())
}

fn serve(stream: TcpStream, deflated: &[u8]) -> io::Result<()> {
    stream.set_nodelay(true)?;
    // Without a clone of the stream, a session takes one file descriptor.
    let mut writer = BufWriter::with_capacity(BUFFER, &stream);
    let mut reader = BufReader::with_capacity(BUFFER, &stream);
    let (path, key) = read_head(&mut reader)?;
    let is_deflated = path == "/flood-deflated";
    let extension = if is_deflated {
        "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n"
    } else {
        ""
    };
    write!(
        writer,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{extension}Sec-WebSocket-Accept: {}\r\n\r\n",
        accept(&key)
    )?;
    writer.flush()?;
    if path == "/echo" {
        return echo(&mut reader, &mut writer);
    }
    let plain = vec![b'a'; MESSAGE];
    let (first, payload) = if is_deflated {
        (FINAL | COMPRESSED | BINARY, deflated)
    } else {
        (FINAL | BINARY, &plain[..])
    };
    for _ in 0..MESSAGES {
        write_frame(&mut writer, first, payload)?;
    }
    write_frame(&mut writer, FINAL | CLOSE, &1000_u16.to_be_bytes())?;
    writer.flush()?;
    // until the client has answered and left
    io::copy(&mut reader, &mut io::sink()).map(|_| ())
}

fn echo(reader: &mut BufReader<&TcpStream>, writer: &mut impl Write) -> io::Result<()> {
    let mut payload = Vec::new();
    loop {
        let first = read_frame(reader, &mut payload)?;
        match first & 0xf {
            PING => write_frame(writer, FINAL | PONG, &payload)?,
            PONG => {}
            _ => write_frame(writer, first, &payload)?,
        }
        // One write for all that came in one read.
        if reader.buffer().is_empty() {
            writer.flush()?;
        }
        if first & 0xf == CLOSE {
            return Ok(());
        }
    }
}

/// The first byte of a frame of the client, and its payload, unmasked.
fn read_frame(reader: &mut impl Read, payload: &mut Vec<u8>) -> io::Result<u8> {
    let [first, second] = read_array(reader)?;
    let length = match second & 0x7f {
        126 => usize::from(u16::from_be_bytes(read_array(reader)?)),
        127 => usize::try_from(u64::from_be_bytes(read_array(reader)?))
            .map_err(|cause| Error::new(ErrorKind::InvalidData, cause))?,
        length => usize::from(length),
    };
    let mask: [u8; 4] = read_array(reader)?;
    payload.resize(length, 0);
    reader.read_exact(payload)?;
    for part in payload.chunks_mut(4) {
        for (byte, mask) in part.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
    Ok(first)
}

fn read_array<const LENGTH: usize>(reader: &mut impl Read) -> io::Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn write_frame(writer: &mut impl Write, first: u8, payload: &[u8]) -> io::Result<()> {
    let length = payload.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ 0..=125), _) => writer.write_all(&[first, short])?,
        (_, Ok(medium)) => {
            writer.write_all(&[first, 126])?;
            writer.write_all(&medium.to_be_bytes())?;
        }
        _ => {
            writer.write_all(&[first, 127])?;
            writer.write_all(&(length as u64).to_be_bytes())?;
        }
    }
    writer.write_all(payload)
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
