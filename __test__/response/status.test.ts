// Status: the booleans, the phrases, and raiseForStatus with HTTPX's messages.
import { inspect } from "node:util";
import test from "ava";
import { HTTPStatusError, Request, Response } from "httpxide";

const request = new Request("GET", "https://example.org/");
const MORE = "For more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status";

test("raiseForStatus returns the response when its status is 2xx", (t) => {
  for (const status of [200, 201, 204, 299]) {
    const response = new Response(status, { request });
    t.is(response.raiseForStatus(), response);
  }
});

const errors: readonly [status: number, headers: Record<string, string>, message: string][] = [
  [101, {}, `Informational response '101 Switching Protocols' for url 'https://example.org/'\n${MORE}/101`],
  [
    303,
    { Location: "https://other.org" },
    `Redirect response '303 See Other' for url 'https://example.org/'\nRedirect location: 'https://other.org'\n${MORE}/303`,
  ],
  [304, {}, `Redirect response '304 Not Modified' for url 'https://example.org/'\n${MORE}/304`],
  [403, {}, `Client error '403 Forbidden' for url 'https://example.org/'\n${MORE}/403`],
  [500, {}, `Server error '500 Internal Server Error' for url 'https://example.org/'\n${MORE}/500`],
  [600, {}, `Invalid status code '600 ' for url 'https://example.org/'\n${MORE}/600`],
];

for (const [status, headers, message] of errors) {
  test(`raiseForStatus throws for ${status}`, (t) => {
    const response = new Response(status, { headers, request });
    const error = t.throws(() => response.raiseForStatus(), { instanceOf: HTTPStatusError });
    t.is(error.message, message);
    t.is(error.response, response);
    t.is(error.request, request);
  });
}

test("raiseForStatus never shows a password", (t) => {
  const secret = new Request("GET", "https://user:pass@example.org/");
  const error = t.throws(() => new Response(404, { request: secret }).raiseForStatus());
  t.true(error?.message.includes("'https://[secure]@example.org/'"));
});

test("raiseForStatus needs a request", (t) => {
  const message = "The request instance has not been set on this response.";
  t.throws(() => new Response(200).raiseForStatus(), { message });
  t.throws(() => new Response(200).request, { message });
});

test("each status has its booleans", (t) => {
  const flags = (status: number): string => {
    const r = new Response(status);
    const names = {
      informational: r.isInformational,
      success: r.isSuccess,
      redirect: r.isRedirect,
      client: r.isClientError,
      server: r.isServerError,
      error: r.isError,
    };
    return Object.entries(names)
      .filter(([, set]) => set)
      .map(([name]) => name)
      .join(" ");
  };
  t.is(flags(100), "informational");
  t.is(flags(200), "success");
  t.is(flags(304), "redirect");
  t.is(flags(404), "client error");
  t.is(flags(503), "server error");
  t.is(flags(600), "");
});

test("a redirect has a location only if it can be followed", (t) => {
  const has = (status: number, headers?: Record<string, string>): boolean =>
    new Response(status, { headers }).hasRedirectLocation;
  for (const status of [301, 302, 303, 307, 308]) {
    t.true(has(status, { location: "/" }));
    t.false(has(status));
  }
  for (const status of [200, 201, 300, 304, 305]) t.false(has(status, { location: "/" }));
});

test("reason phrase and version come from the transport, or have defaults", (t) => {
  t.is(new Response(404).reasonPhrase, "Not Found");
  t.is(new Response(299).reasonPhrase, "");
  t.is(new Response(200).httpVersion, "HTTP/1.1");
  const given = new Response(200, { extensions: { reasonPhrase: "Fine", httpVersion: "HTTP/2" } });
  t.is(given.reasonPhrase, "Fine");
  t.is(given.httpVersion, "HTTP/2");
});

test("inspecting a response or a request gives one line, without secrets", (t) => {
  t.is(inspect(new Response(200)), "<Response [200 OK]>");
  t.is(inspect(new Response(299)), "<Response [299]>");
  t.is(inspect(new Request("post", "http://u:p@h/x")), "<Request('POST', 'http://[secure]@h/x')>");
});
