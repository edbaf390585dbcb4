// aiterLines: the lines of Python's str.splitlines. The first rows are HTTPX's own cases, the others ours.
import test from "ava";
import { Response } from "httpxide";

const cases: readonly [chunks: readonly string[], lines: readonly string[]][] = [
  [
    ["", "a\n\nb\nc"],
    ["a", "", "b", "c"],
  ],
  [
    ["", "12345\n", "foo ", "bar ", "baz\n"],
    ["12345", "foo bar baz"],
  ],
  [["a\r\rb\rc"], ["a", "", "b", "c"]],
  [["a\r\rb\rc\r"], ["a", "", "b", "c"]],
  [
    ["", "12345\r", "foo ", "bar ", "baz\r"],
    ["12345", "foo bar baz"],
  ],
  [["a\r\n\r\nb\r\nc"], ["a", "", "b", "c"]],
  [["a\r\n\r\nb\r\nc\r\n"], ["a", "", "b", "c"]],
  [
    ["", "a\r", "\n\r\nb\r\nc"],
    ["a", "", "b", "c"],
  ],
  [
    ["", "12345\r\n", "foo bar baz\r\n"],
    ["12345", "foo bar baz"],
  ],
  [[""], []],
  [[], []],
  [["\r"], [""]],
  [["\n"], [""]],
  [
    ["\r", "\r"],
    ["", ""],
  ],
  [["a\n\n"], ["a", ""]],
  [
    ["a\r", "b"],
    ["a", "b"],
  ],
  [["a\x0bb\x0cc"], ["a", "b", "c"]],
  [["a\x1cb\x1dc\x1ed"], ["a", "b", "c", "d"]],
  [["a\x85b"], ["a", "b"]],
  [["a\u2028b\u2029c"], ["a", "b", "c"]],
  [["a\x1fb\tc"], ["a\x1fb\tc"]],
  [["one\n\rtwo"], ["one", "", "two"]],
];

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

async function* inChunks<T>(chunks: readonly T[]): AsyncGenerator<T> {
  yield* chunks;
}

for (const [chunks, lines] of cases) {
  test(`${JSON.stringify(chunks)} has the lines ${JSON.stringify(lines)}`, async (t) => {
    t.deepEqual(await collect(new Response(200, { content: inChunks(chunks) }).aiterLines()), lines);
  });

  test(`${JSON.stringify(chunks)} has the same lines byte by byte, and all at once`, async (t) => {
    const body = new TextEncoder().encode(chunks.join(""));
    const singles = [...body].map((byte) => Uint8Array.of(byte));
    t.deepEqual(await collect(new Response(200, { content: inChunks(singles) }).aiterLines()), lines);
    t.deepEqual(await collect(new Response(200, { content: body }).aiterLines()), lines);
  });
}

test("a line in very many chunks takes linear time", async (t) => {
  const chunks = Array.from({ length: 100_000 }, () => "0123456789");
  const lines = await collect(new Response(200, { content: inChunks([...chunks, "\nend"]) }).aiterLines());
  t.deepEqual([lines[0]?.length, lines[1]], [1_000_000, "end"]);
});
