// A class where a function is expected is refused by name: calling it would fail later, with an error that says nothing.
import test from "ava";
import { AsyncClient, BearerAuth, FunctionAuth, MockTransport, Response, RetryTransport } from "httpxide";

class Given {
  readonly given = true;
}

const mock = new MockTransport();
const client = new AsyncClient({ transport: mock });
/** The types refuse a class: a program in JavaScript does not. */
const given = Given as never;

const places: Record<string, () => unknown> = {
  "auth of a client": () => new AsyncClient({ auth: given }),
  "auth of a call": () => client.get("http://h/", { auth: given }),
  "auth that is a class of the platform": () => client.get("http://h/", { auth: Date as never }),
  FunctionAuth: () => new FunctionAuth(given),
  BearerAuth: () => new BearerAuth(given),
  "a request hook": () => new AsyncClient({ eventHooks: { request: [given] } }),
  "an error hook": () => new AsyncClient({ eventHooks: { error: [given] } }),
  onUploadProgress: () => client.post("http://h/", { content: "a", onUploadProgress: given }),
  onDownloadProgress: () => client.get("http://h/", { onDownloadProgress: given }),
  onInformational: () => client.get("http://h/", { onInformational: given }),
  trace: () => client.get("http://h/", { extensions: { trace: given } }),
  trailers: () => client.post("http://h/", { content: "a", trailers: given }),
  resolver: () => new AsyncClient({ resolver: given }),
  "when of a retry": () => new RetryTransport(mock, { when: given }),
  "onRetry of a retry": () => client.get("http://h/", { retry: { onRetry: given } }),
  defaultEncoding: () => new AsyncClient({ defaultEncoding: given }),
  app: () => new AsyncClient({ app: given }).get("http://h/"),
  "a handler of a mock": () => new MockTransport(given),
  "a reply of a mock": () => new MockTransport().get("http://h/").reply(given),
  "a WebSocket of a mock": () => MockTransport.webSocket(given),
  "the function of stream()": () => client.stream("GET", "http://h/", {}, given),
};

for (const [name, use] of Object.entries(places)) {
  test(`${name}: a class is refused`, async (t) => {
    const error = await t.throwsAsync(async () => use(), {
      instanceOf: TypeError,
      code: "ERR_INVALID_ARG_TYPE",
    });
    t.regex(error.message, /function|class|request listener/);
  });
}

test("an application is a class with a static fetch()", async (t) => {
  class App {
    readonly given = true;
    static fetch(): globalThis.Response {
      return new globalThis.Response("answered");
    }
  }
  await using within = new AsyncClient({ app: App });
  t.is((await within.get("http://h/")).text, "answered");
});

test("a function that can be constructed is a function", async (t) => {
  function handler(): Response {
    return new Response(200, { text: "answered" });
  }
  await using within = new AsyncClient({ transport: new MockTransport(handler) });
  t.is((await within.get("http://h/")).text, "answered");
});
