/** The protocol between JavaScript and the engine. Generated from crates/protocol by scripts/protocol.mjs: never edited. */

/** The class of a failure. Each becomes one error class. @internal */
export const ERROR_KINDS = [
  "ConnectTimeout",
  "ReadTimeout",
  "WriteTimeout",
  "PoolTimeout",
  "TotalTimeout",
  "ConnectError",
  "ReadError",
  "WriteError",
  "CloseError",
  "LocalProtocolError",
  "RemoteProtocolError",
  "ProxyError",
  "DecodingError",
  "ResponseTooLarge",
] as const;
/** @internal */
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** The part of a request's life in which it failed. @internal */
export const PHASES = [
  "pool",
  "dns",
  "connect",
  "tls",
  "proxy",
  "write",
  "headers",
  "body",
  "decode",
] as const;
/** @internal */
export type Phase = (typeof PHASES)[number];

/** Whether the server can have seen the request. @internal */
export const REQUEST_SENT = [false, "maybe", true] as const;
/** @internal */
export type RequestSent = (typeof REQUEST_SENT)[number];

/** A step of a request. Its fields, when it starts and when it is complete, come in the order given here. @internal */
export const STEPS = [
  "ConnectTcp",
  "ConnectUnixSocket",
  "StartTls",
  "Retry",
  "Close",
  "SendRequestHeaders",
  "SendRequestBody",
  "ReceiveResponseHeaders",
  "ReceiveResponseBody",
  "ResponseClosed",
  "SendConnectionInit",
  "SendConnectHeaders",
  "SendConnectBody",
  "ReceiveConnectHeaders",
  "SetUpSocks",
  "StartTlsInTunnel",
  "ReceiveInformationalHeaders",
  "ReceiveRemoteSettings",
] as const;
/** @internal */
export type Step = (typeof STEPS)[number];

/** What became of a step. @internal */
export const MOMENTS = ["started", "complete", "failed", "given up"] as const;
/** @internal */
export type Moment = (typeof MOMENTS)[number];

/** What an IP address is for, by IANA's registries. A rule of a connect policy names one. @internal */
export const ADDRESS_KINDS = [
  "public",
  "private",
  "loopback",
  "link-local",
  "unique-local",
  "metadata",
  "multicast",
  "unspecified",
  "reserved",
] as const;
/** @internal */
export type AddressKind = (typeof ADDRESS_KINDS)[number];

// The operation of a record. `CANCEL`, `BODY_…` and `CLOSE_STREAM` have no more words.
/** A request. @internal */
export const SUBMIT_START = 1;
/** Bytes of a streamed request body. @internal */
export const SUBMIT_CHUNK = 2;
/** The end of a streamed request body. @internal */
export const SUBMIT_END = 3;
/** Stops an exchange, which answers with its last record. @internal */
export const SUBMIT_CANCEL = 4;
/** Closes a client. The record's number is that of the answer. @internal */
export const SUBMIT_CLOSE_CLIENT = 5;
/** The chunks that follow begin the body again, as `RESTART_BODY` asked. @internal */
export const SUBMIT_BODY_RESTARTED = 6;
/** Forgets the proxy of the record's number, which no later request names. It has no more words. @internal */
export const SUBMIT_FORGET_PROXY = 7;
/** Begins a WebSocket session on a byte stream. @internal */
export const SUBMIT_OPEN_SESSION = 8;
/** A message of a WebSocket session, or a part of one. @internal */
export const SUBMIT_MESSAGE = 9;
/** A ping of a WebSocket session. @internal */
export const SUBMIT_PING = 10;
/** Begins the closing handshake of a WebSocket session. @internal */
export const SUBMIT_CLOSE_SESSION = 11;
/** Messages of a WebSocket session were read. @internal */
export const SUBMIT_MESSAGES_READ = 12;
/** What a look-up has found. The record's number is that of the look-up. @internal */
export const SUBMIT_RESOLVED = 13;
/** A look-up failed. The record's number is that of the look-up. @internal */
export const SUBMIT_UNRESOLVED = 14;
/** Closes a byte stream behind what was written. It answers with its last record. @internal */
export const SUBMIT_CLOSE_STREAM = 15;
/** The announced bytes of a part of the request body have come. Whether the part ends there, the next record tells. @internal */
export const SUBMIT_BODY_PART_FULL = 16;
/** A part of the request body has more bytes than were announced. @internal */
export const SUBMIT_BODY_PART_TOO_LONG = 17;

