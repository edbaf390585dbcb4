/**
 * Multipart bodies, byte for byte. The expected bytes come from HTTPX 0.28.1 (most cases are in its
 * `tests/test_multipart.py`), or are marked where this package differs on purpose.
 */
import { createReadStream, openAsBlob } from "node:fs";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { type FilesTypes, type FileTypes, Request, type RequestOptions } from "httpxide";

const FIXED = { "Content-Type": "multipart/form-data; boundary=BOUNDARY" };
const OCTETS = "Content-Type: application/octet-stream";

let folder: string;
let path: string;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "httpxide-multipart-"));
  path = join(folder, "name.txt");
  await writeFile(path, "<file content>");
});

test.after.always(() => rm(folder, { recursive: true, force: true }));

/** The request, and its body as latin1 text: one character per byte. */
async function built(options: RequestOptions): Promise<{ request: Request; body: string }> {
  const request = new Request("POST", "http://example.org/", { headers: FIXED, ...options });
  return { request, body: Buffer.from(await request.aread()).toString("latin1") };
}

/** A body of parts, each with its header lines, an empty line and its content; text is encoded as UTF-8. */
function multipart(...parts: readonly (readonly string[])[]): string {
  const text = parts.map((lines) => `--BOUNDARY\r\n${lines.join("\r\n")}\r\n`).join("");
  return Buffer.from(`${text}--BOUNDARY--\r\n`).toString("latin1");
}

const disposition = (name: string, filename?: string): string =>
  `Content-Disposition: form-data; name="${name}"` +
  (filename === undefined ? "" : `; filename="${filename}"`);

interface Case {
  readonly what: string;
  readonly data?: RequestOptions["data"];
  readonly files: FilesTypes;
  readonly parts: readonly (readonly string[])[];
  /** Whether the length is unknown in advance. */
  readonly chunked?: boolean;
}

const CASES: readonly Case[] = [
  {
    what: "a field and a file of which only the content is given",
    data: { text: "abc" },
    files: { file: new Blob(["<file content>"]) },
    parts: [
      [disposition("text"), "", "abc"],
      [disposition("file", "upload"), OCTETS, "", "<file content>"],
    ],
  },
  {
    what: "fields of every kind, those with lists once for each item",
    data: {
      a: "1",
      b: Buffer.from("C"),
      c: ["11", 22, "33"],
      d: "",
      e: true,
      f: null,
      g: 1.5,
      h: [],
      i: [false, undefined],
    },
    files: { file: ["name.txt", "x"] },
    parts: [
      [disposition("a"), "", "1"],
      [disposition("b"), "", "C"],
      [disposition("c"), "", "11"],
      [disposition("c"), "", "22"],
      [disposition("c"), "", "33"],
      [disposition("d"), "", ""],
      [disposition("e"), "", "true"],
      [disposition("f"), "", ""],
      [disposition("g"), "", "1.5"],
      [disposition("i"), "", "false"],
      [disposition("i"), "", ""],
      [disposition("file", "name.txt"), "Content-Type: text/plain", "", "x"],
    ],
  },
  {
    what: "a file with its name",
    files: { file: ["name.txt", new Blob(["<file content>"])] },
    parts: [[disposition("file", "name.txt"), "Content-Type: text/plain", "", "<file content>"]],
  },
  {
    what: "a file with name and type",
    files: { file: ["name.txt", Buffer.from("<bytes>"), "text/x-own; charset=utf-8"] },
    parts: [[disposition("file", "name.txt"), "Content-Type: text/x-own; charset=utf-8", "", "<bytes>"]],
  },
  {
    what: "a file with headers, which come before the type",
    files: { file: ["test.txt", "<str>", "text/plain", { Expires: "0", "X-Note": "für ☃" }] },
    parts: [
      [
        disposition("file", "test.txt"),
        "Expires: 0",
        "X-Note: für ☃",
        "Content-Type: text/plain",
        "",
        "<str>",
      ],
    ],
  },
  {
    what: "a file with headers and a guessed type",
    files: { file: ["test.txt", "<str>", null, { Expires: "0" }] },
    parts: [[disposition("file", "test.txt"), "Expires: 0", "Content-Type: text/plain", "", "<str>"]],
  },
  {
    what: "a file whose headers name a type, which wins over the third element",
    files: { file: ["test.txt", "<str>", "text/plain", { "content-type": "image/png", Expires: "0" }] },
    parts: [[disposition("file", "test.txt"), "content-type: image/png", "Expires: 0", "", "<str>"]],
  },
  {
    what: "a header whose name only contains that of the type, which therefore stays (HTTPX drops it)",
    files: { file: ["test.txt", "<str>", "text/plain", { "X-Content-Type": "y" }] },
    parts: [[disposition("file", "test.txt"), "X-Content-Type: y", "Content-Type: text/plain", "", "<str>"]],
  },
  {
    what: "a file without a name, of which no type is guessed",
    files: { file: [null, Buffer.from("<file content>")] },
    parts: [[disposition("file"), "", "<file content>"]],
  },
  {
    what: "a file without a name but with a type",
    files: { file: [null, '{"a":1}', "application/json"] },
    parts: [[disposition("file"), "Content-Type: application/json", "", '{"a":1}']],
  },
  {
    what: "a file with an empty name, which is as good as none",
    files: { file: ["", "<file content>"] },
    parts: [[disposition("file"), "", "<file content>"]],
  },
  {
    what: "several files under one name, given as pairs",
    files: [
      ["files", ["a.txt", "a"]],
      ["other", "b"],
      ["files", ["c.csv", "c"]],
    ],
    parts: [
      [disposition("files", "a.txt"), "Content-Type: text/plain", "", "a"],
      [disposition("other", "upload"), OCTETS, "", "b"],
      [disposition("files", "c.csv"), "Content-Type: text/csv", "", "c"],
    ],
  },
  {
    what: "several files under one name, given as a list",
    files: { files: [["a.txt", "a"], new File(["b"], "b.json"), Buffer.from("c")], none: [] },
    parts: [
      [disposition("files", "a.txt"), "Content-Type: text/plain", "", "a"],
      [disposition("files", "b.json"), "Content-Type: application/json", "", "b"],
      [disposition("files", "upload"), OCTETS, "", "c"],
    ],
  },
  {
    what: "text beyond ASCII in content, names and values",
    data: { näme: "wért ☃" },
    files: { "f🌍": ["näme.txt", "🌍"] },
    parts: [
      [disposition("näme"), "", "wért ☃"],
      [disposition("f🌍", "näme.txt"), "Content-Type: text/plain", "", "🌍"],
    ],
  },
  {
    what: "line breaks in values and contents, which are left as they are",
    data: { text: "a\nb\r\nc\rd" },
    files: { file: [null, "a\nb\r\n\r\n"] },
    parts: [
      [disposition("text"), "", "a\nb\r\nc\rd"],
      [disposition("file"), "", "a\nb\r\n\r\n"],
    ],
  },
  {
    what: "empty contents",
    files: { a: [null, ""], b: [null, new Uint8Array()], c: [null, new Blob([])], d: [null, []] },
    parts: ["a", "b", "c", "d"].map((name) => [disposition(name), "", ""]),
    chunked: true,
  },
];

