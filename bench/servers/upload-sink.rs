//! The server for uploads: reads a request body of either framing to its end, drops it, and then answers with the number
//! of body bytes. nginx cannot do this without a file or a backend (its `return` answers before the body is read), and a
//! Node.js server costs four times the CPU per byte, which would make it slower than its clients.
//! It prints its port as one line, and exits when its standard input closes, that is, with its parent process.

use std::io::{self, BufRead, BufReader, Error, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

const BUFFER: usize = 256 * 1024;

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
    for stream in listener.incoming() {
        let stream = stream?;
        // A client that disconnects ends only its own thread.
        thread::spawn(move || serve(stream));
    }
    Ok(())
}

fn serve(stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::with_capacity(BUFFER, stream);
    while let Some(framing) = read_head(&mut reader)? {
        let total = match framing {
            Framing::Length(length) => discard(&mut reader, length)?,
            Framing::Chunked => discard_chunks(&mut reader)?,
        };
        let body = total.to_string();
        let length = body.len();
        // One write, so one segment: `write!` on a socket makes a system call for each piece.
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}");
        writer.write_all(format!("{head}\r\n\r\n{body}").as_bytes())?;
    }
    Ok(())
}

enum Framing {
    Length(u64),
    Chunked,
}

/// `None` when the connection ended between requests.
fn read_head(reader: &mut impl BufRead) -> io::Result<Option<Framing>> {
    let mut framing = Framing::Length(0);
    if read_line(reader)?.is_empty() {
        return Ok(None);
    }
    loop {
        let line = read_line(reader)?.to_ascii_lowercase();
        match line.split_once(':') {
            None => return Ok(Some(framing)),
            Some(("content-length", value)) => framing = Framing::Length(number(value, 10)?),
            Some(("transfer-encoding", value)) if value.trim() == "chunked" => framing = Framing::Chunked,
            Some(_) => {}
        }
    }
}

fn discard_chunks(reader: &mut impl BufRead) -> io::Result<u64> {
    let mut total = 0;
    loop {
        let size = number(&read_line(reader)?, 16)?;
        total += discard(reader, size)?;
        // The line end after a chunk's data, or, after the last chunk, the empty line that ends the body.
        read_line(reader)?;
        if size == 0 {
            return Ok(total);
        }
    }
}

/// Without copying: the bytes are only counted off the buffer that they were read into.
fn discard(reader: &mut impl BufRead, length: u64) -> io::Result<u64> {
    let mut left = length;
    while left > 0 {
        let there = reader.fill_buf()?.len();
        if there == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let taken = there.min(usize::try_from(left).unwrap_or(usize::MAX));
        reader.consume(taken);
        left -= taken as u64;
    }
    Ok(length)
}

/// One line without its end; empty at the end of the connection too. At most 64 KiB are read.
fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.take(65_536).read_line(&mut line)?;
    line.truncate(line.trim_end().len());
    Ok(line)
}

fn number(text: &str, radix: u32) -> io::Result<u64> {
    u64::from_str_radix(text.trim(), radix).map_err(|cause| Error::new(ErrorKind::InvalidData, cause))
}
