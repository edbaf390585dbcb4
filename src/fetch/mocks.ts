/** Whether the program's tests have set a `MockAgent` for the platform's `fetch`: no call may leave the process then. */

/** Where versions of undici keep what `setGlobalDispatcher` sets. */
const GLOBAL_DISPATCHERS = [Symbol.for("undici.globalDispatcher.1"), Symbol.for("undici.globalDispatcher.2")];

/** By dispatcher: what a call finds, as long as nobody sets another. */
const known = new WeakMap<object, boolean>();

/** @internal */
export function isMocked(): boolean {
  const platform = globalThis as unknown as Record<symbol, object | undefined>;
  return GLOBAL_DISPATCHERS.some((key) => {
    const dispatcher = platform[key];
    if (dispatcher === undefined) return false;
    let mocks = known.get(dispatcher);
    if (mocks === undefined)
      known.set(dispatcher, (mocks = isMockAgent(dispatcher) || holdsMockAgent(dispatcher)));
    return mocks;
  });
}

function isMockAgent(value: unknown): boolean {
  return typeof value === "object" && value !== null && "assertNoPendingInterceptors" in value;
}

/** A dispatcher of the program's own that hands its requests to a `MockAgent`, as that of Miniflare does. */
function holdsMockAgent(dispatcher: object): boolean {
  return Object.values(dispatcher).some(isMockAgent);
}
