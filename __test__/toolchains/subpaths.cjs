// What has to hold of the package's subpaths in every runtime: a few checks for each, named after it. CommonJS, as smoke.cjs
// is; the modules are passed in, since how they are loaded is what differs.
"use strict";
const { deepEqual, equal, ok, rejects } = require("node:assert/strict");
const axios = require("axios");
const {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} = require("@opentelemetry/sdk-trace-node");

/** The checks by name; `httpxide` has a member for each subpath. Each check is called with the URL of the server. */
module.exports = (httpxide) => {
  const checks = {
    "fetch: JSON goes there and back": async (url) => {
      const init = { method: "POST", body: JSON.stringify({ a: "ü" }), headers: { "X-One": "1" } };
      const response = await httpxide.fetch.fetch(`${url}/echo`, init);
      ok(response instanceof Response);
      const { body, headers, method } = await response.json();
      deepEqual([method, body, headers["x-one"]], ["POST", '{"a":"ü"}', "1"]);
    },
    "fetch: a body is streamed in both directions": async (url) => {
      const body = new Blob(["streamed"]).stream();
      const response = await httpxide.fetch.fetch(`${url}/mirror`, { method: "POST", body, duplex: "half" });
      let text = "";
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) text += piece;
      equal(text, "streamed");
    },
    "fetch: an abort and a broken connection reject as the platform's do": async (url) => {
      const controller = new AbortController();
      const call = httpxide.fetch.fetch(`${url}/slow`, { signal: controller.signal });
      controller.abort();
      await rejects(call, { name: "AbortError" });
      await rejects(httpxide.fetch.fetch(`${url}/broken`), (error) => {
        ok(error instanceof TypeError);
        equal(error.cause.name, "RemoteProtocolError");
        return true;
      });
    },
    "fetch: install() replaces the global one": async (url) => {
      const platform = globalThis.fetch;
      const undo = httpxide.fetch.install();
      try {
        equal((await (await fetch(`${url}/echo`)).json()).url, "/echo");
        ok(globalThis.fetch !== platform);
      } finally {
        undo();
      }
      equal(globalThis.fetch, platform);
    },
    "axios: JSON goes there and back": async (url) => {
      const client = axios.create({ adapter: httpxide.axios.adapter, baseURL: url });
      const { data, status } = await client.post("/echo", { a: 1 }, { params: { b: 2 } });
      deepEqual([status, data.url, data.body], [200, "/echo?b=2", '{"a":1}']);
    },
    "axios: a bad status is an AxiosError": async (url) => {
      const client = axios.create({ adapter: httpxide.axios.createAdapter({}), baseURL: url });
      await rejects(client.get("/status/404"), (error) => {
        ok(axios.isAxiosError(error));
        equal(error.response.status, 404);
        return true;
      });
    },
    "axios: a body is streamed": async (url) => {
      const client = axios.create({ adapter: httpxide.axios.adapter });
      const { data } = await client.get(`${url}/lines`, { responseType: "stream" });
      let text = "";
      for await (const piece of data) text += piece;
      equal(text, "one\ntwo\nthree\n");
    },
    "websocket: messages come back, and it closes": async (url) => {
      const socket = new httpxide.websocket.WebSocket(`${url}/socket`);
      socket.binaryType = "arraybuffer";
      const received = [];
      const closed = new Promise((resolve, reject) => {
        socket.addEventListener("error", ({ error }) => reject(error));
        socket.addEventListener("open", () => {
          socket.send("text");
          socket.send(new Uint8Array([1, 2]));
        });
        socket.addEventListener("message", ({ data }) => {
          received.push(typeof data === "string" ? data : [...new Uint8Array(data)]);
          if (received.length === 2) socket.close(1000, "done");
        });
        socket.addEventListener("close", resolve);
      });
      const { code, wasClean } = await closed;
      deepEqual([received, code, wasClean], [["text", [1, 2]], 1000, true]);
    },
    "eventsource: events are heard": async (url) => {
      const source = new httpxide.eventsource.EventSource(`${url}/events`);
      const received = [];
      await new Promise((resolve, reject) => {
        source.addEventListener("error", reject);
        source.addEventListener("message", ({ data }) => received.push(data));
        source.addEventListener("second", ({ data, lastEventId }) => {
          received.push(data, lastEventId);
          resolve();
        });
      });
      source.close();
      deepEqual(received, ["one", "two", "1"]);
    },
    "undici: a dispatcher requests, and streams": async (url) => {
      const dispatcher = new httpxide.undici.HttpxideDispatcher();
      const options = { origin: url, path: "/echo", method: "PUT", body: "content" };
      const { statusCode, body } = await dispatcher.request(options);
      equal(statusCode, 200);
      equal((await body.json()).body, "content");
      const { body: lines } = await dispatcher.request({ origin: url, path: "/lines", method: "GET" });
      equal(await lines.text(), "one\ntwo\nthree\n");
      await dispatcher.close();
    },
    "undici: the fetch of Node.js goes through it as the global dispatcher": async (url) => {
      // Bun and Deno have a fetch without dispatchers
      if ("Bun" in globalThis || "Deno" in globalThis) return;
      let isUsed = false;
      class Watched extends httpxide.undici.HttpxideDispatcher {
        dispatch(...given) {
          isUsed = true;
          return super.dispatch(...given);
        }
      }
      const dispatcher = new Watched();
      const names = [1, 2].map((version) => Symbol.for(`undici.globalDispatcher.${version}`));
      const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
      for (const name of names) globalThis[name] = dispatcher;
      try {
        equal(await (await fetch(`${url}/lines`)).text(), "one\ntwo\nthree\n");
        equal(isUsed, true);
      } finally {
        for (const [index, name] of names.entries()) {
          if (before[index] === undefined) delete globalThis[name];
          else Object.defineProperty(globalThis, name, before[index]);
        }
      }
    },
    "smithy: a handler sends, and streams": async (url) => {
      const handler = new httpxide.smithy.HttpxideHttpHandler();
      const { protocol, hostname, port } = new URL(url);
      const request = { protocol, hostname, port: Number(port), method: "POST", path: "/mirror" };
      const body = new TextEncoder().encode("bytes");
      const { response } = await handler.handle({ ...request, headers: {}, query: {}, body });
      equal(response.statusCode, 200);
      let text = "";
      for await (const piece of response.body) text += piece;
      equal(text, "bytes");
      handler.destroy();
    },
    "opentelemetry: a request is a span, and sends its context": async (url) => {
      const exporter = new InMemorySpanExporter();
      const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
      const instrumentation = new httpxide.opentelemetry.HttpxideInstrumentation({ enabled: false });
      instrumentation.setTracerProvider(provider);
      instrumentation.enable();
      try {
        await (await httpxide.fetch.fetch(`${url}/echo`)).text();
      } finally {
        instrumentation.disable();
      }
      const spans = exporter.getFinishedSpans();
      deepEqual(
        spans.map(({ name, attributes }) => [name, attributes["http.response.status_code"]]),
        [["GET", 200]],
      );
      await provider.shutdown();
    },
  };
  return {
    "each subpath has a check": () => {
      const checked = new Set(Object.keys(checks).map((name) => name.split(":")[0]));
      deepEqual(Object.keys(httpxide).sort(), [...checked].sort());
    },
    ...checks,
  };
};
