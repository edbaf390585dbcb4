//! Writing the records that JavaScript reads.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use httpxide_core::facts::{ConnectionFacts, TlsFacts};
use httpxide_core::tls::Warning;
use httpxide_core::websocket::{MessageKind, Payload};
use httpxide_core::{Disconnected, Error, Moment, Reply, ResponseHead, TraceEvent};
use httpxide_protocol::completion::{
    asker, connection_closed, connection_opened, credit, disconnected, failed, informational, lookup,
    lookup_given_up, message, operation, pong, received_flag, record, status, streamed, time, trace, warning,
    whole,
};
use httpxide_protocol::{failure, trace as steps};

use crate::clock;
use crate::queues::{Attachment, Completed};

/// A body up to this size rides with its head; the copy is cheaper than a buffer of its own.
const INLINE_UP_TO: usize = 64 * 1024;
/// A message that has memory of its own rides up to this size only: in its record, it would be copied twice more.
const OWNED_INLINE_UP_TO: usize = 16 * 1024;

/// Appends the record of a reply.
pub(crate) fn write(completed: &mut Completed, number: u32, reply: Reply<'_>) {
    match reply {
        Reply::Whole {
            head,
            body,
            downloaded,
            download,
            trailers,
        } => {
            let lengths = (downloaded, download);
            write_whole(completed, number, head, body, lengths, &trailers);
        }
        Reply::Streamed { head, body } => {
            completed.attachments.push((number, Attachment::Pipe(body)));
            write_head(completed, operation::STREAMED, number, head);
        }
        Reply::RestartBody => write_bare(&mut completed.records, operation::RESTART_BODY, number),
        Reply::Upgraded { head, body } => {
            completed.attachments.push((number, Attachment::Stream(body)));
            write_head(completed, operation::UPGRADED, number, head);
        }
        Reply::Message { kind, payload } => write_message(completed, number, kind, payload),
        Reply::Pong(after) => {
            let microseconds = u64::try_from(after.as_micros()).unwrap_or(u64::MAX);
            let mut words = [0; pong::WORDS];
            [words[pong::TIME_LOW], words[pong::TIME_HIGH]] = halves(microseconds);
            write_record(&mut completed.records, (operation::PONG, number, words), &[]);
        }
        Reply::Disconnected(end) => write_disconnected(&mut completed.records, number, &end),
        Reply::Secured => write_bare(&mut completed.records, operation::SECURED, number),
        Reply::Informational { status, lines } => {
            let mut words = [0; informational::WORDS];
            words[informational::STATUS] = u32::from(status);
            words[informational::HEAD_LENGTH] = length(lines);
            let record = (operation::INFORMATIONAL, number, words);
            write_record(&mut completed.records, record, &[lines]);
        }
        Reply::Readable => write_bare(&mut completed.records, operation::READABLE, number),
        Reply::Credit(bytes) | Reply::Taken(bytes) => {
            let mut words = [0; credit::WORDS];
            words[credit::BYTES] = u32::try_from(bytes).unwrap_or(u32::MAX);
            write_record(&mut completed.records, (operation::CREDIT, number, words), &[]);
        }
        Reply::Failed(error) => write_failure(&mut completed.records, number, &error),
        Reply::Trace(event) => write_trace(&mut completed.records, number, &event),
        Reply::Closed => write_bare(&mut completed.records, operation::CLOSED, number),
    }
}

fn write_head(completed: &mut Completed, operation: u32, number: u32, head: ResponseHead<'_>) {
    let mut words = [0; streamed::WORDS];
    words[streamed::STATUS] = status_of(&head);
    words[streamed::STREAM_ID] = head.stream_id.unwrap_or(0);
    words[streamed::HEAD_LENGTH] = length(head.lines);
    words[streamed::CONNECTION] = head.times.connection;
    words[streamed::POOL] = microseconds(head.times.pool);
    words[streamed::FIRST_BYTE] = microseconds(head.times.first_byte);
    write_record(&mut completed.records, (operation, number, words), &[head.lines]);
}

