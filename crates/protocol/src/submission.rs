//! Records from JavaScript to the engine.

constants! {
    /// The operation of a record. `CANCEL`, `BODY_…` and `CLOSE_STREAM` have no more words.
    operation as "SUBMIT" {
        /// A request.
        START = 1,
        /// Bytes of a streamed request body.
        CHUNK = 2,
        /// The end of a streamed request body.
        END = 3,
        /// Stops an exchange, which answers with its last record.
        CANCEL = 4,
        /// Closes a client. The record's number is that of the answer.
        CLOSE_CLIENT = 5,
        /// The chunks that follow begin the body again, as `RESTART_BODY` asked.
        BODY_RESTARTED = 6,
        /// Forgets the proxy of the record's number, which no later request names. It has no more words.
        FORGET_PROXY = 7,
        /// Begins a WebSocket session on a byte stream.
        OPEN_SESSION = 8,
        /// A message of a WebSocket session, or a part of one.
        MESSAGE = 9,
        /// A ping of a WebSocket session.
        PING = 10,
        /// Begins the closing handshake of a WebSocket session.
        CLOSE_SESSION = 11,
        /// Messages of a WebSocket session were read.
        MESSAGES_READ = 12,
        /// What a look-up has found. The record's number is that of the look-up.
        RESOLVED = 13,
        /// A look-up failed. The record's number is that of the look-up.
        UNRESOLVED = 14,
        /// Closes a byte stream behind what was written. It answers with its last record.
        CLOSE_STREAM = 15,
        /// The announced bytes of a part of the request body have come. Whether the part ends there, the next record tells.
        BODY_PART_FULL = 16,
        /// A part of the request body has more bytes than were announced.
        BODY_PART_TOO_LONG = 17,
    }
}

constants! {
    /// Flags of a request.
    flag as "FLAG" {
        /// The response is answered before its body has arrived.
        STREAM = 1,
        /// Every step is reported.
        TRACE = 2,
        /// A redirect is answered before its body has arrived, any other response with its whole body.
        STREAM_REDIRECT = 4,
        /// The head is written for the proxy, which forwards it.
        FORWARD = 8,
        /// Interim responses are reported.
        INFORMATIONAL = 16,
        /// The end of a streamed request body has trailers.
        TRAILERS = 32,
        /// The response is answered with its whole body if that came with its head, otherwise before it has arrived.
        WHOLE_IF_HERE = 64,
        /// With [`WHOLE_IF_HERE`]: the body keeps its content codings.
        RAW = 128,
        /// Content codings are undone by the rules of fetch.
        FETCH_CODINGS = 256,
    }
}

constants! {
    /// Flags of a WebSocket session: the agreed parameters of permessage-deflate.
    session_flag as "SESSION" {
        /// Messages may be compressed.
        COMPRESSED = 1,
        /// The server forgets its window after each message.
        SERVER_NO_CONTEXT_TAKEOVER = 2,
        /// The client forgets its window after each message.
        CLIENT_NO_CONTEXT_TAKEOVER = 4,
    }
}

constants! {
    /// Flags of a message that is sent.
    message_flag as "MESSAGE" {
        /// It is text.
        TEXT = 1,
        /// The message begins here.
        FIRST = 2,
        /// The message ends here.
        LAST = 4,
    }
}

constants! {
    /// What counts as unread.
    cost as "COST" {
        /// Of each message, beside its bytes.
        MESSAGE = 128,
    }
}

constants! {
    /// Where the bytes of a request body are.
    body as "BODY" {
        /// There is no body.
        NONE = 0,
        /// At the end of the record.
        INLINE = 1,
        /// In the next attachment of the batch.
        ATTACHED = 2,
        /// In records to come.
        STREAMED = 3,
        /// In records to come, and in others if the engine asks for the body again.
        REPLAYABLE = 4,
    }
}

constants! {
    /// The scheme of a request.
    scheme as "SCHEME" {
        /// Without TLS.
        HTTP = 0,
        /// With TLS.
        HTTPS = 1,
    }
}

constants! {
    /// A time limit, in milliseconds.
    timeout as "TIMEOUT" {
        /// No limit.
        NONE = u32::MAX,
        /// The longest, which is 49 days.
        LONGEST = u32::MAX - 1,
    }
}

