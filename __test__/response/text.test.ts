// Text decoding. The byte sequences are those of HTTPX's own decoder tests (section on text decoding), in our words.
import test from "ava";
import { AsyncClient, MockTransport, Response, ResponseNotRead } from "httpxide";

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));

async function* inChunks(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function collect(texts: AsyncIterable<string>): Promise<string> {
  let all = "";
  for await (const text of texts) all += text;
  return all;
}

const bodies: readonly { name: string; contentType: string | null; hex: string; text: string }[] = [
  { name: "UTF-8 by default", contentType: null, hex: "c3 a9", text: "é" },
  { name: "the charset of Content-Type", contentType: "text/plain; charset=latin-1", hex: "ff", text: "ÿ" },
  { name: "a quoted charset", contentType: 'text/plain; charset="ISO-8859-1"', hex: "e9", text: "é" },
  {
    name: "a charset after other parameters",
    contentType: "a/b; x=y ;CHARSET = utf-8",
    hex: "c3 a9",
    text: "é",
  },
  {
    name: "windows-1252, C1 range included",
    contentType: "text/plain; charset=cp1252",
    hex: "88 80 ff",
    text: "ˆ€ÿ",
  },
  {
    name: "Shift JIS",
    contentType: "text/plain; charset=shift-jis",
    hex: "83 67 83 89 83 78 83 8b",
    text: "トラベル",
  },
  {
    name: "Python's spelling of an encoding",
    contentType: "text/plain; charset=euc_jp",
    hex: "a4 a2",
    text: "あ",
  },
  {
    name: "Python's name of ISO 8859-15",
    contentType: "text/plain; charset=latin9",
    hex: "a4 e9",
    text: "€é",
  },
  {
    name: "UTF-8 with a signature, which is taken off",
    contentType: "text/plain; charset=utf-8-sig",
    hex: "ef bb bf 68 c3 a9",
    text: "hé",
  },
  {
    name: "UTF-8 with a signature, in Python's other spelling and without one",
    contentType: "text/plain; charset=UTF_8_SIG",
    hex: "68 ef bb bf",
    text: "h\ufeff",
  },
  { name: "UTF-16", contentType: "text/plain; charset=utf-16le", hex: "61 00 62 00", text: "ab" },
  {
    name: "UTF-8 for an unknown charset",
    contentType: "text/plain; charset=nonsense",
    hex: "c3 a9",
    text: "é",
  },
  { name: "a byte order mark, which is kept", contentType: null, hex: "ef bb bf 68 69", text: "\ufeffhi" },
  { name: "malformed bytes, which are replaced", contentType: null, hex: "61 ff 62", text: "a\ufffdb" },
  { name: "a character cut off at the end", contentType: null, hex: "61 e3 83", text: "a\ufffd" },
  { name: "nothing", contentType: null, hex: "", text: "" },
];

for (const { name, contentType, hex, text } of bodies) {
  const headers: Record<string, string> = contentType === null ? {} : { "Content-Type": contentType };

  test(`text decodes ${name}`, (t) => {
    t.is(new Response(200, { headers, content: bytes(hex) }).text, text);
  });

  test(`aiterText decodes ${name}, with chunks split anywhere`, async (t) => {
    const body = bytes(hex);
    for (let first = 0; first <= body.length; first += 1) {
      for (let second = first; second <= body.length; second += 1) {
        const chunks = [body.subarray(0, first), body.subarray(first, second), body.subarray(second)];
        const response = new Response(200, { headers, content: inChunks(chunks) });
        t.is(await collect(response.aiterText()), text, `cut at ${first} and ${second}`);
      }
    }
  });
}

test("an assigned encoding overrides Content-Type", (t) => {
  const headers = { "Content-Type": "text/plain; charset=utf-8" };
  const response = new Response(200, { headers, content: bytes("e9") });
  response.encoding = "latin1";
  t.is(response.text, "é");
  t.is(response.encoding, "latin1");
  t.is(response.charsetEncoding, "utf-8");
});

test("the encoding cannot be assigned after text was used", (t) => {
  const response = new Response(200, { text: "a" });
  t.is(response.text, "a");
  t.throws(() => (response.encoding = "latin1"), {
    message: "Setting encoding after `text` has been accessed is not allowed.",
  });
});

test("an unknown encoding cannot be assigned", (t) => {
  const response = new Response(200, { text: "a" });
  t.throws(() => (response.encoding = "nonsense"), { instanceOf: RangeError });
});

test("charsetEncoding is the declared charset, known or not, in lower case", (t) => {
  const charset = (contentType: string): string | null =>
    new Response(200, { headers: { "Content-Type": contentType } }).charsetEncoding;
  t.is(charset("text/plain; charset=UTF-8"), "utf-8");
  t.is(charset("text/plain; charset=Nonsense"), "nonsense");
  t.is(charset("text/plain"), null);
  t.is(new Response(200).charsetEncoding, null);
  t.is(new Response(200).encoding, "utf-8");
});

const serve = (headers: Record<string, string>, content: Uint8Array | (() => AsyncIterable<Uint8Array>)) =>
  new MockTransport(
    () => new Response(200, { headers, content: typeof content === "function" ? content() : content }),
  );

test("defaultEncoding is used when Content-Type names no encoding", async (t) => {
  const transport = serve({}, bytes("e9"));
  await using client = new AsyncClient({ transport, defaultEncoding: "latin1" });
  t.is((await client.get("http://h/")).text, "é");
});

test("defaultEncoding is not used when Content-Type names an encoding", async (t) => {
  const transport = serve({ "Content-Type": "text/plain; charset=utf-8" }, bytes("c3 a9"));
  await using client = new AsyncClient({ transport, defaultEncoding: "latin1" });
  t.is((await client.get("http://h/")).text, "é");
});

test("defaultEncoding may be a function of the body", async (t) => {
  const seen: number[] = [];
  const defaultEncoding = (content: Uint8Array): string | null => {
    seen.push(content.byteLength);
    return content[0] === 0xe9 ? "latin1" : null;
  };
  await using latin = new AsyncClient({ transport: serve({}, bytes("e9")), defaultEncoding });
  t.is((await latin.get("http://h/")).text, "é");
  await using utf8 = new AsyncClient({ transport: serve({}, bytes("c3 a9")), defaultEncoding });
  t.is((await utf8.get("http://h/")).text, "é");
  t.deepEqual(seen, [1, 2]);
});

test("a defaultEncoding function is not called while the body is streamed", async (t) => {
  const transport = serve({}, () => inChunks([bytes("c3 a9")]));
  await using client = new AsyncClient({
    transport,
    defaultEncoding: () => {
      throw new Error("asked");
    },
  });
  await using response = await client.stream("GET", "http://h/");
  t.is(await collect(response.aiterText()), "é");
});

test("a client refuses an unknown defaultEncoding", (t) => {
  const transport = serve({}, bytes(""));
  t.throws(() => new AsyncClient({ transport, defaultEncoding: "nonsense" }), { instanceOf: RangeError });
});

test("text of a streamed response must be read first", async (t) => {
  const response = new Response(200, { content: inChunks([bytes("61")]) });
  t.throws(() => response.text, { instanceOf: ResponseNotRead });
  await response.aread();
  t.is(response.text, "a");
});
