/** What ends a call early: its signal, its cancel token, or its timeout. All become one signal for the engine. */
import { AbortController } from "../platform/classes.js";
import { clearTimeout, setTimeout } from "../platform/timers.js";
import type { AxiosLibrary, Config } from "./library.js";

/** @internal */
export class Cancellation {
  readonly signal: AbortSignal;
  readonly #end: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(axios: AxiosLibrary, config: Config) {
    const controller = new AbortController();
    this.signal = controller.signal;
    const { signal, cancelToken } = config;
    const timeout = timeoutOf(axios, config);
    if (signal) {
      const abort = (): void => controller.abort(new axios.CanceledError(undefined, config as never));
      if (signal.aborted) abort();
      else if (typeof signal.addEventListener === "function") signal.addEventListener("abort", abort);
      else throw noSignal(axios, config);
      this.#end.push(() => signal.removeEventListener?.("abort", abort));
    }
    if (cancelToken) {
      // these methods of a token are public, but not in its type
      const token = cancelToken as unknown as Record<
        "subscribe" | "unsubscribe",
        (listener: unknown) => void
      >;
      const cancel = (reason: unknown): void => controller.abort(reason);
      token.subscribe(cancel);
      this.#end.push(() => token.unsubscribe(cancel));
    }
    if (timeout > 0) {
      this.#timer = setTimeout(() => controller.abort(timeoutError(axios, config)), timeout);
    }
  }

  /** A stream has no time limit after its head. */
  endTimeout(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  end(): void {
    this.endTimeout();
    for (const end of this.#end.splice(0)) end();
  }
}

/** 0 is none. A number in text counts, as in axios, and infinity is no number. @throws AxiosError */
function timeoutOf({ AxiosError }: AxiosLibrary, config: Config): number {
  const timeout: unknown = config.timeout;
  if (!timeout) return 0;
  const parsed = Number.parseInt(String(timeout), 10);
  if (!Number.isNaN(parsed)) return parsed;
  const message = "error trying to parse `config.timeout` to int";
  throw new AxiosError(message, AxiosError.ERR_BAD_OPTION_VALUE, config);
}

/** A call that its program could not end would go on unnoticed. */
function noSignal({ AxiosError }: AxiosLibrary, config: Config): Error {
  return new AxiosError("signal must be an AbortSignal", AxiosError.ERR_BAD_OPTION_VALUE, config);
}

function timeoutError(axios: AxiosLibrary, config: Config): Error {
  const { AxiosError } = axios;
  const { timeout, timeoutErrorMessage, transitional } = config;
  const message = timeoutErrorMessage || `timeout of ${timeout}ms exceeded`;
  const code = transitional?.clarifyTimeoutError ? AxiosError.ETIMEDOUT : AxiosError.ECONNABORTED;
  return new AxiosError(message, code, config);
}
