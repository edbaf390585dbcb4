/** The platform's timers fire at once after 24.8 days and more. A time limit beyond that must not. */
import test from "ava";
import { create } from "axios";
import { AsyncClient } from "httpxide";
import { createAdapter } from "httpxide/axios";
import { HttpxideHttpHandler } from "httpxide/smithy";
import { HttpxideDispatcher } from "httpxide/undici";
import { type HttpServer, startHttpServer } from "../helpers/http-server.js";
import { pause } from "../helpers/waiting.js";

const LONG = 2 ** 31;

/** Later than at once. */
function startSlowServer(): Promise<HttpServer> {
  return startHttpServer(async (_request, response) => {
    await pause(20);
    response.end("in time");
  });
}

test("of a client, over the network and for an application", async (t) => {
  await using server = await startSlowServer();
  const timeout = { connect: LONG, read: LONG, write: LONG, pool: LONG, total: LONG };
  await using client = new AsyncClient({ timeout });
  t.is((await client.get(server.url)).text, "in time");
  await using inProcess = new AsyncClient({
    timeout,
    app: async () => {
      await pause(20);
      return new Response("in time");
    },
  });
  t.is((await inProcess.get("http://a.test/")).text, "in time");
});

test("of axios, undici and Smithy", async (t) => {
  await using server = await startSlowServer();
  const { data } = await create({ adapter: createAdapter() }).get<string>(server.url, { timeout: LONG });
  t.is(data, "in time");

  const limits = { headersTimeout: LONG, bodyTimeout: LONG };
  const dispatcher = new HttpxideDispatcher();
  const { body } = await dispatcher.request({ origin: server.url, path: "/", method: "GET", ...limits });
  t.is(await body.text(), "in time");

  const { protocol, hostname, port } = new URL(server.url);
  const request = { protocol, hostname, port: Number(port), method: "GET", path: "/", headers: {} };
  const { response } = await new HttpxideHttpHandler().handle(request, { requestTimeout: LONG });
  t.is(response.statusCode, 200);
  response.body.destroy();
});
