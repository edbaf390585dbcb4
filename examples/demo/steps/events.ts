/** An event stream whose connection breaks, read by a loop and by the platform's class. */
import { AsyncClient } from "httpxide";
import { createEventSource } from "httpxide/eventsource";
import type { Addresses } from "../../servers/addresses.js";
import { TOKENS } from "../../servers/tokens.js";
import { checkEqual } from "../check.js";
import { row } from "../screen.js";

export async function events({ http }: Addresses): Promise<void> {
  await using client = new AsyncClient({ baseUrl: http });
  const tokens: string[] = [];
  await using stream = await client.sse("/tokens");
  for await (const event of stream) tokens.push(event.json<{ token: string }>().token);
  checkEqual("what came over three connections", tokens.join(""), TOKENS.join(""));
  row("client.sse()", tokens.join(""));

  const EventSource = createEventSource(client);
  const source = new EventSource("/tokens");
  let text = "";
  let connections = 0;
  source.addEventListener("open", () => (connections += 1));
  source.addEventListener("token", ({ data }) => (text += JSON.parse(data as string).token));
  await new Promise<void>((resolve) => {
    source.addEventListener("error", () => source.readyState === EventSource.CLOSED && resolve());
  });
  checkEqual("what the platform's class received", [text, connections], [TOKENS.join(""), 3]);
  row("EventSource", `${connections} connections`);
}
