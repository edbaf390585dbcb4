// `ws:` is `http:` wherever a URL of a handshake comes from.
import test from "ava";
import { AsyncClient, MockTransport, Response, WebSocketUpgradeError } from "httpxide";
import { startHttpServer } from "../helpers/http-server.js";
import { frame, startWebSocketServer } from "../helpers/websocket-server.js";

test("a redirect of a handshake may lead to ws:, and baseUrl and mounts may have it", async (t) => {
  await using server = await startWebSocketServer(async (session) => {
    await session.send(frame(1, session.request.line));
    await session.receive();
  });
  const url = server.url.replace("http", "ws");
  await using front = await startHttpServer(
    (_request, response) => void response.writeHead(307, { location: `${url}/there` }).end(),
  );
  await using client = new AsyncClient({ followRedirects: true });
  await using redirected = await client.websocket(front.url.replace("http", "ws"));
  t.is(await redirected.receive(), "GET /there HTTP/1.1");

  await using based = new AsyncClient({ baseUrl: url });
  await using session = await based.websocket("/under");
  t.is(await session.receive(), "GET /under HTTP/1.1");

  const mounts = { "ws://own.example": new MockTransport(() => new Response(418)) };
  await using mounted = new AsyncClient({ mounts });
  const error = await t.throwsAsync(mounted.websocket("ws://own.example/"), {
    instanceOf: WebSocketUpgradeError,
  });
  t.is(error?.response.statusCode, 418);
});
