/**
 * Leaves a WebSocket session open, in the way that its second argument says: `quiet` waits for nothing more, `waiting` for a
 * message, and `exit` calls process.exit() while promises of the session are pending.
 */
import { AsyncClient } from "httpxide";

const [url = "", way] = process.argv.slice(2);
const session = await new AsyncClient().websocket(url);
console.log(await session.receive());
if (way === "waiting") console.log(await session.receive());
if (way === "exit") {
  const pending = [session.receive(), session.ping(), session.send("last")];
  for (const promise of pending) promise.catch(() => {});
  process.exit(7);
}