fn write_message(completed: &mut Completed, number: u32, kind: MessageKind, payload: Payload<'_>) {
    let is_ascii = kind == MessageKind::Text && payload.as_bytes().is_ascii();
    let flag = |holds, flag| if holds { flag } else { 0 };
    let mut words = [0; message::WORDS];
    words[message::FLAGS] =
        flag(kind == MessageKind::Text, received_flag::TEXT) | flag(is_ascii, received_flag::IS_ASCII);
    words[message::LENGTH] = length(payload.as_bytes());
    let most = match payload {
        Payload::Owned(_) => OWNED_INLINE_UP_TO,
        Payload::Borrowed(_) => INLINE_UP_TO,
    };
    if payload.len() <= most {
        let record = (operation::MESSAGE, number, words);
        return write_record(&mut completed.records, record, &[payload.as_bytes()]);
    }
    let record = (operation::MESSAGE_ATTACHED, number, words);
    write_record(&mut completed.records, record, &[]);
    let bytes = match payload {
        Payload::Owned(bytes) => bytes,
        Payload::Borrowed(bytes) => Bytes::copy_from_slice(bytes),
    };
    completed.attachments.push((number, Attachment::Message(bytes)));
}

fn write_disconnected(records: &mut Vec<u8>, number: u32, end: &Disconnected<'_>) {
    const WORDS: usize = disconnected::WORDS + failure::words::WORDS;
    let mut words = [0; WORDS];
    words[disconnected::CODE] = u32::from(end.code);
    words[disconnected::REASON_LENGTH] = length(end.reason.as_bytes());
    let (mut code, mut message) = (&[][..], &[][..]);
    if let Some(error) = &end.failure {
        put_failure(&mut words[disconnected::WORDS..], error);
        (code, message) = (error.code.as_bytes(), error.message.as_bytes());
    }
    let parts = [end.reason.as_bytes(), code, message];
    write_record(records, (operation::DISCONNECTED, number, words), &parts);
}

fn write_whole(
    completed: &mut Completed,
    number: u32,
    head: ResponseHead<'_>,
    body: Bytes,
    (downloaded, download): (u64, Duration),
    trailers: &Bytes,
) {
    let inline = body.len() <= INLINE_UP_TO;
    let inlined: &[u8] = if inline { &body } else { &[] };
    let is_ascii = inline && body.is_ascii();
    let [low, high] = halves(downloaded);
    let mut words = [0; whole::WORDS];
    words[whole::STATUS] = status_of(&head) | if is_ascii { status::IS_ASCII } else { 0 };
    words[whole::STREAM_ID] = head.stream_id.unwrap_or(0);
    words[whole::HEAD_LENGTH] = length(head.lines);
    words[whole::BODY_LENGTH] = length(inlined);
    words[whole::TRAILERS_LENGTH] = length(trailers);
    words[whole::DOWNLOADED_LOW] = low;
    words[whole::DOWNLOADED_HIGH] = high;
    words[whole::CONNECTION] = head.times.connection;
    words[whole::POOL] = microseconds(head.times.pool);
    words[whole::FIRST_BYTE] = microseconds(head.times.first_byte);
    words[whole::DOWNLOAD] = microseconds(download);
    let operation = if inline {
        operation::WHOLE
    } else {
        operation::WHOLE_ATTACHED
    };
    let parts = [head.lines, inlined, trailers];
    write_record(&mut completed.records, (operation, number, words), &parts);
    if !inline {
        completed.attachments.push((number, Attachment::Body(body)));
    }
}

fn status_of(head: &ResponseHead<'_>) -> u32 {
    let flag = |holds, flag| if holds { flag } else { 0 };
    u32::from(head.status)
        | flag(head.sets_cookies, status::SETS_COOKIES)
        | flag(head.times.is_reused, status::IS_REUSED)
}

fn write_failure(records: &mut Vec<u8>, number: u32, error: &Error) {
    const WORDS: usize = failed::WORDS + failure::words::WORDS;
    let mut words = [0; WORDS];
    let times = error.timings.as_deref().copied().unwrap_or_default();
    for (word, part) in [
        (failed::POOL, times.pool),
        (failed::DNS, times.dns),
        (failed::CONNECT, times.connect),
        (failed::TLS, times.tls),
        (failed::FIRST_BYTE, times.first_byte),
        (failed::DOWNLOAD, times.download),
    ] {
        words[word] = part.map_or(time::NONE, microseconds);
    }
    let parts = put_failure(&mut words[failed::WORDS..], error);
    write_record(records, (operation::FAILED, number, words), &parts);
}