for (const { what, data, files, parts, chunked = false } of CASES) {
  test(`multipart: ${what}`, async (t) => {
    const { request, body } = await built({ data, files });
    t.is(body, multipart(...parts));
    t.deepEqual(
      request.headers.raw.filter(([name]) => name !== "Host" && name !== "Content-Type"),
      [chunked ? ["Transfer-Encoding", "chunked"] : ["Content-Length", String(body.length)]],
    );
  });
}

// By HTTPX's tests and by experiment: exactly these characters are escaped.
for (const [name, written] of [
  ["name", "name"],
  ["näme ☃", "näme ☃"],
  ['hello\\world"', "hello\\\\world%22"],
  ["hello\x1a\x1b\x1c", "hello%1A\x1b%1C"],
  ["a\r\nContent-Type: text/html\r\n\r\nx", "a%0D%0AContent-Type: text/html%0D%0A%0D%0Ax"],
  ["\x00\t\x1f\x7f", "%00%09%1F\x7f"],
  ["100%22;=&'", "100%22;=&'"],
  ["../../etc/passwd", "../../etc/passwd"],
] as const) {
  test(`the name ${JSON.stringify(name)} of a field or a file stays one name`, async (t) => {
    const { body } = await built({ data: { [name]: "v" }, files: { [name]: [name, "c", "a/b"] } });
    t.is(
      body,
      multipart(
        [disposition(written), "", "v"],
        [disposition(written, written), "Content-Type: a/b", "", "c"],
      ),
    );
  });
}

const bytes = Buffer.from("<content>");
for (const [what, content] of [
  ["text", "<content>"],
  ["a Uint8Array", new Uint8Array(bytes)],
  ["a Buffer", bytes],
  ["an ArrayBuffer", new Uint8Array(bytes).buffer],
  ["a part of a buffer", new DataView(new Uint8Array(Buffer.from("<<<content>>>")).buffer, 2, 9)],
  ["a Blob", new Blob([bytes])],
  ["a list of pieces", [bytes.subarray(0, 4), "tent>"]],
  ["a set of pieces", new Set(["<con", "tent>"])],
  ["a web stream", new Response("<content>").body!],
] as [string, Exclude<FileTypes, readonly unknown[]>][]) {
  test(`a file may be ${what}`, async (t) => {
    const { body } = await built({ files: { file: [null, content] } });
    t.is(body, multipart([disposition("file"), "", "<content>"]));
  });
}