// Flags of a request.
/** The response is answered before its body has arrived. @internal */
export const FLAG_STREAM = 1;
/** Every step is reported. @internal */
export const FLAG_TRACE = 2;
/** A redirect is answered before its body has arrived, any other response with its whole body. @internal */
export const FLAG_STREAM_REDIRECT = 4;
/** The head is written for the proxy, which forwards it. @internal */
export const FLAG_FORWARD = 8;
/** Interim responses are reported. @internal */
export const FLAG_INFORMATIONAL = 16;
/** The end of a streamed request body has trailers. @internal */
export const FLAG_TRAILERS = 32;
/** The response is answered with its whole body if that came with its head, otherwise before it has arrived. @internal */
export const FLAG_WHOLE_IF_HERE = 64;
/** With [`WHOLE_IF_HERE`]: the body keeps its content codings. @internal */
export const FLAG_RAW = 128;
/** Content codings are undone by the rules of fetch. @internal */
export const FLAG_FETCH_CODINGS = 0x100;

// Flags of a WebSocket session: the agreed parameters of permessage-deflate.
/** Messages may be compressed. @internal */
export const SESSION_COMPRESSED = 1;
/** The server forgets its window after each message. @internal */
export const SESSION_SERVER_NO_CONTEXT_TAKEOVER = 2;
/** The client forgets its window after each message. @internal */
export const SESSION_CLIENT_NO_CONTEXT_TAKEOVER = 4;

// Flags of a message that is sent.
/** It is text. @internal */
export const MESSAGE_TEXT = 1;
/** The message begins here. @internal */
export const MESSAGE_FIRST = 2;
/** The message ends here. @internal */
export const MESSAGE_LAST = 4;

// What counts as unread.
/** Of each message, beside its bytes. @internal */
export const COST_MESSAGE = 128;

// Where the bytes of a request body are.
/** There is no body. @internal */
export const BODY_NONE = 0;
/** At the end of the record. @internal */
export const BODY_INLINE = 1;
/** In the next attachment of the batch. @internal */
export const BODY_ATTACHED = 2;
/** In records to come. @internal */
export const BODY_STREAMED = 3;
/** In records to come, and in others if the engine asks for the body again. @internal */
export const BODY_REPLAYABLE = 4;

// The scheme of a request.
/** Without TLS. @internal */
export const SCHEME_HTTP = 0;
/** With TLS. @internal */
export const SCHEME_HTTPS = 1;

// A time limit, in milliseconds.
/** No limit. @internal */
export const TIMEOUT_NONE = 0xffffffff;
/** The longest, which is 49 days. @internal */
export const TIMEOUT_LONGEST = 0xfffffffe;

// The words that every record begins with.
/** What is to be done. @internal */
export const SUBMISSION_OPERATION = 0;
/** The exchange. @internal */
export const SUBMISSION_NUMBER = 1;
/** Words before the record's bytes. @internal */
export const SUBMISSION_WORDS = 2;

// A request. Host, TLS server name, head and body follow.
/** The client's number. @internal */
export const START_CLIENT = 2;
/** `FLAG_…`, added up. @internal */
export const START_FLAGS = 3;
/** The `connect` timeout. @internal */
export const START_CONNECT = 4;
/** The `read` timeout. @internal */
export const START_READ = 5;
/** The `write` timeout. @internal */
export const START_WRITE = 6;
/** The `pool` timeout. @internal */
export const START_POOL = 7;
/** The `total` timeout. @internal */
export const START_TOTAL = 8;
/** How long the body waits for a 100 (Continue); `TIMEOUT_NONE` if it does not. @internal */
export const START_EXPECT = 9;
/** `SCHEME_…`. @internal */
export const START_SCHEME = 10;
/** The port. @internal */
export const START_PORT = 11;
/** The number of the proxy; 0 is none. @internal */
export const START_PROXY = 12;
/** Bytes of the host. @internal */
export const START_HOST_LENGTH = 13;
/** Bytes of the name for TLS; 0 if it is the host. @internal */
export const START_SERVER_NAME_LENGTH = 14;
/** Bytes of the head. @internal */
export const START_HEAD_LENGTH = 15;
/** `BODY_…`. @internal */
export const START_BODY = 16;
/** Bytes of a body at the record's end. @internal */
export const START_BODY_LENGTH = 17;
/** Words before the record's bytes. @internal */
export const START_WORDS = 18;

