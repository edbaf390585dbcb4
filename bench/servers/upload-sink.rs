//! The server for uploads: reads a request body of either framing to its end, drops it, and then answers with the number
//! of body bytes. nginx cannot do this without a file or a backend (its `return` answers before the body is read), and a
//! Node.js server costs four times the CPU per byte, which would make it slower than its clients.
//! On Linux the system drops the data of a body without a copy: with one, this server took a third of the time of two cores, and
//! was part of what was measured.
//! It prints its port as one line, and exits when its standard input closes, that is, with its parent process.

use std::io::{self, BufRead, BufReader, Error, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Little more than the lines of the head and of chunks: what is read with a line is copied. Where nothing drops data without a
/// copy, it is read in large pieces.
const BUFFER: usize = if cfg!(target_os = "linux") { 64 } else { 256 * 1024 };

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

fn discard_chunks(reader: &mut BufReader<TcpStream>) -> io::Result<u64> {
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

/// Without copying: what was read with a line is counted off the buffer, and the rest is dropped.
fn discard(reader: &mut BufReader<TcpStream>, length: u64) -> io::Result<u64> {
    let mut left = length;
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(usize::MAX);
        let there = reader.buffer().len();
        let taken = if there > 0 {
            let taken = there.min(wanted);
            reader.consume(taken);
            taken
        } else {
            drop_data(reader, wanted)?
        };
        if taken == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        left -= taken as u64;
    }
    Ok(length)
}

/// Drops so many bytes of the connection, or fewer at its end (`MSG_TRUNC`, tcp(7)).
#[cfg(target_os = "linux")]
fn drop_data(reader: &mut BufReader<TcpStream>, length: usize) -> io::Result<usize> {
    use std::os::fd::AsRawFd;
    use std::os::raw::{c_int, c_void};
    extern "C" {
        fn recv(socket: c_int, buffer: *mut c_void, length: usize, flags: c_int) -> isize;
    }
    const MSG_TRUNC: c_int = 0x20;
    const MSG_WAITALL: c_int = 0x100;
    loop {
        let socket = reader.get_ref().as_raw_fd();
        // SAFETY: with MSG_TRUNC, the system writes nothing to the buffer.
        let dropped = unsafe { recv(socket, std::ptr::null_mut(), length, MSG_TRUNC | MSG_WAITALL) };
        match usize::try_from(dropped) {
            Ok(dropped) => return Ok(dropped),
            Err(_) => {
                let error = Error::last_os_error();
                if error.kind() != ErrorKind::Interrupted {
                    return Err(error);
                }
            }
        }
    }
}

/// The bytes that it reads next into the buffer, of which none are left.
#[cfg(not(target_os = "linux"))]
fn drop_data(reader: &mut BufReader<TcpStream>, length: usize) -> io::Result<usize> {
    let there = reader.fill_buf()?.len().min(length);
    reader.consume(there);
    Ok(there)
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
