/**
 * The clock and the schedulers of this package, taken from the globals once, when this module loads. Tests replace the
 * globals with fakes (`@sinonjs/fake-timers`, which Jest, Sinon and Vitest use): time then stops for the program under
 * test, but a real server still answers, and a request must not hang.
 *
 * A fake that was installed before this module loaded calls back only when the test advances its clock, if ever. So a
 * scheduler is used only after it has called back once by itself; until then, one that no fake replaces is used.
 */
import { isFake, isFakeClock } from "./fakes.js";
import { messageChannel } from "./message-channel.js";
import { perfHooks } from "./on-demand.js";
import { runtime } from "./runtime.js";

const { nextTick } = process;
const { setImmediate } = globalThis;

/**
 * Taken at the first look on Node.js, which loads the code of the global `performance` then: a fake that is there by now shows as
 * one, and the time of the process serves. On Deno, that stands on the same clock.
 */
let clock: (() => number) | null = runtime.name === "node" ? null : genuineClock();

/** Milliseconds of `performance.now()`. @internal */
export function now(): number {
  return (clock ??= genuineClock())();
}

function genuineClock(): () => number {
  // libraries replace the global object, or its method, which is the module's too
  for (const clock of [globalThis.performance, perfHooks().performance])
    if (!isFakeClock(clock)) return clock.now.bind(clock);
  return () => process.uptime() * 1000;
}

let ticks = false;
let turns = false;
if (!isFake(nextTick)) {
  nextTick(() => {
    ticks = true;
  });
}
if (!isFake(setImmediate)) {
  // A program that only imports this package must not live longer for it; some fakes return nothing to unref.
  (
    setImmediate(() => {
      turns = true;
    }) as NodeJS.Immediate | undefined
  )?.unref?.();
}

const resolved = Promise.resolve();

/** Runs a function after the promises that have settled, and those that settle from them, have run. @internal */
export function afterPromises(run: () => void): void {
  if (ticks) nextTick(run);
  else void resolved.then(run);
}

const isDeno = runtime.name === "deno";

/** Deno delivers up to 64 messages of ports before it looks at its timers and sockets. */
const MESSAGES_OF_A_TURN = isDeno ? 65 : 1;

/** What calls back when the event loop has turned. @internal */
export type Immediate = Pick<NodeJS.Immediate, "ref" | "unref">;

/**
 * Runs a function when timers and sockets have had their turn; null if no scheduler can be relied on for that, as on Deno,
 * where the fake of node:test stops the genuine one.
 * @internal
 */
export function onTurn(run: () => void): Immediate | null {
  return turns && !isDeno ? setImmediate(run) : null;
}

/** Resolves after timers and sockets have run. @internal */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (turns && !isDeno) {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = messageChannel();
    let left = MESSAGES_OF_A_TURN;
    const end = (): void => {
      port1.close();
      resolve();
    };
    port1.on("message", () => {
      left -= 1;
      if (left > 0) port2.postMessage(null);
      else end();
    });
    port2.postMessage(null);
    // costs less than so many messages, but on Deno the fake of node:test stops the genuine one too, whenever it is installed
    if (turns) setImmediate(end);
  });
}
