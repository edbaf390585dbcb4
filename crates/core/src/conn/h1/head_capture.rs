//! Keeps the bytes of a response's head while a connection reads them.
//!
//! hyper lower-cases names and groups repeated ones. Users see headers in the order and case in which the server sent
//! them, so the head is kept as received. Interim (1xx) heads before it are kept apart (RFC 9110 15.2).

use std::collections::VecDeque;
use std::io;

/// The most interim heads. Real servers send one or two; hyper skips any number.
const MAX_INTERIM: u32 = 64;

/// The head of the current response.
#[derive(Debug, Default)]
pub(crate) struct HeadCapture {
    bytes: Vec<u8>,
    complete: bool,
    /// Bytes in which no end of a head was found.
    searched: usize,
    /// Interim heads so far.
    interim: u32,
    /// The lines of those that are not taken yet.
    interim_lines: VecDeque<Vec<u8>>,
}

impl HeadCapture {
    /// Forgets the head, and keeps its buffer for the next.
    pub(crate) fn reset(&mut self) {
        self.bytes.clear();
        self.complete = false;
        self.searched = 0;
        self.interim = 0;
        self.interim_lines.clear();
    }

    /// The lines of the next interim head.
    pub(crate) fn take_interim(&mut self) -> Option<Vec<u8>> {
        self.interim_lines.pop_front()
    }

    /// Whether no byte was read since the reset.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// How many bytes of the head were read.
    pub(crate) fn read_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// How many lines of the head were read.
    pub(crate) fn line_count(&self) -> usize {
        memchr::memchr_iter(b'\n', &self.bytes).count()
    }

    /// Whether the head has a `Transfer-Encoding`.
    pub(crate) fn has_transfer_encoding(&self) -> bool {
        const NAME: &[u8] = b"transfer-encoding:";
        let mut lines = self.bytes.split(|byte| *byte == b'\n');
        lines.any(|line| {
            line.get(..NAME.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(NAME))
        })
    }

    /// Takes the bytes of the head from the bytes that were just read.
    ///
    /// # Errors
    ///
    /// `InvalidData` for too many interim heads.
    pub(crate) fn read(&mut self, read: &[u8]) -> io::Result<()> {
        if self.complete {
            return Ok(());
        }
        if self.bytes.is_empty() {
            // the usual case: the whole head comes in one read, whose other bytes are not copied
            if let Some(end) = end_of_head(read, 0)
                && !is_interim(&read[..end])
            {
                self.bytes.extend_from_slice(&read[..end]);
                self.complete = true;
                return Ok(());
            }
        }
        self.bytes.extend_from_slice(read);
        let mut start = 0;
        while let Some(end) = end_of_head(&self.bytes[start..], self.searched) {
            let end = start + end;
            self.searched = 0;
            if !is_interim(&self.bytes[start..end]) {
                self.bytes.truncate(end);
                self.bytes.drain(..start);
                self.complete = true;
                return Ok(());
            }
            self.interim_lines
                .push_back(without_blank_lines(&self.bytes[start..end]).to_vec());
            start = end;
            self.interim += 1;
            if self.interim > MAX_INTERIM {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "interim responses without end",
                ));
            }
        }
        self.bytes.drain(..start);
        self.searched = self.bytes.len().saturating_sub(3);
        Ok(())
    }

    /// The status line and the header lines, each with its line end, without the blank line.
    pub(crate) fn lines(&self) -> &[u8] {
        without_blank_lines(&self.bytes)
    }
}

fn without_blank_lines(head: &[u8]) -> &[u8] {
    let lines = skip_blank_lines(head);
    match lines.strip_suffix(b"\n") {
        Some(stripped) => stripped.strip_suffix(b"\r").unwrap_or(stripped),
        None => lines,
    }
}

/// Where the first blank line after a non-blank one ends. Lines may end in LF alone, as hyper accepts.
fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    let start = bytes.len() - skip_blank_lines(bytes).len();
    let mut at = from.max(start);
    while let Some(offset) = memchr::memchr(b'\n', &bytes[at..]) {
        let next = at + offset + 1;
        match &bytes[next..] {
            [b'\n', ..] => return Some(next + 1),
            [b'\r', b'\n', ..] => return Some(next + 2),
            _ => at = next,
        }
    }
    None
}

fn skip_blank_lines(bytes: &[u8]) -> &[u8] {
    let blank = bytes
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count();
    &bytes[blank..]
}

/// Whether the status is 1xx, except 101, which ends HTTP on the connection and is final.
fn is_interim(head: &[u8]) -> bool {
    match skip_blank_lines(head).get(9..12) {
        Some(status) => status[0] == b'1' && status != b"101",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(reads: &[&[u8]]) -> String {
        let mut capture = HeadCapture::default();
        for read in reads {
            capture.read(read).unwrap();
        }
        assert!(capture.complete);
        String::from_utf8(capture.lines().to_vec()).unwrap()
    }

    #[test]
    fn a_head_is_kept_as_received_without_the_body() {
        assert_eq!(
            captured(&[b"HTTP/1.1 200 OK\r\nX-a: 1\r\nx-A: 2\r\n\r\nbody\r\n\r\n"]),
            "HTTP/1.1 200 OK\r\nX-a: 1\r\nx-A: 2\r\n"
        );
    }

    #[test]
    fn a_head_may_be_split_anywhere() {
        let head = b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 204 No Content\r\nA: b\r\n\r\n";
        for at in 0..=head.len() {
            let (first, second) = head.split_at(at);
            assert_eq!(
                captured(&[first, second]),
                "HTTP/1.1 204 No Content\r\nA: b\r\n",
                "split at {at}"
            );
        }
        let bytes: Vec<&[u8]> = head.chunks(1).collect();
        assert_eq!(captured(&bytes), "HTTP/1.1 204 No Content\r\nA: b\r\n");
    }

    #[test]
    fn interim_heads_are_kept_in_order() {
        let mut capture = HeadCapture::default();
        capture
            .read(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
            .unwrap();
        assert_eq!(capture.take_interim().unwrap(), b"HTTP/1.1 100 Continue\r\n");
        assert_eq!(
            capture.take_interim().unwrap(),
            b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n"
        );
        assert_eq!(capture.take_interim(), None);
        assert_eq!(capture.lines(), b"HTTP/1.1 200 OK\r\n");
    }

    #[test]
    fn too_many_interim_heads_are_an_error() {
        let heads = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(MAX_INTERIM as usize + 1);
        assert!(HeadCapture::default().read(&heads).is_err());
        let mut capture = HeadCapture::default();
        assert!(heads.chunks(7).any(|read| capture.read(read).is_err()));
    }

    #[test]
    fn lines_that_end_in_lf_alone_and_leading_blank_lines_are_accepted() {
        assert_eq!(
            captured(&[b"\r\nHTTP/1.1 200 OK\nA: b\n\nbody"]),
            "HTTP/1.1 200 OK\nA: b\n"
        );
        assert_eq!(captured(&[b"HTTP/1.1 200 OK\r\n\r\n"]), "HTTP/1.1 200 OK\r\n");
    }
}
