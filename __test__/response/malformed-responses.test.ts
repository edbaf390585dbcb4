/**
 * Malformed responses, as bytes: each with its error, or with the response that the client still accepts. Where RFC 9112
 * leaves a choice, HTTPX's applies. No case may hang: the read timeout is long, and each case ends.
 */
import test from "ava";
import { AsyncClient, ReadError, RemoteProtocolError, TransportError } from "httpxide";
import { gatherBytes } from "../helpers/bytes.js";
import { type ExpectedFailure, failsAs } from "../helpers/failures.js";
import { head, ok, type RawConnection, startRawServer } from "../helpers/raw-server.js";
import { eventually, settling, turn } from "../helpers/waiting.js";

const BAD_HEAD: ExpectedFailure = { as: RemoteProtocolError, code: "ERR_INVALID_RESPONSE", phase: "headers" };
const CUT_HEAD: ExpectedFailure = {
  as: RemoteProtocolError,
  code: "ERR_INCOMPLETE_RESPONSE",
  phase: "headers",
};
const LONG_HEAD: ExpectedFailure = { as: RemoteProtocolError, code: "ERR_HEAD_TOO_LARGE", phase: "headers" };
const BAD_BODY: ExpectedFailure = {
  as: RemoteProtocolError,
  code: "ERR_INVALID_RESPONSE",
  phase: "body",
  requestSent: true,
};
const CUT_BODY: ExpectedFailure = { ...BAD_BODY, code: "ERR_INCOMPLETE_RESPONSE" };

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

interface BadCase {
  readonly name: string;
  readonly answer: string;
  readonly expected: ExpectedFailure;
}

function each(expected: ExpectedFailure, cases: Readonly<Record<string, string>>): BadCase[] {
  return Object.entries(cases).map(([name, answer]) => ({ name, answer, expected }));
}

function withHeader(line: string): string {
  return `HTTP/1.1 200 OK\r\n${line}\r\nContent-Length: 2\r\n\r\nok`;
}

