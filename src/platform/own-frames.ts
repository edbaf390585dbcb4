/**
 * The frames of this package in a stack. They tell the program nothing: the first line after the message is to be the
 * program's own, whichever function it called.
 *
 * A bundler that puts the package into a file of the program leaves no way to tell them apart: the frames then stay.
 */

const FRAME = /^\s+at /;
/** Such as `process.processTicksAndRejections`, `new Promise` and `Array.map`; JavaScriptCore's `JSON.parse` is `<parse>`. */
const OF_THE_RUNTIME =
  /^\s+at <parse> |\((?:node|native|ext):|\(<anonymous>\)$|\((?:native|unknown)\)$| \(?native code\)?$/;
/** Where this file is: in the build, or by its source map. */
const HERE =
  /(?:\(|at |async )(?:file:\/\/)?([^()]*[\\/])(?:dist[\\/]client\.cjs|src[\\/]platform[\\/]own-frames\.ts):\d+/;
/** A function, or a class by its constructor. */
type Maker = ((...parameters: never[]) => unknown) | (abstract new (...parameters: never[]) => unknown);

/** Frames of this package that a capture looks through for the program's. */
const DEPTH = 40;

/**
 * Lets the stack of a new error begin at the program's line, if this package has made it.
 *
 * @param maker the function or class that makes the error.
 * @internal
 */
export function beginAtProgram<E extends Error>(error: E, maker: Maker): E {
  if (typeof error.stack !== "string" || !framesOf(error.stack).some(isOwn)) return error;
  const limit = Error.stackTraceLimit;
  // it may be frozen
  Reflect.set(Error, "stackTraceLimit", Math.max(limit, DEPTH));
  Error.captureStackTrace(error, maker as () => void);
  const { stack } = error;
  Reflect.set(Error, "stackTraceLimit", limit);
  if (typeof stack === "string") setStack(error, shortened(withoutOwnFrames(stack), limit));
  return error;
}

/** Removes this package's frames, and all above the program's first one. For errors that this package has made. @internal */
export function hideOwnFrames(error: Error): void {
  const { stack } = error;
  if (typeof stack !== "string") return;
  const hidden = withoutOwnFrames(stack);
  if (hidden !== stack) setStack(error, hidden);
}

/**
 * Removes the frames between those of the program's functions: between its hook, which threw, and its call. All frames stay if
 * none is the program's. For exceptions of the program.
 *
 * @internal
 */
export function hideFramesBetween(error: Error): void {
  const { stack } = error;
  if (typeof stack !== "string") return;
  const lines = stack.split("\n");
  const kept = lines.filter((line) => !(FRAME.test(line) && isOwn(line)));
  if (kept.length < lines.length && kept.some(isPrograms)) setStack(error, kept.join("\n"));
}

/** From the program's first frame on; without one, the runtime's are left. */
function withoutOwnFrames(stack: string): string {
  const lines = stack.split("\n");
  const begin = lines.findIndex((line) => FRAME.test(line));
  if (begin === -1) return stack;
  const programs = lines.findIndex(isPrograms);
  const frames = lines.slice(programs === -1 ? begin : programs).filter((line) => !isOwn(line));
  return [...lines.slice(0, begin), ...frames].join("\n");
}

function isPrograms(line: string): boolean {
  return FRAME.test(line) && !isOwn(line) && !OF_THE_RUNTIME.test(line);
}

function shortened(stack: string, frames: number): string {
  const lines = stack.split("\n");
  const begin = lines.findIndex((line) => FRAME.test(line));
  return begin === -1 ? stack : lines.slice(0, begin + frames).join("\n");
}

function framesOf(stack: string): string[] {
  return stack.split("\n").filter((line) => FRAME.test(line));
}

function setStack(error: Error, stack: string): void {
  Object.defineProperty(error, "stack", {
    value: stack,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

function isOwn(frame: string): boolean {
  const folder = (own ??= ownFolder());
  if (folder === "") return false;
  const at = frame.indexOf(folder);
  return at !== -1 && /^(?:dist[\\/][a-z-]+\.cjs|src[\\/])/.test(frame.slice(at + folder.length));
}

let own: string | null = null;

/** The folder of the package, with its final slash; "" if it cannot be told. */
function ownFolder(): string {
  const here = framesOf(String(new Error().stack))[0] ?? "";
  return HERE.exec(here)?.[1] ?? "";
}