/// Fills in the words of a failure. Returns the bytes that belong to them, in their order.
fn put_failure<'a>(words: &mut [u32], error: &'a Error) -> [&'a [u8]; 4] {
    let (code, message) = (error.code.as_bytes(), error.message.as_bytes());
    words[failure::words::KIND] = error.kind as u32;
    words[failure::words::PHASE] = error.phase as u32;
    words[failure::words::REQUEST_SENT] = error.request_sent as u32;
    words[failure::words::HTTP2_CODE] = error.http2_code.unwrap_or(failure::http2_code::NONE);
    words[failure::words::LOOKUP] = error.cause.unwrap_or(0);
    words[failure::words::CODE_LENGTH] = length(code);
    words[failure::words::MESSAGE_LENGTH] = length(message);
    let Some(answer) = &error.proxy_answer else {
        return [code, message, &[], &[]];
    };
    words[failure::words::PROXY_STATUS] = u32::from(answer.status);
    words[failure::words::PROXY_HEAD_LENGTH] = length(&answer.head);
    words[failure::words::PROXY_BODY_LENGTH] = length(&answer.body);
    [code, message, &answer.head, &answer.body]
}

fn write_trace(records: &mut Vec<u8>, number: u32, event: &TraceEvent<'_>) {
    const WORDS: usize = trace::WORDS + failure::words::WORDS;
    let (moment, error) = match event.moment {
        Moment::Started => (steps::Moment::Started, None),
        Moment::Complete => (steps::Moment::Complete, None),
        Moment::Failed(error) => (steps::Moment::Failed, Some(error)),
        Moment::GivenUp => (steps::Moment::GivenUp, None),
    };
    // no field has a NUL in it: they are numbers, names of hosts and paths, and what TLS has registered
    let fields = event.fields.join("\0");
    let [low, high] = halves(clock::microseconds(event.at));
    let mut words = [0; WORDS];
    words[trace::STEP] = event.step as u32;
    words[trace::MOMENT] = moment as u32;
    words[trace::TIME_LOW] = low;
    words[trace::TIME_HIGH] = high;
    words[trace::FIELDS_LENGTH] = length(fields.as_bytes());
    let [code, message, head, body] = match error {
        Some(error) => put_failure(&mut words[trace::WORDS..], error),
        None => [&[][..]; 4],
    };
    let parts = [fields.as_bytes(), code, message, head, body];
    write_record(records, (operation::TRACE, number, words), &parts);
}

/// Appends the record of a connection that responses name by this number.
pub(crate) fn write_opened(records: &mut Vec<u8>, number: u32, facts: &ConnectionFacts, asker: Option<u32>) {
    let (local, remote) = facts.addresses.unzip();
    let ip =
        |address: Option<SocketAddr>| address.map_or_else(String::new, |address| address.ip().to_string());
    let port = |address: Option<SocketAddr>| address.map_or(0, |address| u32::from(address.port()));
    let tls = facts.tls.as_ref();
    let of_tls = |part: fn(&TlsFacts) -> &str| tls.map_or("", part);
    let route = facts.route.borrowed();
    // no part but the last has a NUL in it: they are addresses, URLs, and names that TLS has checked
    let text = [
        &*ip(local),
        &*ip(remote),
        &*route.via.map(|via| via.proxy.to_string()).unwrap_or_default(),
        of_tls(|tls| &tls.protocol),
        of_tls(|tls| &tls.cipher),
        of_tls(|tls| &tls.alpn),
        of_tls(|tls| &tls.server_name),
        &*route.to_string(),
        &*route.origin().unwrap_or_default(),
        route.server_name.unwrap_or_default(),
        &*route.uds.map(Path::to_string_lossy).unwrap_or_default(),
    ]
    .join("\0");
    let mut certificates = Vec::new();
    for certificate in tls.iter().flat_map(|tls| &tls.peer_certificates) {
        certificates.extend_from_slice(&length(certificate).to_le_bytes());
        certificates.extend_from_slice(certificate);
    }
    let mut words = [0; connection_opened::WORDS];
    words[connection_opened::CONNECTION] = number;
    words[connection_opened::ID] = facts.id;
    words[connection_opened::ASKER] = asker.unwrap_or(asker::NONE);
    words[connection_opened::LOCAL_PORT] = port(local);
    words[connection_opened::REMOTE_PORT] = port(remote);
    words[connection_opened::DNS] = facts.dial.dns.map_or(time::NONE, microseconds);
    words[connection_opened::CONNECT] = facts.dial.connect.map_or(time::NONE, microseconds);
    words[connection_opened::TLS] = facts.dial.tls.map_or(time::NONE, microseconds);
    words[connection_opened::IS_RESUMED] = u32::from(tls.is_some_and(|tls| tls.is_resumed));
    words[connection_opened::TEXT_LENGTH] = length(text.as_bytes());
    words[connection_opened::CERTIFICATES_LENGTH] = length(&certificates);
    let parts = [text.as_bytes(), &*certificates];
    write_record(records, (operation::CONNECTION_OPENED, 0, words), &parts);
}

