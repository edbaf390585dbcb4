//! Records from the engine to JavaScript.

constants! {
    /// The operation of a record. `READABLE`, `RESTART_BODY` and `CLOSED` have no more words. `WHOLE`, `WHOLE_ATTACHED`, `FAILED` and
    /// `CLOSED` are an exchange's last.
    operation as "COMPLETE" {
        /// A response with its body.
        WHOLE = 1,
        /// A response whose body is handed over beside the record.
        WHOLE_ATTACHED = 2,
        /// A response whose body is read piece by piece.
        STREAMED = 3,
        /// A read of a streamed body may find more.
        READABLE = 4,
        /// The connection took bytes of a streamed request body.
        CREDIT = 5,
        /// The request failed.
        FAILED = 6,
        /// The engine is done with the exchange, or with the client that was to be closed.
        CLOSED = 7,
        /// A step of a traced request.
        TRACE = 8,
        /// Something that the user of the process should know. Its number is 0, which no exchange has.
        WARNING = 9,
        /// A streamed request body is needed again from its beginning: `BODY_RESTARTED` answers.
        RESTART_BODY = 10,
        /// A response that turned its connection into a byte stream, in the layout of `STREAMED`. `READABLE` and `CREDIT` follow,
        /// and `CLOSED` or `FAILED` at the end.
        UPGRADED = 11,
        /// TLS has started on a byte stream. It has no more words.
        SECURED = 12,
        /// A message of a WebSocket session.
        MESSAGE = 13,
        /// A message that is handed over beside the record.
        MESSAGE_ATTACHED = 14,
        /// The pong of the oldest ping that was asked for.
        PONG = 15,
        /// A WebSocket session is over. `CLOSED` follows when its connection is closed.
        DISCONNECTED = 16,
        /// A name that the client's resolver is to look up. Its number is 0, as below.
        LOOKUP = 17,
        /// Nobody waits for the look-up any more.
        LOOKUP_GIVEN_UP = 18,
        /// An interim response.
        INFORMATIONAL = 19,
        /// A connection is open. Responses name it from now on. Its number is 0, as a warning's.
        CONNECTION_OPENED = 20,
        /// A connection that no response will name any more. Its number is 0.
        CONNECTION_CLOSED = 21,
    }
}

constants! {
    /// The parts of a response's first word.
    status as "STATUS" {
        /// The status code.
        CODE = 0xffff,
        /// Whether the head has a `Set-Cookie` line.
        SETS_COOKIES = 0x1_0000,
        /// Whether the body in the record is ASCII.
        IS_ASCII = 0x2_0000,
        /// Whether the connection was not opened for this request.
        IS_REUSED = 0x4_0000,
    }
}

constants! {
    /// A time in microseconds, of 71 minutes at most.
    time as "TIME" {
        /// What it would be the time of did not happen.
        NONE = u32::MAX,
    }
}

constants! {
    /// Flags of a message that was received.
    received_flag as "RECEIVED" {
        /// It is text.
        TEXT = 1,
        /// Its bytes are ASCII.
        IS_ASCII = 2,
    }
}

words! {
    /// The words that every record begins with.
    record as "COMPLETION" from 0 => {
        /// The record's bytes, padding included.
        LENGTH,
        /// What happened.
        OPERATION,
        /// The exchange.
        NUMBER,
    }
}

words! {
    /// A response with its body. Head, body and trailers follow.
    whole as "WHOLE" from super::record::WORDS => {
        /// `STATUS_…`.
        STATUS,
        /// The number of the stream in HTTP/2, otherwise 0.
        STREAM_ID,
        /// Bytes of the head.
        HEAD_LENGTH,
        /// Bytes of the body; 0 for one beside the record.
        BODY_LENGTH,
        /// Bytes of the trailers' lines.
        TRAILERS_LENGTH,
        /// Wire bytes of the body, the lower 32 bits.
        DOWNLOADED_LOW,
        /// Wire bytes of the body, the higher 32 bits.
        DOWNLOADED_HIGH,
        /// The connection.
        CONNECTION,
        /// Microseconds until the connection was there, or its opening began.
        POOL,
        /// Microseconds from the head's sending to the response's head.
        FIRST_BYTE,
        /// Microseconds from the response's head to the end of its body.
        DOWNLOAD,
    }
}

words! {
    /// A response whose body is streamed. Its head follows.
    streamed as "STREAMED" from super::record::WORDS => {
        /// `STATUS_…`.
        STATUS,
        /// The number of the stream in HTTP/2, otherwise 0.
        STREAM_ID,
        /// Bytes of the head.
        HEAD_LENGTH,
        /// The connection.
        CONNECTION,
        /// As in `WHOLE`.
        POOL,
        /// As in `WHOLE`.
        FIRST_BYTE,
    }
}