// Bytes of a streamed request body.
/** `BODY_INLINE` or `BODY_ATTACHED`. @internal */
export const CHUNK_BODY = 2;
/** Bytes at the record's end. @internal */
export const CHUNK_BODY_LENGTH = 3;
/** Words before the record's bytes. @internal */
export const CHUNK_WORDS = 4;

// The end of a streamed request body. The lines of its trailers follow.
/** Bytes of the trailers' lines. @internal */
export const END_TRAILERS_LENGTH = 2;
/** Words before the record's bytes. @internal */
export const END_WORDS = 3;

// The closing of a client.
/** The client's number. @internal */
export const CLOSE_CLIENT_CLIENT = 2;
/** Words before the record's bytes. @internal */
export const CLOSE_CLIENT_WORDS = 3;

// The beginning of a WebSocket session.
/** The number of a byte stream that carries the session's bytes; 0 if the session takes over the stream of its own number. @internal */
export const OPEN_SESSION_CARRIER = 2;
/** `SESSION_…`, added up. @internal */
export const OPEN_SESSION_FLAGS = 3;
/** The base-2 logarithm of the client's window. @internal */
export const OPEN_SESSION_WINDOW_BITS = 4;
/** The most bytes of a message, the lower 32 bits. @internal */
export const OPEN_SESSION_LIMIT_LOW = 5;
/** The most bytes of a message, the higher 32 bits. @internal */
export const OPEN_SESSION_LIMIT_HIGH = 6;
/** The time between two pings. @internal */
export const OPEN_SESSION_PING_INTERVAL = 7;
/** The time that a pong may take. @internal */
export const OPEN_SESSION_PING_TIMEOUT = 8;
/** The time that the closing handshake may take. @internal */
export const OPEN_SESSION_CLOSE_TIMEOUT = 9;
/** Words before the record's bytes. @internal */
export const OPEN_SESSION_WORDS = 10;

// A message, or a part of one.
/** `MESSAGE_…`, added up. @internal */
export const MESSAGE_FLAGS = 2;
/** `BODY_INLINE` or `BODY_ATTACHED`. @internal */
export const MESSAGE_BODY = 3;
/** Bytes at the record's end. @internal */
export const MESSAGE_BODY_LENGTH = 4;
/** Words before the record's bytes. @internal */
export const MESSAGE_WORDS = 5;

// A ping. Its payload follows.
/** Bytes of the payload. @internal */
export const PING_PAYLOAD_LENGTH = 2;
/** Words before the record's bytes. @internal */
export const PING_WORDS = 3;

// The end of a session. The reason (UTF-8) follows.
/** The code; 0 for none. @internal */
export const CLOSE_SESSION_CODE = 2;
/** Bytes of the reason. @internal */
export const CLOSE_SESSION_REASON_LENGTH = 3;
/** Words before the record's bytes. @internal */
export const CLOSE_SESSION_WORDS = 4;

// Messages were read.
/** Their bytes, and `COST_MESSAGE` for each. @internal */
export const MESSAGES_READ_COST = 2;
/** Words before the record's bytes. @internal */
export const MESSAGES_READ_WORDS = 3;

// The answers of a look-up. They follow as text, with a NUL between each two parts: an address, and the milliseconds that it may be kept, or nothing.
/** Bytes of the text. @internal */
export const RESOLVED_TEXT_LENGTH = 2;
/** Words before the record's bytes. @internal */
export const RESOLVED_WORDS = 3;

// The failure of a look-up. Its reason follows as text (UTF-8).
/** Bytes of the text. @internal */
export const UNRESOLVED_TEXT_LENGTH = 2;
/** Words before the record's bytes. @internal */
export const UNRESOLVED_WORDS = 3;

