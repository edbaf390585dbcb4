// WebSocket: messages there and back, messages received as fast as they are taken, and quiet sessions.
import { LARGE_BYTES } from "../servers/content.mjs";

/** One operation is one message there and back. */
export function echo({ sessions, window, bytes }) {
  const message = new Uint8Array(bytes).fill(0x61);
  return {
    title: `messages of ${bytes} bytes there and back, ${sessions} sessions, ${window} in flight in each`,
    uses: "websocket",
    inFlight: sessions * window,
    connections: sessions,
    rate: "messages/s",
    start(peer, urls) {
      const opened = [];
      let operations = 0;
      return async () => {
        const at = operations++ % sessions;
        const session = await (opened[at] ??= peer.websocket(`${urls.websocket}/echo`));
        return session.roundTrip(message);
      };
    },
    check(length) {
      if (length !== bytes) throw new Error(`a message of ${length} bytes instead of ${bytes}`);
    },
  };
}

/** One operation is 256 MiB in messages of 64 KiB. */
export function received({ path, title }) {
  return {
    title,
    uses: "websocket",
    inFlight: 1,
    rate: "MB/s",
    bytes: LARGE_BYTES,
    watchesStalls: true,
    start: (peer, urls) => async () => (await peer.websocket(`${urls.websocket}/${path}`)).receiveAll(),
    check(length) {
      if (length !== LARGE_BYTES) throw new Error(`${length} bytes came instead of ${LARGE_BYTES}`);
    },
  };
}

const IDLE = 10_000;
const AT_ONCE = 100;

/** The memory of the process with its first session. */
let rssOfOne = 0;

async function settled() {
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 100));
  return process.memoryUsage.rss();
}

/**
 * The warm-up opens the sessions. What counts is the memory of the process while they are quiet; what each adds to that of
 * Node.js and the packages is told beside it.
 */
export const idle = {
  title: `${IDLE} sessions without messages`,
  uses: "websocket",
  inFlight: 1,
  connections: IDLE,
  rate: "looks/s",
  start(peer, urls) {
    const sessions = [];
    const open = async (count) => {
      const opening = Array.from({ length: count }, () => peer.websocket(`${urls.websocket}/echo`));
      sessions.push(...(await Promise.all(opening)));
    };
    return async () => {
      if (sessions.length === 0) {
        await open(1);
        rssOfOne = await settled();
      }
      while (sessions.length < IDLE) await open(Math.min(AT_ONCE, IDLE - sessions.length));
      await new Promise((resolve) => setTimeout(resolve, 100));
      return sessions.filter((session) => session.isOpen).length;
    };
  },
  check(open) {
    if (open !== IDLE) throw new Error(`${open} of ${IDLE} sessions are open`);
  },
  used: () => ({ rssEach: (process.memoryUsage.rss() - rssOfOne) / (IDLE - 1) }),
};
