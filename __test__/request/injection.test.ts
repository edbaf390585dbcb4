/**
 * Characters that would end a line of the request's head, or a C string, are refused in every place where a caller can
 * put them, before a single byte is sent.
 */
import { openAsBlob } from "node:fs";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { AsyncClient, Headers, InvalidURL, LocalProtocolError } from "httpxide";
import { rejection } from "../helpers/failures.js";
import { ok, type RawServer, replying, startRawServer } from "../helpers/raw-server.js";

const SECRET = "s3cret";
const CHARACTERS: Readonly<Record<string, string>> = {
  CR: "\r",
  LF: "\n",
  CRLF: "\r\n",
  "CRLF and a header": "\r\nX-Evil: 1",
  "CRLF, CRLF and a request": "\r\n\r\nGET /evil HTTP/1.1\r\n\r\n",
  NUL: "\0",
};

type Call = (client: AsyncClient, url: string) => Promise<unknown>;
type ErrorClass = abstract new (...parameters: never[]) => Error;

/** Asserts that the call is refused, and that the server receives nothing. */
async function isRefused(t: ExecutionContext, expected: ErrorClass, call: Call): Promise<Error> {
  await using server = await startRawServer(replying(ok()));
  await using client = new AsyncClient();
  const error = await rejection(client.get(server.url).then(() => call(client, server.url)));
  t.true(error instanceof expected, `expected a ${expected.name}, got ${String(error)}`);
  t.is(server.requests.length, 1, "the server was sent a request");
  await isStillUsable(t, server, client);
  return error as Error;
}

async function isStillUsable(t: ExecutionContext, server: RawServer, client: AsyncClient): Promise<void> {
  t.is((await client.get(`${server.url}/after`)).text, "ok");
  t.deepEqual(
    server.requests.map((request) => request.line),
    ["GET / HTTP/1.1", "GET /after HTTP/1.1"],
  );
}

for (const [name, bad] of Object.entries(CHARACTERS)) {
  test(`${name} in a header's value is refused, and the message does not contain the value`, async (t) => {
    for (const value of [`${SECRET}${bad}`, `${bad}${SECRET}`, `${SECRET}${bad}x`]) {
      const error = await isRefused(t, LocalProtocolError, (client, url) =>
        client.get(url, { headers: { "X-Token": value } }),
      );
      t.regex(error.message, /x-token/i);
      t.false(error.message.includes(SECRET));
    }
  });

  test(`${name} in a header's name is refused`, async (t) => {
    for (const header of [`X${bad}Y`, `X-Name${bad}`, `${bad}X-Name`]) {
      await isRefused(t, LocalProtocolError, (client, url) =>
        client.get(url, { headers: { [header]: "v" } }),
      );
    }
  });

  test(`${name} in headers is refused in every form that headers may have`, async (t) => {
    const value = `v${bad}w`;
    await isRefused(t, LocalProtocolError, (client, url) =>
      client.get(url, { headers: [["X-Name", value]] }),
    );
    await isRefused(t, LocalProtocolError, async (client, url) => {
      const headers = new Headers();
      headers.append("X-Name", value);
      return client.get(url, { headers });
    });
    await isRefused(t, LocalProtocolError, async (client, url) => {
      const request = client.buildRequest("GET", url);
      request.headers.set("X-Name", value);
      return client.send(request);
    });
    await isRefused(t, LocalProtocolError, async () => new AsyncClient({ headers: { "X-Name": value } }));
  });

  for (const header of ["Host", "Content-Type", "Content-Length", "Transfer-Encoding", "Connection"]) {
    test(`${name} in ${header} is refused`, async (t) => {
      await isRefused(t, LocalProtocolError, (client, url) =>
        client.post(url, { content: "x", headers: { [header]: `1${bad}` } }),
      );
    });
  }

  test(`${name} in the method is refused`, async (t) => {
    for (const method of [`GET${bad}`, `${bad}GET`, `GE${bad}T`, `GET /evil HTTP/1.1${bad}X: `]) {
      await isRefused(t, LocalProtocolError, (client, url) => client.request(method, url));
    }
  });

  test(`${name} in the URL is refused`, async (t) => {
    for (const part of [`/path${bad}`, `/pa${bad}th`, `/?query=${bad}x`, `/#frag${bad}ment`]) {
      await isRefused(t, InvalidURL, (client, url) => client.get(url + part));
    }
    await isRefused(t, InvalidURL, (client, url) => client.get(url.replace("127", `1${bad}27`)));
    await isRefused(t, InvalidURL, (client, url) => client.get(url.replace("//", `//us${bad}er@`)));
    await isRefused(t, InvalidURL, (client, url) => client.get(bad + url));
  });

  test(`${name} in params is sent escaped`, async (t) => {
    await using server = await startRawServer(replying(ok()));
    await using client = new AsyncClient();
    await client.get(server.url, { params: { [`k${bad}`]: `v${bad}` } });
    const [, path = ""] = server.requests[0]?.line.split(" ") ?? [];
    t.deepEqual([...new URL(path, server.url).searchParams], [[`k${bad}`, `v${bad}`]]);
    t.is(server.requests.length, 1);
  });
}

for (const method of ["", " ", "GET /", "GÉT", "G(T", "GET,POST"]) {
  test(`the method ${JSON.stringify(method)} is refused`, async (t) => {
    await isRefused(t, LocalProtocolError, (client, url) => client.request(method, url));
  });
}

// U+010D and U+010A are CR and LF for code that truncates characters to bytes.
for (const type of ["text/plain\r\nX-Evil: 1", "text/plain\u010d\u010aX-Evil: 1", "text/plain\0"]) {
  test(`the file type ${JSON.stringify(type)} is refused`, async (t) => {
    // Blob drops such a type itself, openAsBlob does not.
    const file = await openAsBlob(fileURLToPath(import.meta.url), { type });
    await isRefused(t, LocalProtocolError, (client, url) => client.post(url, { content: file }));
  });
}

test("a blob whose size is not a number is refused", async (t) => {
  const blob = Object.defineProperty(new Blob(["x"]), "size", { value: "1\r\nX-Evil: 1" });
  await isRefused(t, LocalProtocolError, (client, url) => client.post(url, { content: blob }));
});

for (const header of ["", " ", "X Name", "X:Name", "Ümlaut", "X(Name)", "X-Name "]) {
  test(`the header name ${JSON.stringify(header)} is refused`, async (t) => {
    await isRefused(t, LocalProtocolError, (client, url) => client.get(url, { headers: { [header]: "v" } }));
  });
}

for (const value of ["v\x01", "\x7f", "世界", "v\x1b[2J"]) {
  test(`the header value ${JSON.stringify(value)} is refused`, async (t) => {
    await isRefused(t, LocalProtocolError, (client, url) =>
      client.get(url, { headers: { "X-Name": value } }),
    );
  });
}

test("a request's method cannot be changed to an invalid one", (t) => {
  const request = new AsyncClient().buildRequest("GET", "http://127.0.0.1/");
  t.throws(() => Object.assign(request, { method: "GET /evil HTTP/1.1\r\nX-Evil: 1\r\nY:" }), {
    instanceOf: TypeError,
  });
  t.is(request.method, "GET");
});
