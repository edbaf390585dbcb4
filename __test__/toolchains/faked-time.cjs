// What has to hold while a test runner fakes the time, all of it: requests get their answers, and clients close. CommonJS,
// as smoke.cjs is.
"use strict";
const { deepEqual, equal, ok, rejects } = require("node:assert/strict");

/** The checks by name, for the modules httpxide and httpxide/fetch; each is called with the URL of the server. */
module.exports = (httpxide, { createFetch }) => {
  async function withClient(options, use) {
    const client = new httpxide.AsyncClient(options);
    await use(client);
    await client.aclose();
    equal(client.isClosed, true);
  }
  async function* pieces() {
    yield "one ";
    yield "two";
  }

  return {
    "no function of the time is the platform's": () => {
      const isFake = (one) => one.clock !== undefined || one._isMockFunction === true;
      const faked = { setTimeout, setInterval, setImmediate, queueMicrotask, nextTick: process.nextTick };
      const genuine = Object.keys(faked).filter((name) => !isFake(faked[name]));
      const spared = (process.env.SMOKE_GENUINE ?? "").split(" ").filter(Boolean);
      deepEqual(genuine, spared);
    },
    "a GET is answered": (url) =>
      withClient({}, async (client) => equal((await client.get(`${url}/echo`)).json().url, "/echo")),
    "a generator is sent": (url) =>
      withClient({}, async (client) =>
        equal((await client.post(`${url}/echo`, { content: pieces() })).json().body, "one two"),
      ),
    "a body is streamed": (url) =>
      withClient({}, async (client) => {
        const lines = [];
        for await (const line of (await client.stream("GET", `${url}/lines`)).aiterLines()) lines.push(line);
        deepEqual(lines, ["one", "two", "three"]);
      }),
    "an endless body can be left": (url) =>
      withClient({}, async (client) => {
        for await (const piece of (await client.stream("GET", `${url}/endless`)).aiterBytes()) {
          ok(piece.length > 0);
          break;
        }
      }),
    "a redirect is followed": (url) =>
      withClient({ followRedirects: true }, async (client) =>
        equal((await client.get(`${url}/redirect`)).url.pathname, "/echo"),
      ),
    "a timeout is that of the real time": (url) =>
      withClient({ timeout: { read: 50 } }, (client) =>
        rejects(client.get(`${url}/slow`), { name: "ReadTimeout" }),
      ),
    "messages go over a WebSocket": (url) =>
      withClient({}, (client) =>
        client.websocket(`${url}/socket`, {}, async (session) => {
          await session.send("text");
          equal(await session.receiveText(), "text");
        }),
      ),
    "fetch is answered, and streams": (url) =>
      withClient({}, async (client) => {
        const fetch = createFetch(client);
        equal((await (await fetch(`${url}/echo`)).json()).url, "/echo");
        const pieces = [];
        for await (const piece of (await fetch(`${url}/lines`)).body) pieces.push(piece);
        equal(Buffer.concat(pieces).toString(), "one\ntwo\nthree\n");
      }),
  };
};