/** A chunked body, regardless of the head. */
function withCoding(coding: string): string {
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: ${coding}\r\n\r\n2\r\nok\r\n0\r\n\r\n`;
}

function withLength(...values: string[]): string {
  return (
    head("200 OK", ...values.map((value) => `Content-Length: ${value}`)).toString("latin1") + "0123456789"
  );
}

/** Sent by a server that then closes. */
const CLOSED_AFTER: readonly BadCase[] = [
  ...each({ ...CUT_HEAD, requestSent: "maybe" }, { "nothing at all": "" }),
  ...each(CUT_HEAD, {
    "a part of the protocol's name": "HT",
    "a part of the status": "HTTP/1.1 20",
    "a status line without its end": "HTTP/1.1 200 OK",
    "a status line only": "HTTP/1.1 200 OK\r\n",
    "a part of a header's name": "HTTP/1.1 200 OK\r\nX-Na",
    "a part of a header's value": "HTTP/1.1 200 OK\r\nX-Name: val",
    "a head without the empty line": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
    "half of the empty line": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r",
    "an interim response only": "HTTP/1.1 100 Continue\r\n\r\n",
  }),
  ...each(CUT_BODY, {
    "no byte of ten": withLength("10").slice(0, -10),
    "three bytes of ten": withLength("10").slice(0, -7),
    "chunks without any": CHUNKED,
    "a part of a chunk's size": `${CHUNKED}a`,
    "a chunk's size only": `${CHUNKED}a\r\n`,
    "a part of a chunk": `${CHUNKED}a\r\n012`,
    "a chunk without its end": `${CHUNKED}a\r\n0123456789`,
    "half of a chunk's end": `${CHUNKED}a\r\n0123456789\r`,
    "no last chunk": `${CHUNKED}a\r\n0123456789\r\n`,
    "a part of the last chunk": `${CHUNKED}a\r\n0123456789\r\n0`,
    "a last chunk without the empty line": `${CHUNKED}a\r\n0123456789\r\n0\r\n`,
    "a part of a trailer": `${CHUNKED}2\r\nok\r\n0\r\nX-Trail`,
  }),
];

/** Sent by a server that then waits for the client to close. */
const OPEN_AFTER: readonly BadCase[] = [
  ...each(BAD_HEAD, {
    garbage: "garbage\r\n\r\n",
    "bytes of TLS": "\x15\x03\x01\x00\x02\x02\x46",
    "bytes of HTTP/2": "\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64",
    "another protocol": "SSH-2.0-OpenSSH_9.6\r\n",
    "a page without a head": "<html><body>hello</body></html>\r\n\r\n",
    "a request": "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "an unknown version": "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
    "a version in lower case": "http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "no status": "HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    "a status of two digits": "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
    "a status of four digits": "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
    "a status of letters": "HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
    "a status below 100": "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n",
    "a negative status": "HTTP/1.1 -20 OK\r\nContent-Length: 0\r\n\r\n",
    "NUL in the reason": "HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n",
    "a header without a colon": withHeader("no colon here"),
    "a header without a name": withHeader(": value"),
    "a space before the colon": withHeader("X-Name : value"),
    "a space in a name": withHeader("X Name: value"),
    "NUL in a name": withHeader("X-\0Name: value"),
    "NUL in a value": withHeader("X-Name: va\0lue"),
    "a control character in a value": withHeader("X-Name: va\x01lue"),
    "CR alone in a value": withHeader("X-Name: va\rlue"),
    "a letter beyond ASCII in a name": withHeader("X-N\xe4me: value"),
    "two lengths that differ": withLength("2", "10"),
    "two lengths that differ, in one line": withLength("2, 10"),
    "a length of letters": withLength("ten"),
    "a negative length": withLength("-2"),
    "a length with a sign": withLength("+2"),
    "a hexadecimal length": withLength("0x2"),
    "a length with an exponent": withLength("1e1"),
    "a length with a fraction": withLength("2.0"),
    "two numbers for a length": withLength("1 0"),
    "a length beyond 64 bits": withLength("99999999999999999999999"),
    "an empty length": withLength(""),
    "a body in two transfer codings": withCoding("gzip, chunked"),
    "a body in the transfer coding identity": withCoding("identity"),
    "a body in an unknown transfer coding": withCoding("foo"),
    "a chunked body in a further coding": withCoding("chunked, identity"),
    "a body chunked twice": withCoding("chunked, chunked"),
    "an empty transfer coding": withCoding(""),
    "two Transfer-Encoding headers": withCoding("chunked\r\nTransfer-Encoding: chunked"),
    "an unrequested protocol switch": "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
  }),
  ...each(BAD_BODY, {
    "a chunk's size of letters": `${CHUNKED}xyz\r\nok\r\n0\r\n\r\n`,
    "a negative chunk's size": `${CHUNKED}-2\r\nok\r\n0\r\n\r\n`,
    "an empty chunk's size": `${CHUNKED}\r\nok\r\n0\r\n\r\n`,
    "a chunk's size with 0x": `${CHUNKED}0x2\r\nok\r\n0\r\n\r\n`,
    "a chunk's size beyond 64 bits": `${CHUNKED}FFFFFFFFFFFFFFFFF\r\nok\r\n0\r\n\r\n`,
    "a chunk longer than its size": `${CHUNKED}2\r\nokay\r\n0\r\n\r\n`,
    "a chunk shorter than its size": `${CHUNKED}4\r\nok\r\n0\r\n\r\n0\r\n\r\n`,
    "NUL for a chunk's size": `${CHUNKED}\0\r\nok\r\n0\r\n\r\n`,
  }),
];

function sendIfAny(connection: RawConnection, answer: string): Promise<boolean> {
  return answer === "" ? Promise.resolve(true) : connection.send(answer);
}

for (const { name, answer, expected } of CLOSED_AFTER) {
  test(`truncated: ${name}`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await sendIfAny(connection, answer);
    });
    await using client = new AsyncClient();
    await failsAs(t, client.get(server.url), expected);
    if (expected.phase === "body") {
      await using response = await client.stream("GET", server.url);
      await failsAs(t, gatherBytes(response.aiterBytes()), expected);
      t.true(response.isClosed);
    }
  });
}

for (const { name, answer, expected } of OPEN_AFTER) {
  test(`malformed: ${name}`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send(answer);
      await connection.closed();
    });
    await using client = new AsyncClient({ timeout: 10_000 });
    await failsAs(t, client.get(server.url), expected);
    // The error must not depend on how the bytes were split into packets.
    await using slowServer = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.sendPieces([...Buffer.from(answer, "latin1")].map((byte) => Buffer.from([byte])));
      await connection.closed();
    });
    await failsAs(t, client.get(slowServer.url), { ...expected, code: /^ERR_/ });
    t.is(server.connections, 1, "the request was sent again");
  });
}

for (const [answer, words] of [
  ["", "Server disconnected without sending a response."],
  [
    "HTTP/1.1 200 OK\r\nX",
    "Server disconnected without sending a response. It closed the connection in the middle",
  ],
  ["garbage\r\n\r\n", 'illegal status line: "garbage"'],
  ["HTTP/1.1 2000 OK\r\n\r\n", 'illegal status line: "HTTP/1.1 2000 OK"'],
  [withHeader("X-Name : value"), 'illegal header line: the name "X-Name "'],
  [withHeader("X-Name: va\x01lue"), 'illegal header line: a control character in the value of "X-Name"'],
  [withLength("2", "10"), "conflicting Content-Length headers"],
  [withLength("ten"), "bad Content-Length"],
  [withCoding("gzip, chunked"), "Only Transfer-Encoding: chunked is supported"],
  [
    withLength("10").slice(0, -7),
    "peer closed connection without sending complete message body (received 3 bytes, expected 10)",
  ],
  [
    `${CHUNKED}a\r\n012`,
    "peer closed connection without sending complete message body (incomplete chunked read)",
  ],
  [`${CHUNKED}xyz\r\n`, "illegal chunk header: "],
] as const) {
  test(`the error for ${JSON.stringify(answer)} has HTTPX's words after method and URL`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await sendIfAny(connection, answer);
    });
    await using client = new AsyncClient();
    const error = await failsAs(t, client.get(server.url), { as: RemoteProtocolError });
    t.true(error.message.startsWith(`GET ${server.url}/: ${words}`), error.message);
  });
}