// The operation of a record. `READABLE`, `RESTART_BODY` and `CLOSED` have no more words. `WHOLE`, `WHOLE_ATTACHED`, `FAILED` and `CLOSED` are an exchange's last.
/** A response with its body. @internal */
export const COMPLETE_WHOLE = 1;
/** A response whose body is handed over beside the record. @internal */
export const COMPLETE_WHOLE_ATTACHED = 2;
/** A response whose body is read piece by piece. @internal */
export const COMPLETE_STREAMED = 3;
/** A read of a streamed body may find more. @internal */
export const COMPLETE_READABLE = 4;
/** The connection took bytes of a streamed request body. @internal */
export const COMPLETE_CREDIT = 5;
/** The request failed. @internal */
export const COMPLETE_FAILED = 6;
/** The engine is done with the exchange, or with the client that was to be closed. @internal */
export const COMPLETE_CLOSED = 7;
/** A step of a traced request. @internal */
export const COMPLETE_TRACE = 8;
/** Something that the user of the process should know. Its number is 0, which no exchange has. @internal */
export const COMPLETE_WARNING = 9;
/** A streamed request body is needed again from its beginning: `BODY_RESTARTED` answers. @internal */
export const COMPLETE_RESTART_BODY = 10;
/** A response that turned its connection into a byte stream, in the layout of `STREAMED`. `READABLE` and `CREDIT` follow, and `CLOSED` or `FAILED` at the end. @internal */
export const COMPLETE_UPGRADED = 11;
/** TLS has started on a byte stream. It has no more words. @internal */
export const COMPLETE_SECURED = 12;
/** A message of a WebSocket session. @internal */
export const COMPLETE_MESSAGE = 13;
/** A message that is handed over beside the record. @internal */
export const COMPLETE_MESSAGE_ATTACHED = 14;
/** The pong of the oldest ping that was asked for. @internal */
export const COMPLETE_PONG = 15;
/** A WebSocket session is over. `CLOSED` follows when its connection is closed. @internal */
export const COMPLETE_DISCONNECTED = 16;
/** A name that the client's resolver is to look up. Its number is 0, as below. @internal */
export const COMPLETE_LOOKUP = 17;
/** Nobody waits for the look-up any more. @internal */
export const COMPLETE_LOOKUP_GIVEN_UP = 18;
/** An interim response. @internal */
export const COMPLETE_INFORMATIONAL = 19;
/** A connection is open. Responses name it from now on. Its number is 0, as a warning's. @internal */
export const COMPLETE_CONNECTION_OPENED = 20;
/** A connection that no response will name any more. Its number is 0. @internal */
export const COMPLETE_CONNECTION_CLOSED = 21;

// The parts of a response's first word.
/** The status code. @internal */
export const STATUS_CODE = 0xffff;
/** Whether the head has a `Set-Cookie` line. @internal */
export const STATUS_SETS_COOKIES = 0x10000;
/** Whether the body in the record is ASCII. @internal */
export const STATUS_IS_ASCII = 0x20000;
/** Whether the connection was not opened for this request. @internal */
export const STATUS_IS_REUSED = 0x40000;

// A time in microseconds, of 71 minutes at most.
/** What it would be the time of did not happen. @internal */
export const TIME_NONE = 0xffffffff;

// Flags of a message that was received.
/** It is text. @internal */
export const RECEIVED_TEXT = 1;
/** Its bytes are ASCII. @internal */
export const RECEIVED_IS_ASCII = 2;

// What comes with the number of bytes that were taken, which is a multiple of 4.
/** The batch has more records. @internal */
export const TAKEN_MORE = 1;

// The words that every record begins with.
/** The record's bytes, padding included. @internal */
export const COMPLETION_LENGTH = 0;
/** What happened. @internal */
export const COMPLETION_OPERATION = 1;
/** The exchange. @internal */
export const COMPLETION_NUMBER = 2;
/** Words before the record's bytes. @internal */
export const COMPLETION_WORDS = 3;

// A response with its body. Head, body and trailers follow.
/** `STATUS_…`. @internal */
export const WHOLE_STATUS = 3;
/** The number of the stream in HTTP/2, otherwise 0. @internal */
export const WHOLE_STREAM_ID = 4;
/** Bytes of the head. @internal */
export const WHOLE_HEAD_LENGTH = 5;
/** Bytes of the body; 0 for one beside the record. @internal */
export const WHOLE_BODY_LENGTH = 6;
/** Bytes of the trailers' lines. @internal */
export const WHOLE_TRAILERS_LENGTH = 7;
/** Wire bytes of the body, the lower 32 bits. @internal */
export const WHOLE_DOWNLOADED_LOW = 8;
/** Wire bytes of the body, the higher 32 bits. @internal */
export const WHOLE_DOWNLOADED_HIGH = 9;
/** The connection. @internal */
export const WHOLE_CONNECTION = 10;
/** Microseconds until the connection was there, or its opening began. @internal */
export const WHOLE_POOL = 11;
/** Microseconds from the head's sending to the response's head. @internal */
export const WHOLE_FIRST_BYTE = 12;
/** Microseconds from the response's head to the end of its body. @internal */
export const WHOLE_DOWNLOAD = 13;
/** Words before the record's bytes. @internal */
export const WHOLE_WORDS = 14;

