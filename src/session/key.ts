/** The key of a handshake, and what shows that the server has read it (RFC 6455, 1.3). */
import { crypto } from "../platform/crypto.js";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Bytes of a key (RFC 6455, 4.1). */
const KEY = 16;
/** Keys that are drawn together: each draw makes objects for the garbage collector. */
const DRAWN = 64;

let drawn = Buffer.alloc(0);
let used = 0;

/** @internal */
export function newKey(): string {
  if (used === drawn.length) {
    drawn = crypto().randomBytes(KEY * DRAWN);
    used = 0;
  }
  used += KEY;
  return drawn.toString("base64", used - KEY, used);
}

/** The `Sec-WebSocket-Accept` that answers a key. @internal */
export function acceptanceOf(key: string): string {
  const { hash, createHash } = crypto();
  const text = `${key}${GUID}`;
  // before Node.js 20.12 there is only the object, which the garbage collector has to follow
  return hash === undefined ? createHash("sha1").update(text).digest("base64") : hash("sha1", text, "base64");
}
