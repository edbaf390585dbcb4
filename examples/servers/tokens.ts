/** The tokens of a language model as server-sent events. The connection breaks after every third one. */
import { setTimeout as pause } from "node:timers/promises";
import type { Call } from "./routes.js";

export const TOKENS = ["Streams ", "break. ", "This ", "one ", "goes ", "on ", "to ", "its ", "end."];

const ON_ONE_CONNECTION = 3;

export async function sendTokens({ request, response }: Call): Promise<void> {
  const next = Number(request.headers["last-event-id"] ?? -1) + 1;
  if (next === TOKENS.length) {
    // there is nothing to come: the client does not connect again
    response.writeHead(204).end();
    return;
  }
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write("retry: 20\n\n");
  for (const [index, token] of TOKENS.slice(next, next + ON_ONE_CONNECTION).entries()) {
    response.write(`event: token\nid: ${next + index}\ndata: ${JSON.stringify({ token })}\n\n`);
    await pause(10);
  }
  response.destroy();
}