// A response whose body is streamed. Its head follows.
/** `STATUS_…`. @internal */
export const STREAMED_STATUS = 3;
/** The number of the stream in HTTP/2, otherwise 0. @internal */
export const STREAMED_STREAM_ID = 4;
/** Bytes of the head. @internal */
export const STREAMED_HEAD_LENGTH = 5;
/** The connection. @internal */
export const STREAMED_CONNECTION = 6;
/** As in `WHOLE`. @internal */
export const STREAMED_POOL = 7;
/** As in `WHOLE`. @internal */
export const STREAMED_FIRST_BYTE = 8;
/** Words before the record's bytes. @internal */
export const STREAMED_WORDS = 9;

// An open connection. Follow, in UTF-8 with a NUL between each two: the addresses of this end and of the peer, the proxy's URL, the version of TLS, the cipher suite, the protocol of ALPN, the server's name, the route by which it is counted, the route's origin and name for TLS, and its Unix socket, which may have a NUL in it (each empty if there is none). Then the certificates of the peer, each behind its length in a word of four bytes.
/** The number by which responses name it. @internal */
export const CONNECTION_OPENED_CONNECTION = 3;
/** The number that no other connection of the process has. @internal */
export const CONNECTION_OPENED_ID = 4;
/** The exchange that it was opened for; `ASKER_NONE` if that has ended meanwhile. @internal */
export const CONNECTION_OPENED_ASKER = 5;
/** The port of this end; 0 without TCP. @internal */
export const CONNECTION_OPENED_LOCAL_PORT = 6;
/** The port of the peer; 0 without TCP. @internal */
export const CONNECTION_OPENED_REMOTE_PORT = 7;
/** Microseconds of the name's resolution, or `TIME_NONE`. @internal */
export const CONNECTION_OPENED_DNS = 8;
/** Microseconds of TCP and of the way through a proxy, or `TIME_NONE`. @internal */
export const CONNECTION_OPENED_CONNECT = 9;
/** Microseconds of TLS, or `TIME_NONE`. @internal */
export const CONNECTION_OPENED_TLS = 10;
/** 1 if a session was resumed. @internal */
export const CONNECTION_OPENED_IS_RESUMED = 11;
/** Bytes of the text. @internal */
export const CONNECTION_OPENED_TEXT_LENGTH = 12;
/** Bytes of the certificates with their lengths. @internal */
export const CONNECTION_OPENED_CERTIFICATES_LENGTH = 13;
/** Words before the record's bytes. @internal */
export const CONNECTION_OPENED_WORDS = 14;

// A closed connection.
/** The number by which responses named it. @internal */
export const CONNECTION_CLOSED_CONNECTION = 3;
/** Words before the record's bytes. @internal */
export const CONNECTION_CLOSED_WORDS = 4;

// Credit for a streamed request body.
/** Bytes that the connection took. 0 if it asks for the first ones of a body that waited for a 100 (Continue). @internal */
export const CREDIT_BYTES = 3;
/** Words before the record's bytes. @internal */
export const CREDIT_WORDS = 4;

// An interim response. Its head follows.
/** The status code. @internal */
export const INFORMATIONAL_STATUS = 3;
/** Bytes of the head. @internal */
export const INFORMATIONAL_HEAD_LENGTH = 4;
/** Words before the record's bytes. @internal */
export const INFORMATIONAL_WORDS = 5;

// A failed request: how long its parts took in microseconds, or `TIME_NONE`. The failure's words begin at `WORDS`.
/** Waiting for a connection. @internal */
export const FAILED_POOL = 3;
/** The name's resolution. @internal */
export const FAILED_DNS = 4;
/** TCP and the way through a proxy. @internal */
export const FAILED_CONNECT = 5;
/** TLS. @internal */
export const FAILED_TLS = 6;
/** From the head's sending on. @internal */
export const FAILED_FIRST_BYTE = 7;
/** From the response's head on. @internal */
export const FAILED_DOWNLOAD = 8;
/** Words before the record's bytes. @internal */
export const FAILED_WORDS = 9;