test("a requested protocol upgrade is answered with its 101", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: upgrade\r\n\r\n");
  });
  await using client = new AsyncClient();
  const response = await client.get(server.url, { headers: { Upgrade: "echo", Connection: "upgrade" } });
  t.is(response.statusCode, 101);
});

const RESETS: readonly BadCase[] = [
  {
    name: "before the head",
    answer: "",
    expected: { as: ReadError, phase: "headers", requestSent: "maybe" },
  },
  {
    name: "in the head",
    answer: "HTTP/1.1 200 OK\r\nX-Na",
    expected: { as: ReadError, phase: "headers", requestSent: "some" },
  },
  {
    name: "in a body of known length",
    answer: withLength("100"),
    expected: { as: ReadError, phase: "body", requestSent: true },
  },
  {
    name: "in a chunk",
    answer: `${CHUNKED}64\r\nhello`,
    expected: { as: ReadError, phase: "body", requestSent: true },
  },
  {
    name: "in a body that ends with the connection",
    answer: "HTTP/1.1 200 OK\r\n\r\nhello",
    expected: { as: ReadError, phase: "body", requestSent: true },
  },
];

for (const { name, answer, expected } of RESETS) {
  test(`a connection that is reset ${name} is an ECONNRESET`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await sendIfAny(connection, answer);
      // The bytes must arrive first: a reset discards what the peer has not read.
      for (let wait = 0; wait < 20; wait++) await turn();
      connection.reset();
    });
    await using client = new AsyncClient();
    await failsAs(t, client.get(server.url), { ...expected, code: "ECONNRESET" });
    t.is(server.connections, 1, "the request was sent again");
  });
}