test("a small file in memory is sent as it was when the request was made", async (t) => {
  const content = Buffer.from("before");
  const request = new Request("POST", "http://h/", { headers: FIXED, files: { file: [null, content] } });
  content.write("after!");
  t.is(Buffer.from(request.content).toString(), multipart([disposition("file"), "", "before"]));
});

for (const [what, file, filename, type] of [
  ["a File", () => new File(["x"], "photo.png"), "photo.png", "image/png"],
  ["a File with a type", () => new File(["x"], "a.png", { type: "image/x-own" }), "a.png", "image/x-own"],
  ["a File with a path", () => new File(["x"], "private/a.txt"), "a.txt", "text/plain"],
  ["a Blob with a type", () => new Blob(["x"], { type: "text/x-own" }), "upload", "text/x-own"],
  ["an fs.ReadStream", () => createReadStream(path), "name.txt", "text/plain"],
  ["text", () => "x", "upload", "application/octet-stream"],
] as [string, () => FileTypes, string, string][]) {
  test(`${what} has the default name ${filename} and the default type ${type}`, async (t) => {
    const { body } = await built({ files: { file: file() } });
    t.is(body.split("\r\n")[1], disposition("file", filename));
    t.is(body.split("\r\n")[2], `Content-Type: ${type}`);
  });
}

test("a given name overrides a File's, and a given type overrides its own", async (t) => {
  const file = new File(["x"], "own.png", { type: "image/png" });
  const { body } = await built({ files: [["f", ["a.txt", file]] as const, ["g", [null, file, "a/b"]]] });
  t.is(
    body,
    multipart(
      [disposition("f", "a.txt"), "Content-Type: image/png", "", "x"],
      [disposition("g"), "Content-Type: a/b", "", "x"],
    ),
  );
});

test("files on disk are sent from their beginning", async (t) => {
  await using handle = await open(path);
  await handle.read(Buffer.alloc(5), 0, 5);
  const blob = await openAsBlob(path);
  const { request, body } = await built({
    files: { stream: [null, createReadStream(path)], handle: [null, handle], blob: [null, blob] },
  });
  t.is(
    body,
    multipart(...["stream", "handle", "blob"].map((name) => [disposition(name), "", "<file content>"])),
  );
  t.is(request.headers.get("content-length"), String(body.length));
  t.is((await handle.stat()).size, 14, "the handle stays open");
});

// Python 3.11's mimetypes module agrees, except for two of them: text/xml and application/javascript.
for (const [filename, type] of [
  ["example.json", "application/json"],
  ["example.txt", "text/plain"],
  ["example.HTML", "text/html"],
  ["a.b.csv", "text/csv"],
  ["a.pdf", "application/pdf"],
  ["a.jpg", "image/jpeg"],
  ["a.zip", "application/zip"],
  ["a.tar", "application/x-tar"],
  ["a.xls", "application/vnd.ms-excel"],
  ["a.mp4", "video/mp4"],
  ["a.xml", "application/xml"],
  ["a.js", "text/javascript"],
  ["no-extension", "application/octet-stream"],
  ["txt", "application/octet-stream"],
  [".txt", "application/octet-stream"],
  ["a.unheard-of", "application/octet-stream"],
  ["a.", "application/octet-stream"],
  ["folder.txt/a", "application/octet-stream"],
] as const) {
  test(`${filename} has the type ${type}`, async (t) => {
    const { body } = await built({ files: { file: [filename, "x"] } });
    t.is(body.split("\r\n")[2], `Content-Type: ${type}`);
  });
}

for (const [what, options, type] of [
  ["empty files leave data a form", { files: {}, data: { a: 1 } }, "application/x-www-form-urlencoded"],
  ["an empty list of files leaves json", { files: [], json: {} }, "application/json"],
  ["null files leave nothing", { files: null }, null],
  ["content wins over files", { content: "c", files: { f: "x" } }, null],
  ["files win over json", { files: { f: "x" }, json: {} }, "multipart/form-data"],
] as [string, RequestOptions, string | null][]) {
  test(what, (t) => {
    const request = new Request("POST", "http://h/", options);
    t.is(request.headers.get("content-type")?.split(";")[0] ?? null, type);
  });
}