// A step of a traced request. The failure's words begin at `WORDS`; the fields, with a NUL between each two, come before the failure's bytes.
/** The place in `STEPS`. @internal */
export const TRACE_STEP = 3;
/** The place in `MOMENTS`. @internal */
export const TRACE_MOMENT = 4;
/** Microseconds of the engine's clock, the lower 32 bits. @internal */
export const TRACE_TIME_LOW = 5;
/** Microseconds of the engine's clock, the higher 32 bits. @internal */
export const TRACE_TIME_HIGH = 6;
/** Bytes of the fields. @internal */
export const TRACE_FIELDS_LENGTH = 7;
/** Words before the record's bytes. @internal */
export const TRACE_WORDS = 8;

// A warning. Its code (latin1) and its message (UTF-8) follow.
/** Bytes of the code. @internal */
export const WARNING_CODE_LENGTH = 3;
/** Bytes of the message. @internal */
export const WARNING_MESSAGE_LENGTH = 4;
/** Words before the record's bytes. @internal */
export const WARNING_WORDS = 5;

// A message of a WebSocket session. Its bytes follow, unless they are beside the record.
/** `RECEIVED_…`, added up. @internal */
export const RECEIVED_FLAGS = 3;
/** Bytes of the message. @internal */
export const RECEIVED_LENGTH = 4;
/** Words before the record's bytes. @internal */
export const RECEIVED_WORDS = 5;

// A pong.
/** Microseconds since its ping, the lower 32 bits. @internal */
export const PONG_TIME_LOW = 3;
/** Microseconds since its ping, the higher 32 bits. @internal */
export const PONG_TIME_HIGH = 4;
/** Words before the record's bytes. @internal */
export const PONG_WORDS = 5;

// The end of a WebSocket session. The failure's words begin at `WORDS`; the reason (UTF-8) comes before the failure's bytes.
/** The code of the end. @internal */
export const DISCONNECTED_CODE = 3;
/** Bytes of the reason. @internal */
export const DISCONNECTED_REASON_LENGTH = 4;
/** Words before the record's bytes. @internal */
export const DISCONNECTED_WORDS = 5;

// A name to look up. It follows.
/** The number of the look-up, from 1 on. @internal */
export const LOOKUP_LOOKUP = 3;
/** The client's number. @internal */
export const LOOKUP_CLIENT = 4;
/** The exchange that needs the address; `ASKER_NONE` if that has ended meanwhile. @internal */
export const LOOKUP_ASKER = 5;
/** Bytes of the name. @internal */
export const LOOKUP_NAME_LENGTH = 6;
/** Words before the record's bytes. @internal */
export const LOOKUP_WORDS = 7;

// An asker that is no exchange.
/** The exchange has ended. @internal */
export const ASKER_NONE = 0xffffffff;

// The end of a look-up's need.
/** The number of the look-up. @internal */
export const LOOKUP_GIVEN_UP_LOOKUP = 3;
/** Words before the record's bytes. @internal */
export const LOOKUP_GIVEN_UP_WORDS = 4;

// An error code of HTTP/2 (RFC 9113 7).
/** HTTP/2 did not fail. @internal */
export const HTTP2_CODE_NONE = 0xffffffff;

// A failure inside a record: these words from where it starts, then its code (latin1), its message (UTF-8), and head (latin1) and body of the proxy's answer.
/** The place in `ERROR_KINDS`. @internal */
export const FAILURE_KIND = 0;
/** The place in `PHASES`. @internal */
export const FAILURE_PHASE = 1;
/** The place in `REQUEST_SENT`. @internal */
export const FAILURE_REQUEST_SENT = 2;
/** The look-up whose failure it is; 0 for all that no resolver in JavaScript caused. @internal */
export const FAILURE_LOOKUP = 3;
/** Bytes of the code; 0 if there is no failure. @internal */
export const FAILURE_CODE_LENGTH = 4;
/** Bytes of the message. @internal */
export const FAILURE_MESSAGE_LENGTH = 5;
/** The status of a proxy that refused; 0 if none did. @internal */
export const FAILURE_PROXY_STATUS = 6;
/** Bytes of the head of its answer: status line and header lines. @internal */
export const FAILURE_PROXY_HEAD_LENGTH = 7;
/** Bytes of its body that were kept. @internal */
export const FAILURE_PROXY_BODY_LENGTH = 8;
/** The error code of HTTP/2, or `HTTP2_CODE_NONE`. @internal */
export const FAILURE_HTTP2_CODE = 9;
/** Words before the record's bytes. @internal */
export const FAILURE_WORDS = 10;
