//! Why a request failed.

names! {
    /// The class of a failure. Each becomes one error class.
    Kind, list "ERROR_KINDS" of "ErrorKind" {
        /// No connection within the `connect` timeout.
        ConnectTimeout = 0 => "ConnectTimeout",
        /// The server sent no bytes within the `read` timeout.
        ReadTimeout = 1 => "ReadTimeout",
        /// The server took no bytes within the `write` timeout.
        WriteTimeout = 2 => "WriteTimeout",
        /// No free connection within the `pool` timeout.
        PoolTimeout = 3 => "PoolTimeout",
        /// The request took longer than the `total` timeout.
        TotalTimeout = 4 => "TotalTimeout",
        /// Name resolution, the TCP or Unix connection, or the TLS handshake failed.
        ConnectError = 5 => "ConnectError",
        /// The connection failed while the response was read.
        ReadError = 6 => "ReadError",
        /// The connection failed while the request was written.
        WriteError = 7 => "WriteError",
        /// The client was closed before the request's end.
        CloseError = 8 => "CloseError",
        /// The request would violate HTTP.
        LocalProtocolError = 9 => "LocalProtocolError",
        /// The server violated HTTP.
        RemoteProtocolError = 10 => "RemoteProtocolError",
        /// A proxy refused or failed.
        ProxyError = 11 => "ProxyError",
        /// The body is not valid in its `Content-Encoding`.
        DecodingError = 12 => "DecodingError",
        /// The decoded body is larger than the client allows.
        ResponseTooLarge = 13 => "ResponseTooLarge",
    }
}

names! {
    /// The part of a request's life in which it failed.
    Phase, list "PHASES" of "Phase" {
        /// Waiting in the pool for a connection.
        Pool = 0 => "pool",
        /// Resolving the host's name.
        Dns = 1 => "dns",
        /// Opening the TCP or Unix connection.
        Connect = 2 => "connect",
        /// The TLS handshake.
        Tls = 3 => "tls",
        /// Talking to a proxy.
        Proxy = 4 => "proxy",
        /// Writing the request.
        Write = 5 => "write",
        /// Waiting for the response's head.
        Headers = 6 => "headers",
        /// Reading the response's body.
        Body = 7 => "body",
        /// Decoding the response's body.
        Decode = 8 => "decode",
    }
}

names! {
    /// Whether the server can have seen the request.
    RequestSent, list "REQUEST_SENT" of "RequestSent" {
        /// No: the system took no byte of it.
        No = 0 => false,
        /// Perhaps: some or all of it was written to a connection that then failed. The server may have acted on it.
        Maybe = 1 => "maybe",
        /// Yes: all of it was written to a connection that still works, or the server sent at least part of a response.
        Yes = 2 => true,
    }
}

constants! {
    /// An error code of HTTP/2 (RFC 9113 7).
    http2_code as "HTTP2_CODE" {
        /// HTTP/2 did not fail.
        NONE = u32::MAX,
    }
}

words! {
    /// A failure inside a record: these words from where it starts, then its code (latin1), its message (UTF-8), and head
    /// (latin1) and body of the proxy's answer.
    words as "FAILURE" from 0 => {
        /// The place in `ERROR_KINDS`.
        KIND,
        /// The place in `PHASES`.
        PHASE,
        /// The place in `REQUEST_SENT`.
        REQUEST_SENT,
        /// The look-up whose failure it is; 0 for all that no resolver in JavaScript caused.
        LOOKUP,
        /// Bytes of the code; 0 if there is no failure.
        CODE_LENGTH,
        /// Bytes of the message.
        MESSAGE_LENGTH,
        /// The status of a proxy that refused; 0 if none did.
        PROXY_STATUS,
        /// Bytes of the head of its answer: status line and header lines.
        PROXY_HEAD_LENGTH,
        /// Bytes of its body that were kept.
        PROXY_BODY_LENGTH,
        /// The error code of HTTP/2, or `HTTP2_CODE_NONE`.
        HTTP2_CODE,
    }
}
