/** Lines of a response whose pieces end in the middle of lines and characters. */
import { AsyncClient } from "httpxide";
import type { Addresses } from "../../servers/addresses.js";
import { checkEqual } from "../check.js";
import { row } from "../screen.js";

export async function lines({ http }: Addresses): Promise<void> {
  await using client = new AsyncClient({ baseUrl: http });
  await using response = await client.stream("GET", "/events");
  const events: { id: number; what: string }[] = [];
  for await (const line of response.aiterLines()) {
    events.push(JSON.parse(line));
    row(events.length === 1 ? "GET /events" : "", line);
  }
  const ids = events.map(({ id }) => id);
  checkEqual("the order of the lines", ids, [1, 2, 3, 4, 5]);
  checkEqual("the third line", events[2]?.what, "起動");
}
