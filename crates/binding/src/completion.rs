//! Writing the records that JavaScript reads.
//!
//! A record is a row of little-endian 32-bit words and then bytes, padded to a multiple of four. The first word is
//! its length in bytes, the second its operation, the third the exchange that it is about.
//! `src/native/completion-queue.ts` reads them: the two files change together.

use bytes::Bytes;
use httpxide_core::{Error, Moment, Reply, ResponseHead, TraceEvent};

use crate::clock;
use crate::queues::{Attachment, Completed};

/// A body up to this size rides with its head; the copy is cheaper than a buffer of its own.
const INLINE_UP_TO: usize = 64 * 1024;

const WHOLE: u32 = 1;
const WHOLE_ATTACHED: u32 = 2;
const STREAMED: u32 = 3;
const READABLE: u32 = 4;
const CREDIT: u32 = 5;
const FAILED: u32 = 6;
const CLOSED: u32 = 7;
const TRACE: u32 = 8;

/// Appends what an exchange has to say.
pub(crate) fn write(completed: &mut Completed, number: u32, reply: Reply<'_>) {
    match reply {
        Reply::Whole {
            head,
            body,
            downloaded,
            trailers,
        } => {
            write_whole(completed, number, head, body, downloaded, &trailers);
        }
        Reply::Streamed { head, body } => {
            completed.attachments.push((number, Attachment::Pipe(body)));
            let words = [status(&head), length(head.lines)];
            write_record(&mut completed.records, STREAMED, number, &words, &[head.lines]);
        }
        Reply::Readable => write_record(&mut completed.records, READABLE, number, &[], &[]),
        Reply::Credit(bytes) => {
            let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
            write_record(&mut completed.records, CREDIT, number, &[bytes], &[]);
        }
        Reply::Failed(error) => write_failure(&mut completed.records, FAILED, number, &error),
        Reply::Trace(event) => write_trace(&mut completed.records, number, &event),
        Reply::Closed => write_record(&mut completed.records, CLOSED, number, &[], &[]),
    }
}

fn write_whole(
    completed: &mut Completed,
    number: u32,
    head: ResponseHead<'_>,
    body: Bytes,
    downloaded: u64,
    trailers: &Bytes,
) {
    let inline = body.len() <= INLINE_UP_TO;
    let operation = if inline { WHOLE } else { WHOLE_ATTACHED };
    let [low, high] = halves(downloaded);
    let words = [
        status(&head) | u32::from(inline && body.is_ascii()) << 17,
        length(head.lines),
        if inline { length(&body) } else { 0 },
        length(trailers),
        low,
        high,
    ];
    let inlined: &[u8] = if inline { &body } else { &[] };
    write_record(
        &mut completed.records,
        operation,
        number,
        &words,
        &[head.lines, inlined, trailers],
    );
    if !inline {
        completed.attachments.push((number, Attachment::Body(body)));
    }
}

/// The status code, and above its 16 bits whether the head sets cookies. One more says of a whole response whether its
/// body is ASCII.
fn status(head: &ResponseHead<'_>) -> u32 {
    u32::from(head.status) | u32::from(head.sets_cookies) << 16
}

fn write_failure(records: &mut Vec<u8>, operation: u32, number: u32, error: &Error) {
    let (code, message) = (error.code.as_bytes(), error.message.as_bytes());
    let words = [
        error.kind as u32,
        error.phase as u32,
        error.request_sent as u32,
        length(code),
        length(message),
    ];
    write_record(records, operation, number, &words, &[code, message]);
}

fn write_trace(records: &mut Vec<u8>, number: u32, event: &TraceEvent<'_>) {
    let (moment, error) = match event.moment {
        Moment::Started => (0, None),
        Moment::Complete => (1, None),
        Moment::Failed(error) => (2, Some(error)),
        Moment::GivenUp => (3, None),
    };
    // no field has a NUL in it: they are numbers, names of hosts and paths, and what TLS has registered
    let fields = event.fields.join("\0");
    let [low, high] = halves(clock::microseconds(event.at));
    let (code, message) = error.map_or((&[][..], &[][..]), |error| {
        (error.code.as_bytes(), error.message.as_bytes())
    });
    let words = [
        event.step as u32,
        moment,
        low,
        high,
        length(fields.as_bytes()),
        error.map_or(0, |error| error.kind as u32),
        error.map_or(0, |error| error.phase as u32),
        error.map_or(0, |error| error.request_sent as u32),
        length(code),
        length(message),
    ];
    write_record(
        records,
        TRACE,
        number,
        &words,
        &[fields.as_bytes(), code, message],
    );
}

fn write_record(records: &mut Vec<u8>, operation: u32, number: u32, words: &[u32], parts: &[&[u8]]) {
    let bytes: usize = parts.iter().map(|part| part.len()).sum();
    let unpadded = (3 + words.len()) * 4 + bytes;
    let total = unpadded.next_multiple_of(4);
    records.reserve(total);
    for word in [u32::try_from(total).unwrap_or(u32::MAX), operation, number] {
        records.extend_from_slice(&word.to_le_bytes());
    }
    for word in words {
        records.extend_from_slice(&word.to_le_bytes());
    }
    for part in parts {
        records.extend_from_slice(part);
    }
    records.extend_from_slice(&[0; 3][..total - unpadded]);
}

/// How many of these bytes are whole records that fit into so much room.
pub(crate) fn fitting(records: &[u8], room: usize) -> usize {
    let mut fitting = 0;
    while let Some(next) = first_length(&records[fitting..]) {
        if fitting + next > room {
            break;
        }
        fitting += next;
    }
    fitting
}

/// The length of the first record.
pub(crate) fn first_length(records: &[u8]) -> Option<usize> {
    records
        .first_chunk()
        .map(|word| u32::from_le_bytes(*word) as usize)
}

/// JavaScript reads words of 32 bits.
fn halves(number: u64) -> [u32; 2] {
    let low = u32::try_from(number & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    let high = u32::try_from(number >> 32).unwrap_or(u32::MAX);
    [low, high]
}

fn length(bytes: &[u8]) -> u32 {
    // a head is at most 100 KiB, an inlined body 64 KiB, a message a line
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}
