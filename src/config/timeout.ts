/**
 * Timeout: the limit of each phase of a request, in milliseconds. `null` means no limit.
 *
 * `read` and `write` limit the silence between two pieces, not the whole transfer; only `total` does that.
 */
import { kindOf } from "../platform/record.js";
import { aRecord } from "./value-checks.js";
import { isNoRecord } from "../platform/no-record.js";
import { outOfRange, surplusArgument, wrongType } from "../platform/argument-error.js";
import { type OptionList, checkOptions, optionList } from "./options.js";

/** A number for each of `connect`, `read`, `write` and `pool`; `null` for no limits; or the phases by name. */
export type TimeoutTypes = number | null | TimeoutOptions;

/** Omitted phases have the default: 5000 ms, and no `total`. `null` (or `Infinity`) means no limit. */
export interface TimeoutOptions {
  connect?: number | null | undefined;
  read?: number | null | undefined;
  write?: number | null | undefined;
  pool?: number | null | undefined;
  total?: number | null | undefined;
}

/** The constructor checks the values. */
const timeoutOptions: OptionList = optionList<TimeoutOptions>(
  "a Timeout",
  { connect: null, read: null, write: null, pool: null, total: null },
  {
    advice: {
      bodyTimeout: "did you mean read",
      headersTimeout: "did you mean read",
      lookup: "did you mean connect, which includes it",
      request: "did you mean total",
      response: "did you mean read",
      secureConnect: "did you mean connect, which includes it",
      send: "did you mean write",
      socket: "did you mean read and write",
      timeout: "give the number itself, or its phases by name",
    },
  },
);

/** HTTPX's 5 seconds. */
const defaultMilliseconds = 5000;

export class Timeout {
  static {
    isNoRecord(this, "give it as timeout");
  }

  /** From the start of name resolution to the end of the TLS handshake. */
  readonly connect: number | null;
  /** Until the response begins, and between two pieces of its body. */
  readonly read: number | null;
  /** Between two pieces of the request that the server accepts. */
  readonly write: number | null;
  /** Until a connection is free, when all that `Limits` allows are in use. */
  readonly pool: number | null;
  /** For the whole call, to the end of the body. */
  readonly total: number | null;

  /**
   * @param except phases with limits of their own, beside one for all: `new Timeout(5000, { read: 60_000 })`.
   * @throws RangeError if a number is negative or NaN; TypeError if it is not a number.
   */
  constructor(timeout: TimeoutTypes | Timeout, except?: TimeoutOptions) {
    if (arguments.length > 2) throw surplusArgument("Timeout", "a limit and exceptions");
    const isByPhase = typeof timeout === "object" && timeout !== null;
    if (isByPhase && !(timeout instanceof Timeout)) {
      aRecord(timeout, "timeout");
      checkOptions(timeout, timeoutOptions);
    }
    if (except !== undefined) {
      if (isByPhase) throw wrongType("Timeout takes all phases in one object, not in two");
      checkOptions(except, timeoutOptions);
    }
    let phases = isByPhase ? timeout : everyPhase(timeout);
    if (except !== undefined) phases = { ...phases, ...defined(except) };
    this.connect = milliseconds("timeout.connect", phases.connect, defaultMilliseconds);
    this.read = milliseconds("timeout.read", phases.read, defaultMilliseconds);
    this.write = milliseconds("timeout.write", phases.write, defaultMilliseconds);
    this.pool = milliseconds("timeout.pool", phases.pool, defaultMilliseconds);
    this.total = milliseconds("timeout.total", phases.total, null);
  }

  /**
   * `value` as a `Timeout`; an existing one is returned as it is. `undefined` gives `fallback`.
   * @internal
   */
  static from(value: TimeoutTypes | Timeout | undefined, fallback: Timeout): Timeout {
    if (value === undefined) return fallback;
    return value instanceof Timeout ? value : new Timeout(value);
  }

  /** The timeout when `left` milliseconds are left of the call: only `total` may be shorter. @internal */
  within(left: number | null): Timeout {
    if (left === null || (this.total !== null && this.total <= left)) return this;
    return new Timeout({ ...this, total: Math.max(0, left) });
  }
}

/** The default of a client. @internal */
export const defaultTimeout: Timeout = new Timeout(defaultMilliseconds);

function everyPhase(limit: number | null): TimeoutOptions {
  if (limit === undefined) throw wrongType("Timeout needs a number of milliseconds, null or an object");
  const checked = milliseconds("timeout", limit, null);
  return { connect: checked, read: checked, write: checked, pool: checked };
}

function defined(phases: TimeoutOptions): TimeoutOptions {
  return Object.fromEntries(Object.entries(phases).filter(([, limit]) => limit !== undefined));
}

function milliseconds(
  name: string,
  value: number | null | undefined,
  fallback: number | null,
): number | null {
  if (value === undefined) return fallback;
  if (value === null || value === Infinity) return null;
  if (typeof value !== "number")
    throw wrongType(`${name} must be a number of milliseconds, not ${kindOf(value)}.`);
  if (!(value >= 0)) throw outOfRange(`${name} must not be negative or NaN, but is ${value}.`);
  return value;
}
