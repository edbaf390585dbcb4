/**
 * A chat over WebSockets: node build/examples/chat.js
 *
 * Starts the examples' servers, and lets two people talk. The server sends each message to everybody.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AsyncClient, WebSocketDisconnect } from "httpxide";
import { chatOn } from "./servers/chat.js";

const server = chatOn(createServer()).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/chat`;

{
  await using client = new AsyncClient();
  await using ada = await client.websocket(url);
  await using ben = await client.websocket(url);

  // Messages wait in the socket until somebody receives them.
  await ada.sendJson({ from: "Ada", text: "Hello, is anybody here?" });
  const { from, text } = await ben.receiveJson<{ from: string; text: string }>();
  console.log(`${from}: ${text}`);
  await ben.sendJson({ from: "Ben", text: "I am." });

  // The loop ends when the server closes the session, or here when Ada has heard enough.
  for await (const message of ada) {
    const said = JSON.parse(String(message)) as { from: string; text: string };
    if (said.from === "Ada") continue;
    console.log(`${said.from}: ${said.text}`);
    break;
  }
  console.log(`a ping takes ${(await ada.ping()).toFixed(1)} ms`);

  // A session that has ended says how.
  await ben.close(1000, "bye");
  const error: unknown = await ben.receive().catch((reason: unknown) => reason);
  if (error instanceof WebSocketDisconnect) console.log(`closed with ${error.code}`);
}
server.close();
