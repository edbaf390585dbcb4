/** A handler of `node:http2` that gives up in the middle of a body: the response is an error, not shorter. */
import type { ServerHttp2Stream } from "node:http2";
import test from "ava";
import { AsyncClient, RemoteProtocolError } from "httpxide";
import { failsAs, rejection } from "../helpers/failures.js";
import { startPlainHttp2Server } from "../helpers/http2-server.js";

const waysToGiveUp: Record<string, (stream: ServerHttp2Stream) => void> = {
  "destroys its stream": (stream) => stream.destroy(),
  "destroys its stream with an error": (stream) => stream.destroy(new Error("given up")),
  "destroys its session": (stream) => stream.session!.destroy(),
  "closes its session and destroys its stream": (stream) => {
    stream.session!.close();
    stream.destroy();
  },
};

for (const [way, giveUp] of Object.entries(waysToGiveUp)) {
  for (const fields of [{}, { "content-length": "14" }, { "content-length": "7" }]) {
    test(`a handler that ${way} after 7 bytes, with ${JSON.stringify(fields)}`, async (t) => {
      await using server = await startPlainHttp2Server((stream, headers) => {
        stream.respond({ ":status": 200, ...fields });
        stream.write("line 1\n");
        if (headers[":path"] === "/at-once") giveUp(stream);
        else setTimeout(giveUp, 20, stream);
      });
      await using client = new AsyncClient({ http1: false, http2: true });
      await failsAs(t, client.get(server.url), { as: RemoteProtocolError, requestSent: true });
      t.true((await rejection(client.get(`${server.url}/at-once`))) instanceof RemoteProtocolError);
      const response = await client.stream("GET", server.url);
      t.is(response.statusCode, 200);
      t.true((await rejection(response.aread())) instanceof RemoteProtocolError);
    });
  }
}