words! {
    /// The words that every record begins with.
    record as "SUBMISSION" from 0 => {
        /// What is to be done.
        OPERATION,
        /// The exchange.
        NUMBER,
    }
}

words! {
    /// A request. Host, TLS server name, head and body follow.
    start as "START" from super::record::WORDS => {
        /// The client's number.
        CLIENT,
        /// `FLAG_…`, added up.
        FLAGS,
        /// The `connect` timeout.
        CONNECT,
        /// The `read` timeout.
        READ,
        /// The `write` timeout.
        WRITE,
        /// The `pool` timeout.
        POOL,
        /// The `total` timeout.
        TOTAL,
        /// How long the body waits for a 100 (Continue); `TIMEOUT_NONE` if it does not.
        EXPECT,
        /// `SCHEME_…`.
        SCHEME,
        /// The port.
        PORT,
        /// The number of the proxy; 0 is none.
        PROXY,
        /// Bytes of the host.
        HOST_LENGTH,
        /// Bytes of the name for TLS; 0 if it is the host.
        SERVER_NAME_LENGTH,
        /// Bytes of the head.
        HEAD_LENGTH,
        /// `BODY_…`.
        BODY,
        /// Bytes of a body at the record's end.
        BODY_LENGTH,
    }
}

words! {
    /// Bytes of a streamed request body.
    chunk as "CHUNK" from super::record::WORDS => {
        /// `BODY_INLINE` or `BODY_ATTACHED`.
        BODY,
        /// Bytes at the record's end.
        BODY_LENGTH,
    }
}

words! {
    /// The end of a streamed request body. The lines of its trailers follow.
    end as "END" from super::record::WORDS => {
        /// Bytes of the trailers' lines.
        TRAILERS_LENGTH,
    }
}

words! {
    /// The closing of a client.
    close_client as "CLOSE_CLIENT" from super::record::WORDS => {
        /// The client's number.
        CLIENT,
    }
}

words! {
    /// The beginning of a WebSocket session.
    open_session as "OPEN_SESSION" from super::record::WORDS => {
        /// The number of a byte stream that carries the session's bytes; 0 if the session takes over the stream of its own
        /// number.
        CARRIER,
        /// `SESSION_…`, added up.
        FLAGS,
        /// The base-2 logarithm of the client's window.
        WINDOW_BITS,
        /// The most bytes of a message, the lower 32 bits.
        LIMIT_LOW,
        /// The most bytes of a message, the higher 32 bits.
        LIMIT_HIGH,
        /// The time between two pings.
        PING_INTERVAL,
        /// The time that a pong may take.
        PING_TIMEOUT,
        /// The time that the closing handshake may take.
        CLOSE_TIMEOUT,
    }
}

words! {
    /// A message, or a part of one.
    message as "MESSAGE" from super::record::WORDS => {
        /// `MESSAGE_…`, added up.
        FLAGS,
        /// `BODY_INLINE` or `BODY_ATTACHED`.
        BODY,
        /// Bytes at the record's end.
        BODY_LENGTH,
    }
}

words! {
    /// A ping. Its payload follows.
    ping as "PING" from super::record::WORDS => {
        /// Bytes of the payload.
        PAYLOAD_LENGTH,
    }
}

words! {
    /// The end of a session. The reason (UTF-8) follows.
    close_session as "CLOSE_SESSION" from super::record::WORDS => {
        /// The code; 0 for none.
        CODE,
        /// Bytes of the reason.
        REASON_LENGTH,
    }
}

words! {
    /// Messages were read.
    messages_read as "MESSAGES_READ" from super::record::WORDS => {
        /// Their bytes, and `COST_MESSAGE` for each.
        COST,
    }
}

words! {
    /// The answers of a look-up. They follow as text, with a NUL between each two parts: an address, and the milliseconds
    /// that it may be kept, or nothing.
    resolved as "RESOLVED" from super::record::WORDS => {
        /// Bytes of the text.
        TEXT_LENGTH,
    }
}

words! {
    /// The failure of a look-up. Its reason follows as text (UTF-8).
    unresolved as "UNRESOLVED" from super::record::WORDS => {
        /// Bytes of the text.
        TEXT_LENGTH,
    }
}