const ENDLESS: Readonly<
  Record<string, readonly [start: string, again: string, ...expected: ExpectedFailure[]]>
> = {
  "first line": ["HTTP/1.1 200 ", "x".repeat(1000), LONG_HEAD],
  "first line of garbage": ["", "x".repeat(1000), { ...BAD_HEAD, code: /^ERR_/ }],
  "header's name": ["HTTP/1.1 200 OK\r\n", "x".repeat(1000), LONG_HEAD],
  "header's value": ["HTTP/1.1 200 OK\r\nX: ", "x".repeat(1000), LONG_HEAD],
  "row of headers": ["HTTP/1.1 200 OK\r\n", `X-Name: ${"x".repeat(990)}\r\n`, LONG_HEAD],
  "row of tiny headers": ["HTTP/1.1 200 OK\r\n", "a:b\r\n".repeat(200), LONG_HEAD],
  "chunk extension": [`${CHUNKED}2;`, "x".repeat(1000), { ...BAD_BODY, code: /^ERR_/ }],
  "row of trailers": [
    `${CHUNKED}2\r\nok\r\n0\r\n`,
    `X-Name: ${"x".repeat(990)}\r\n`,
    { ...BAD_BODY, code: /^ERR_/ },
  ],
};

for (const [name, [start, again, expected]] of Object.entries(ENDLESS)) {
  // One at a time: a flood takes the event loop, and other tests have time limits.
  test.serial(`endless: a ${name} is stopped`, async (t) => {
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send(start);
      while (await connection.send(again));
    });
    await using client = new AsyncClient({ timeout: { total: 20_000 } });
    await failsAs(t, client.get(server.url), expected ?? BAD_HEAD);
    t.true(server.bytesSent < 32 * 1024 * 1024, `${server.bytesSent} bytes were sent`);
  });
}

test.serial("endless: zeros before a chunk's size end with the total timeout at the latest", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(CHUNKED);
    while (await connection.send("0".repeat(1000))) await turn();
  });
  await using client = new AsyncClient({ timeout: { total: 2000 } });
  await failsAs(t, client.get(server.url), { as: TransportError, phase: "body", requestSent: true });
});

interface Tolerated {
  readonly answer: string;
  readonly status?: number;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly httpVersion?: string;
  readonly reason?: string;
}

