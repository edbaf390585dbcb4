/** Event streams and JSON lines of one response. */
import test from "ava";
import { AsyncClient, DecodingError, Response, SSEError, ServerSentEvent } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { chunk, chunkedHead, LAST_CHUNK, startRawServer } from "../helpers/raw-server.js";

type Fields = Partial<Pick<ServerSentEvent, "event" | "data" | "id" | "retry">>;

const STREAM = "Content-Type: text/event-stream";

/** What a client makes of these pieces, each sent by itself. */
async function eventsOf(pieces: readonly (string | Uint8Array)[]): Promise<Fields[]> {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.sendPieces([chunkedHead(STREAM), ...pieces.map(chunk), LAST_CHUNK]);
    await connection.closed();
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  const events: Fields[] = [];
  for await (const { event, data, id, retry } of response.aiterSse()) events.push({ event, data, id, retry });
  return events;
}

const message = (data: string, fields: Fields = {}): Fields => ({
  event: "message",
  data,
  id: "",
  retry: null,
  ...fields,
});

const cases: Record<string, [text: string, events: Fields[]]> = {
  "the lines of data are joined": ["data: one\ndata:two\ndata\n\n", [message("one\ntwo\n")]],
  "one space after the colon is no part of the value": ["data:  two\n\n", [message(" two")]],
  "each kind of line end counts": [
    "data: a\r\n\r\ndata: b\r\rdata: c\n\n",
    [message("a"), message("b"), message("c")],
  ],
  "a block without data is no event": ["event: ping\n\n: comment\n\ndata: x\n\n", [message("x")]],
  "empty data is an event": ["data\n\n", [message("")]],
  "an event without its blank line is none": ["data: whole\n\ndata: cut\n", [message("whole")]],
  "an ID holds until the next one": [
    "id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
    [message("a", { id: "1" }), message("b", { id: "1" }), message("c")],
  ],
  "an ID in a block without data counts": ["id: 7\n\ndata: a\n\n", [message("a", { id: "7" })]],
  "an ID with a null character does not count": ["id: a\0b\ndata: x\n\n", [message("x")]],
  "retry is a number of digits": [
    "retry: 250\ndata: a\n\nretry: 1e3\ndata: b\n\nretry: 9\n\ndata: c\n\n",
    [message("a", { retry: 250 }), message("b"), message("c")],
  ],
  "other fields and separators of lines within data are kept out of it": [
    "other: x\nevent: kind\ndata: a\u2028id: 5\u0085\n\n",
    [message("a\u2028id: 5\u0085", { event: "kind" })],
  ],
  "a byte order mark is no part of the first line": ["\ufeffdata: é€😀\n\n", [message("é€😀")]],
};

for (const [name, [text, events]] of Object.entries(cases)) {
  test(name, async (t) => {
    t.deepEqual(await eventsOf([text]), events, "in one piece");
    const bytes = Buffer.from(text);
    t.deepEqual(await eventsOf(Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))), events, "by bytes");
  });
}

test("an event whose last line ends in a carriage return is there at once", async (t) => {
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    await connection.sendPieces([chunkedHead(STREAM), chunk("data: now\r\r")]);
    await connection.closed();
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  for await (const { data } of response.aiterSse()) {
    t.is(data, "now");
    break;
  }
  t.true(response.isClosed);
});

test("the data of an event is JSON, or a SyntaxError", (t) => {
  t.deepEqual(new ServerSentEvent({ data: '{"a":1}' }).json(), { a: 1 });
  t.throws(() => new ServerSentEvent({ data: "{" }).json(), { instanceOf: SyntaxError });
});

test("another Content-Type is an SSEError, whose response can be read", async (t) => {
  const response = new Response(200, { html: "<p>" });
  const error = await rejection(response.aiterSse().next());
  t.true(error instanceof SSEError);
  t.is((error as SSEError).response.text, "<p>");
  t.is((error as SSEError).code, "ERR_SSE");
});

test("an event that is too long is an SSEError after the events before it", async (t) => {
  for (const long of [
    `data: ${"x".repeat(2 ** 20 + 1)}\n\n`,
    "data: xxxxxxx\n".repeat(2 ** 18),
    "x".repeat(2 ** 21),
  ]) {
    const headers = { "Content-Type": "text/event-stream; charset=utf-8" };
    const events = new Response(200, { headers, content: `data: first\n\n${long}` }).aiterSse();
    t.is((await events.next()).value.data, "first");
    t.true((await rejection(events.next())) instanceof SSEError);
  }
});

test("JSON lines are values, wherever the body is cut", async (t) => {
  const text = '\ufeff{"a":"é\u2028\u0085"}\r\n\n  \n[1]\n"last"';
  const bytes = Buffer.from(text);
  await using server = await startRawServer(async (connection) => {
    await connection.readRequest();
    const pieces = Array.from(bytes, (_, at) => chunk(bytes.subarray(at, at + 1)));
    await connection.sendPieces([chunkedHead(), ...pieces, LAST_CHUNK]);
    await connection.closed();
  });
  await using client = new AsyncClient();
  await using response = await client.stream("GET", server.url);
  const values: unknown[] = [];
  for await (const value of response.aiterJsonLines()) values.push(value);
  t.deepEqual(values, [{ a: "é\u2028\u0085" }, [1], "last"]);
});

test("a line that is no JSON is a DecodingError with its number, after the values before it", async (t) => {
  const values = new Response(200, { text: "1\n\n{oops}\n4\n" }).aiterJsonLines<number>();
  t.is((await values.next()).value, 1);
  const error = await rejection(values.next());
  t.true(error instanceof DecodingError);
  t.regex((error as Error).message, /line 3 is not valid JSON/);
});