words! {
    /// An open connection. Follow, in UTF-8 with a NUL between each two: the addresses of this end and of the peer, the proxy's
    /// URL, the version of TLS, the cipher suite, the protocol of ALPN, the server's name, the route by which it is counted, the
    /// route's origin and name for TLS, and its Unix socket, which may have a NUL in it (each empty if there is none). Then the
    /// certificates of the peer, each behind its length in a word of four bytes.
    connection_opened as "CONNECTION_OPENED" from super::record::WORDS => {
        /// The number by which responses name it.
        CONNECTION,
        /// The number that no other connection of the process has.
        ID,
        /// The exchange that it was opened for; `ASKER_NONE` if that has ended meanwhile.
        ASKER,
        /// The port of this end; 0 without TCP.
        LOCAL_PORT,
        /// The port of the peer; 0 without TCP.
        REMOTE_PORT,
        /// Microseconds of the name's resolution, or `TIME_NONE`.
        DNS,
        /// Microseconds of TCP and of the way through a proxy, or `TIME_NONE`.
        CONNECT,
        /// Microseconds of TLS, or `TIME_NONE`.
        TLS,
        /// 1 if a session was resumed.
        IS_RESUMED,
        /// Bytes of the text.
        TEXT_LENGTH,
        /// Bytes of the certificates with their lengths.
        CERTIFICATES_LENGTH,
    }
}

words! {
    /// A closed connection.
    connection_closed as "CONNECTION_CLOSED" from super::record::WORDS => {
        /// The number by which responses named it.
        CONNECTION,
    }
}

words! {
    /// Credit for a streamed request body.
    credit as "CREDIT" from super::record::WORDS => {
        /// Bytes that the connection took. 0 if it asks for the first ones of a body that waited for a 100 (Continue).
        BYTES,
    }
}

words! {
    /// An interim response. Its head follows.
    informational as "INFORMATIONAL" from super::record::WORDS => {
        /// The status code.
        STATUS,
        /// Bytes of the head.
        HEAD_LENGTH,
    }
}

words! {
    /// A failed request: how long its parts took in microseconds, or `TIME_NONE`. The failure's words begin at `WORDS`.
    failed as "FAILED" from super::record::WORDS => {
        /// Waiting for a connection.
        POOL,
        /// The name's resolution.
        DNS,
        /// TCP and the way through a proxy.
        CONNECT,
        /// TLS.
        TLS,
        /// From the head's sending on.
        FIRST_BYTE,
        /// From the response's head on.
        DOWNLOAD,
    }
}

words! {
    /// A step of a traced request. The failure's words begin at `WORDS`; the fields, with a NUL between each two, come
    /// before the failure's bytes.
    trace as "TRACE" from super::record::WORDS => {
        /// The place in `STEPS`.
        STEP,
        /// The place in `MOMENTS`.
        MOMENT,
        /// Microseconds of the engine's clock, the lower 32 bits.
        TIME_LOW,
        /// Microseconds of the engine's clock, the higher 32 bits.
        TIME_HIGH,
        /// Bytes of the fields.
        FIELDS_LENGTH,
    }
}

words! {
    /// A warning. Its code (latin1) and its message (UTF-8) follow.
    warning as "WARNING" from super::record::WORDS => {
        /// Bytes of the code.
        CODE_LENGTH,
        /// Bytes of the message.
        MESSAGE_LENGTH,
    }
}

words! {
    /// A message of a WebSocket session. Its bytes follow, unless they are beside the record.
    message as "RECEIVED" from super::record::WORDS => {
        /// `RECEIVED_…`, added up.
        FLAGS,
        /// Bytes of the message.
        LENGTH,
    }
}

words! {
    /// A pong.
    pong as "PONG" from super::record::WORDS => {
        /// Microseconds since its ping, the lower 32 bits.
        TIME_LOW,
        /// Microseconds since its ping, the higher 32 bits.
        TIME_HIGH,
    }
}

words! {
    /// The end of a WebSocket session. The failure's words begin at `WORDS`; the reason (UTF-8) comes before the failure's
    /// bytes.
    disconnected as "DISCONNECTED" from super::record::WORDS => {
        /// The code of the end.
        CODE,
        /// Bytes of the reason.
        REASON_LENGTH,
    }
}

words! {
    /// A name to look up. It follows.
    lookup as "LOOKUP" from super::record::WORDS => {
        /// The number of the look-up, from 1 on.
        LOOKUP,
        /// The client's number.
        CLIENT,
        /// The exchange that needs the address; `ASKER_NONE` if that has ended meanwhile.
        ASKER,
        /// Bytes of the name.
        NAME_LENGTH,
    }
}

constants! {
    /// An asker that is no exchange.
    asker as "ASKER" {
        /// The exchange has ended.
        NONE = u32::MAX,
    }
}

words! {
    /// The end of a look-up's need.
    lookup_given_up as "LOOKUP_GIVEN_UP" from super::record::WORDS => {
        /// The number of the look-up.
        LOOKUP,
    }
}

constants! {
    /// What comes with the number of bytes that were taken, which is a multiple of 4.
    taken as "TAKEN" {
        /// The batch has more records.
        MORE = 1,
    }
}
