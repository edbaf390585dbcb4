//! Records from JavaScript to the engine.

constants! {
    /// The operation of a record. `END`, `CANCEL` and `BODY_RESTARTED` have no more words.
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
    /// The closing of a client.
    close_client as "CLOSE_CLIENT" from super::record::WORDS => {
        /// The client's number.
        CLIENT,
    }
}
