/**
 * Forms and files of other implementations than the platform's: those of the standard, which `instanceof` does not know,
 * and those of the npm package form-data, which are streams of Node.js. The doubles have what the packages have:
 * undici 7, formdata-node 6, formdata-polyfill 4, fetch-blob 3; form-data 4.
 */
import { EventEmitter } from "node:events";
import test from "ava";
import { AsyncClient, StreamConsumed } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { ok, replying, startRawServer } from "../helpers/raw-server.js";

class ForeignFile {
  readonly [Symbol.toStringTag] = "File";
  readonly type = "text/x-foreign";
  readonly #blob: Blob;

  constructor(
    text: string,
    readonly name: string,
  ) {
    this.#blob = new Blob([text]);
  }

  get size(): number {
    return this.#blob.size;
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#blob.arrayBuffer();
  }

  slice(): never {
    throw new Error("not needed");
  }

  stream(): object {
    return this.#blob.stream();
  }
}

class ForeignFormData {
  readonly [Symbol.toStringTag] = "FormData";
  readonly #entries: [string, unknown][] = [];

  append(name: string, value: unknown): void {
    this.#entries.push([name, value]);
  }

  getAll(name: string): unknown[] {
    return this.#entries.filter(([found]) => found === name).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.getAll(name).length > 0;
  }

  entries(): IterableIterator<[string, unknown]> {
    return this.#entries.values();
  }

  [Symbol.iterator](): IterableIterator<[string, unknown]> {
    return this.entries();
  }
}

/** The body that the server received, read back by the platform's parser. */
async function parsed(received: { body: Buffer; values(name: string): string[] }): Promise<FormData> {
  const headers = { "Content-Type": received.values("content-type")[0] ?? "" };
  return new Response(new Uint8Array(received.body), { headers }).formData();
}

for (const option of ["content", "data"] as const) {
  test(`a FormData of another implementation is sent as ${option}, with its length, any number of times`, async (t) => {
    await using server = await startRawServer(replying(ok()));
    await using client = new AsyncClient();
    const form = new ForeignFormData();
    form.append("text", "Grüße");
    form.append("file", new ForeignFile("hello", "h.txt"));
    const request = client.buildRequest("POST", server.url, { [option]: form });
    for (const attempt of [0, 1]) {
      await client.send(request);
      const received = server.requests[attempt]!;
      t.is(received.values("content-length")[0], String(received.body.length));
      const fields = await parsed(received);
      t.is(fields.get("text"), "Grüße");
      const file = fields.get("file") as File;
      t.deepEqual([file.name, file.type, await file.text()], ["h.txt", "text/x-foreign", "hello"]);
    }
  });
}

test("a File of another implementation is content and a file", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  await client.post(server.url, { content: new ForeignFile("hello", "h.txt") });
  t.is(server.requests[0]!.body.toString(), "hello");
  t.deepEqual(server.requests[0]!.values("content-type"), ["text/x-foreign"]);
  await client.post(server.url, { files: { file: new ForeignFile("hello", "h.txt") } });
  const file = (await parsed(server.requests[1]!)).get("file") as File;
  t.deepEqual([file.name, file.type], ["h.txt", "text/x-foreign"]);
});

test("a FormData with a value that is neither text nor a Blob is a TypeError that names the field", async (t) => {
  const form = new ForeignFormData();
  form.append("bad", { a: 1 });
  await using client = new AsyncClient();
  const error = await rejection(client.post("http://127.0.0.1:1/", { content: form }));
  t.true(error instanceof TypeError);
  t.regex((error as Error).message, /"bad"/);
});

/** As form-data 4: neither an iterator nor a standard FormData, but a stream of Node.js 0.10. */
class PackageForm extends EventEmitter {
  readonly #body: Buffer;
  readonly #isLengthKnown: boolean;

  constructor(text: string, isLengthKnown: boolean) {
    super();
    this.#isLengthKnown = isLengthKnown;
    this.#body = Buffer.from(
      `--bound\r\nContent-Disposition: form-data; name="a"\r\n\r\n${text}\r\n--bound--\r\n`,
    );
  }

  getBoundary(): string {
    return "bound";
  }

  getHeaders(): Record<string, string> {
    return { "content-type": `multipart/form-data; boundary=${this.getBoundary()}` };
  }

  getLengthSync(): number {
    return this.#body.length;
  }

  hasKnownLength(): boolean {
    return this.#isLengthKnown;
  }

  pipe(destination: NodeJS.WritableStream): NodeJS.WritableStream {
    if (this.#body.includes("broken")) setImmediate(() => this.emit("error", new RangeError("broken")));
    else destination.end(this.#body);
    return destination;
  }
}

for (const [isLengthKnown, header] of [
  [true, "content-length"],
  [false, "transfer-encoding"],
] as const) {
  for (const option of ["content", "data"] as const) {
    test(`a form of the package form-data is sent as ${option}, with ${header}`, async (t) => {
      await using server = await startRawServer(replying(ok()));
      await using client = new AsyncClient();
      const form = new PackageForm("value", isLengthKnown) as never;
      await client.post(server.url, { [option]: form });
      const received = server.requests[0]!;
      t.is(received.values(header).length, 1);
      t.is((await parsed(received)).get("a"), "value");
      t.true((await rejection(client.post(server.url, { [option]: form }))) instanceof StreamConsumed);
    });
  }
}

test("an error of such a form is the call's", async (t) => {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const error = await rejection(
    client.post(server.url, { content: new PackageForm("broken", true) as never }),
  );
  t.is((error as Error).message, "broken");
});

test("a form of the package form-data is refused as json", async (t) => {
  await using client = new AsyncClient();
  const call = client.post("http://127.0.0.1:1/", { json: new PackageForm("value", true) });
  await t.throwsAsync(call, { instanceOf: TypeError, message: /^json must .*give it as content/ });
});
