// The child process: one peer, one work, one warm-up, one measured window. Takes its task as JSON in argv and prints
// its result as the last line of standard output. Run with --expose-gc.
import { peers } from "./peers/index.mjs";
import { startMeters } from "./meters.mjs";
import { works } from "./works/index.mjs";

/** The number of failures that ends a window: a peer that fails at once would otherwise spin. */
const MOST_ERRORS = 1000;

const task = JSON.parse(process.argv[2]);
const work = works[task.work];
const { open } = await import(peers[task.peer].module);
const peer = await open({
  // all streams share one connection
  connections: work.http2 ? 1 : (work.connections ?? work.inFlight),
  http2: work.http2 ?? false,
  ca: task.ca,
  entry: task.entry,
  jsonUrl: `${task.urls.http}/records.json`,
});
const operation = work.start(peer, task.urls);

await runFor(task.warmupSeconds);
globalThis.gc?.();
// The memory freed by the collection is returned, and the servers become idle.
await new Promise((resolve) => setTimeout(resolve, 100));

const stop = startMeters({ servers: task.servers, watchesStalls: work.watchesStalls });
const { operations, errors, firstError } = await runFor(task.seconds);
const used = { ...stop(), ...work.used?.(operations) };
await peer.close();
process.stdout.write(`\n${JSON.stringify({ operations, errors, firstError, ...used })}\n`);
// The bench does not wait for a peer that keeps the event loop alive after close.
process.exit(0);

/** Keeps `work.inFlight` operations running until the time is over and the last has ended; at least one each. */
async function runFor(seconds) {
  const tally = { operations: 0, errors: 0, firstError: null };
  let over = false;
  const timer = setTimeout(() => (over = true), seconds * 1000);
  async function lane() {
    do {
      try {
        work.check(await operation());
        tally.operations++;
      } catch (error) {
        tally.errors++;
        tally.firstError ??= describe(error);
        if (tally.errors >= MOST_ERRORS) over = true;
      }
    } while (!over);
  }
  await Promise.all(Array.from({ length: work.inFlight }, lane));
  clearTimeout(timer);
  return tally;
}

function describe(error) {
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.name}: ${error.message}${cause}`;
}
