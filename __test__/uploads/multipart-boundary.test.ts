/**
 * The boundary of a multipart body: random, or the one in the caller's Content-Type, in any spelling of RFC 9110. The
 * first eight spellings are those of HTTPX's tests.
 */
import test from "ava";
import { AsyncClient, MockTransport, Request, Response } from "httpxide";

const files = { file: "<file content>" };

async function bodyOf(request: Request): Promise<string> {
  return new TextDecoder().decode(await request.aread());
}

for (const header of [
  "multipart/form-data; boundary=+++; charset=utf-8",
  "multipart/form-data; charset=utf-8; boundary=+++",
  "multipart/form-data; boundary=+++",
  "multipart/form-data; boundary=+++ ;",
  'multipart/form-data; boundary="+++"; charset=utf-8',
  'multipart/form-data; charset=utf-8; boundary="+++"',
  'multipart/form-data; boundary="+++"',
  'multipart/form-data; boundary="+++" ;',
  "multipart/form-data;boundary=+++",
  "Multipart/Form-Data; BOUNDARY=+++",
  "multipart/mixed; boundary=+++",
  'multipart/related; x="; boundary=no"; boundary=+++',
]) {
  test(`${header} names the boundary, and stays unchanged`, async (t) => {
    const request = new Request("POST", "http://h/", { files, headers: { "content-type": header } });
    t.is(
      await bodyOf(request),
      "--+++\r\n" +
        'Content-Disposition: form-data; name="file"; filename="upload"\r\n' +
        "Content-Type: application/octet-stream\r\n\r\n" +
        "<file content>\r\n" +
        "--+++--\r\n",
    );
    t.deepEqual(request.headers.getList("content-type"), [header]);
  });
}

for (const header of [
  "multipart/form-data; charset=utf-8",
  "multipart/form-data; boundary=",
  'multipart/form-data; x-boundary="+++"',
  "application/x-own; boundary=+++",
  "text/plain",
]) {
  test(`${header} names no boundary: it stays unchanged, and the boundary is random`, async (t) => {
    const request = new Request("POST", "http://h/", { files, headers: { "content-type": header } });
    t.regex(await bodyOf(request), /^--([0-9a-f]{32})\r\n[^]*--\1--\r\n$/);
    t.deepEqual(request.headers.getList("content-type"), [header]);
  });
}

test("without a Content-Type the boundary is random, and different each time", async (t) => {
  const seen = new Set<string>();
  for (let index = 0; index < 100; index++) {
    const request = new Request("POST", "http://h/", { files });
    const boundary = /^multipart\/form-data; boundary=([0-9a-f]{32})$/.exec(
      request.headers.get("content-type") ?? "",
    )?.[1];
    t.true((await bodyOf(request)).endsWith(`\r\n--${boundary}--\r\n`));
    seen.add(boundary ?? "");
  }
  t.is(seen.size, 100);
});

test("a boundary in the client's own headers is used, and one in the call's headers overrides it", async (t) => {
  await using client = new AsyncClient({
    headers: { "Content-Type": "multipart/form-data; boundary=client" },
    transport: new MockTransport(async (request) => new Response(200, { content: await request.aread() })),
  });
  t.true((await client.post("http://h/", { files })).text.startsWith("--client\r\n"));
  const headers = { "content-type": "multipart/form-data; boundary=call" };
  t.true((await client.post("http://h/", { files, headers })).text.startsWith("--call\r\n"));
  t.true((await client.post("http://h/", { content: new FormData(), headers })).text === "--call--\r\n");
});