/// Appends the record of the end of a connection.
pub(crate) fn write_closed(records: &mut Vec<u8>, number: u32) {
    let mut words = [0; connection_closed::WORDS];
    words[connection_closed::CONNECTION] = number;
    write_record(records, (operation::CONNECTION_CLOSED, 0, words), &[]);
}

/// Appends the record of a warning.
pub(crate) fn write_warning(records: &mut Vec<u8>, given: &Warning) {
    let (code, message) = (given.code.as_bytes(), given.message.as_bytes());
    let mut words = [0; warning::WORDS];
    words[warning::CODE_LENGTH] = length(code);
    words[warning::MESSAGE_LENGTH] = length(message);
    write_record(records, (operation::WARNING, 0, words), &[code, message]);
}

/// Appends the record of a name to look up.
pub(crate) fn write_lookup(records: &mut Vec<u8>, number: u32, client: u32, asker: Option<u32>, name: &str) {
    let mut words = [0; lookup::WORDS];
    words[lookup::LOOKUP] = number;
    words[lookup::CLIENT] = client;
    words[lookup::ASKER] = asker.unwrap_or(asker::NONE);
    words[lookup::NAME_LENGTH] = length(name.as_bytes());
    write_record(records, (operation::LOOKUP, 0, words), &[name.as_bytes()]);
}

/// Appends the record of a look-up that no request waits for.
pub(crate) fn write_lookup_given_up(records: &mut Vec<u8>, number: u32) {
    let mut words = [0; lookup_given_up::WORDS];
    words[lookup_given_up::LOOKUP] = number;
    write_record(records, (operation::LOOKUP_GIVEN_UP, 0, words), &[]);
}

fn write_bare(records: &mut Vec<u8>, operation: u32, number: u32) {
    write_record(records, (operation, number, [0; record::WORDS]), &[]);
}

/// Appends a record: its operation, its exchange and its words, of which this fills in the first ones, then bytes.
fn write_record<const WORDS: usize>(
    records: &mut Vec<u8>,
    (operation, number, mut words): (u32, u32, [u32; WORDS]),
    parts: &[&[u8]],
) {
    let bytes: usize = parts.iter().map(|part| part.len()).sum();
    let unpadded = WORDS * 4 + bytes;
    let total = unpadded.next_multiple_of(4);
    words[record::LENGTH] = u32::try_from(total).unwrap_or(u32::MAX);
    words[record::OPERATION] = operation;
    words[record::NUMBER] = number;
    records.reserve(total);
    for word in words {
        records.extend_from_slice(&word.to_le_bytes());
    }
    for part in parts {
        records.extend_from_slice(part);
    }
    records.extend_from_slice(&[0; 3][..total - unpadded]);
}

/// How many of these bytes are whole records that fit into this much room.
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

fn microseconds(duration: Duration) -> u32 {
    const LONGEST: u32 = time::NONE - 1;
    u32::try_from(duration.as_micros()).map_or(LONGEST, |time| time.min(LONGEST))
}

fn length(bytes: &[u8]) -> u32 {
    // a head is at most 100 KiB, an inlined body 64 KiB, a message a line
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}