/** Sent by a server that then closes. */
const TOLERATED: Readonly<Record<string, Tolerated>> = {
  "a body without a length ends with the connection": {
    answer: "HTTP/1.1 200 OK\r\n\r\nto the end",
    text: "to the end",
  },
  "HTTP/1.0": { answer: "HTTP/1.0 200 OK\r\n\r\nold", text: "old", httpVersion: "HTTP/1.0" },
  "a folded header is joined by a space": {
    answer: withHeader("X-Long: one\r\n two\r\n\tthree"),
    headers: { "x-long": "one two three" },
  },
  "no reason": { answer: "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", reason: "" },
  "an empty reason": { answer: "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", reason: "" },
  "Latin-1 in a header": { answer: withHeader("X-Name: Zo\xeb"), headers: { "x-name": "Zoë" } },
  "an empty header": { answer: withHeader("X-Name:"), headers: { "x-name": "" } },
  "blanks around a header's value": {
    answer: withHeader("X-Name: \t value \t "),
    headers: { "x-name": "value" },
  },
  "a header of many lines": {
    answer: withHeader("X-N: 1\r\nX-N: 2\r\nx-n: 3"),
    headers: { "x-n": "1, 2, 3" },
  },
  "both a length and chunks: the chunks count": {
    answer:
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
  },
  "the same length twice": { answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok" },
  "sizes of chunks in capitals, with zeros before and an extension after": {
    answer: `${CHUNKED}00A;name=value\r\n0123456789\r\n0;last\r\n\r\n`,
    text: "0123456789",
  },
  "a 204 with a body: it is not read": {
    answer: "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok",
    status: 204,
    text: "",
  },
  "a 304 with a length": {
    answer: "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n",
    status: 304,
    text: "",
  },
  "LF alone at the ends of lines": { answer: "HTTP/1.1 200 OK\nX-Name: value\nContent-Length: 2\n\nok" },
  "interim responses before the final one": {
    answer: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${ok().toString()}`,
  },
  "an unknown status": {
    answer: "HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok",
    status: 999,
    reason: "Odd",
  },
  "a head of 90 KiB": {
    answer: withHeader(
      Array.from({ length: 90 }, (_, index) => `X-${index}: ${"x".repeat(1015)}`).join("\r\n"),
    ),
  },
  "200 headers": {
    answer: withHeader(Array.from({ length: 200 }, (_, index) => `X-${index}: ${index}`).join("\r\n")),
    headers: { "x-199": "199" },
  },
};

for (const [name, tolerated] of Object.entries(TOLERATED)) {
  test(`tolerated: ${name}`, async (t) => {
    const { answer, status = 200, text = "ok", headers = {}, httpVersion = "HTTP/1.1", reason } = tolerated;
    await using server = await startRawServer(async (connection) => {
      await connection.readRequest();
      await connection.send(answer);
    });
    await using client = new AsyncClient();
    const response = await settling(client.get(server.url));
    t.is(response.statusCode, status);
    t.is(response.text, text);
    t.is(response.httpVersion, httpVersion);
    if (reason !== undefined) t.is(response.reasonPhrase, reason);
    for (const [header, value] of Object.entries(headers)) t.is(response.headers.get(header), value);
  });
}

test("bytes that a server sends after its response are never taken for the next response", async (t) => {
  const poisoned = Buffer.concat([ok("first"), ok("poison")]);
  await using server = await startRawServer(async (connection) => {
    for (let request = await connection.readRequest(); request; request = await connection.readRequest()) {
      await connection.send(request.line.includes("/first") ? poisoned : ok("second"));
    }
  });
  await using client = new AsyncClient();
  for (let time = 0; time < 10; time++) {
    t.is((await client.get(`${server.url}/first`)).text, "first");
    t.is((await client.get(`${server.url}/second`)).text, "second");
  }
});

test("an unrequested response is never delivered", async (t) => {
  let unasked = 0;
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.send(ok("first"));
    for (let wait = 0; wait < 20; wait++) await turn();
    await connection.send(ok("unasked"));
    unasked += 1;
    while (await connection.readRequest()) await connection.send(ok("late"));
  });
  await using client = new AsyncClient();
  for (let time = 1; time <= 5; time++) {
    t.is((await client.get(server.url)).text, "first");
    await eventually("the other response is sent", () => unasked === time);
    await eventually("the client has closed", () => server.openSockets === 0);
  }
});

test("the body of a response to HEAD is never taken for the next response", async (t) => {
  await using server = await startRawServer(async (connection) => {
    for (let request = await connection.readRequest(); request; request = await connection.readRequest()) {
      await connection.send(request.line.startsWith("HEAD") ? ok("HTTP/1.1 200 OK\r\n\r\n") : ok("good"));
    }
  });
  await using client = new AsyncClient();
  for (let time = 0; time < 10; time++) {
    t.is((await client.head(server.url)).content.byteLength, 0);
    t.is((await client.get(server.url)).text, "good");
  }
});
