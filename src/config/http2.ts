/** The options of HTTP/2. */
import { checkNumber } from "../platform/number-argument.js";
import { type OptionList, checkOptions, optionList } from "./options.js";
import { aBooleanOrRecord, aWholeNumber } from "./value-checks.js";

/**
 * How a client uses HTTP/2.
 *
 * @example
 * const client = new AsyncClient({ http2: { keepAliveInterval: 30_000 } });
 */
export interface Http2Options {
  /** The most requests on one connection at a time, never more than the server allows. @default what the server allows */
  maxConcurrentStreams?: number | undefined;
  /**
   * Bytes of one response that may be received and not read, from 65,535 on. A reader that stalls stops its own response
   * only, as long as fewer than 64 do. @default 4_194_304
   */
  windowSize?: number | undefined;
  /**
   * After how many milliseconds without a byte from the server a PING asks whether it is there; `null`: never.
   * @default null
   */
  keepAliveInterval?: number | null | undefined;
  /** How many milliseconds the answer to a PING may take before all requests of the connection fail. @default 20_000 */
  keepAliveTimeout?: number | undefined;
  /** The most bytes of a response's headers: names, values and 32 for each. @default 262_144 */
  maxHeaderListSize?: number | undefined;
}

/** RFC 9113 6.9.1. */
const MAX_WINDOW = 0x7fffffff;
const MIN_WINDOW = 65_535;

/** @internal */
export const http2Options: OptionList = optionList<Http2Options>(
  "http2",
  {
    maxConcurrentStreams: (value) => inRange(value, "maxConcurrentStreams", 1, 0xffffffff),
    windowSize: (value) => inRange(value, "windowSize", MIN_WINDOW, MAX_WINDOW),
    keepAliveInterval: (value) => {
      if (value !== null) aDuration(value, "keepAliveInterval");
    },
    keepAliveTimeout: (value) => aDuration(value, "keepAliveTimeout"),
    maxHeaderListSize: (value) => inRange(value, "maxHeaderListSize", 1, 0xffffffff),
  },
  {
    advice: {
      initialWindowSize: "did you mean windowSize",
      pingInterval: "did you mean keepAliveInterval",
      peerMaxConcurrentStreams: "did you mean maxConcurrentStreams",
    },
  },
);

/** Options without gaps. @internal */
export interface CheckedHttp2 {
  readonly maxConcurrentStreams: number | undefined;
  readonly windowSize: number;
  readonly keepAliveInterval: number | undefined;
  readonly keepAliveTimeout: number;
  readonly maxHeaderListSize: number;
}

/**
 * The options with their defaults; null if HTTP/2 is not used.
 *
 * @throws TypeError, RangeError
 * @internal
 */
export function checkedHttp2(given: boolean | Http2Options | null | undefined): CheckedHttp2 | null {
  if (given === undefined || given === null || given === false) return null;
  const options: Http2Options = given === true ? {} : given;
  const {
    maxConcurrentStreams,
    windowSize = 4 * 1024 * 1024,
    keepAliveInterval = null,
    keepAliveTimeout = 20_000,
    maxHeaderListSize = 256 * 1024,
  } = options;
  return {
    maxConcurrentStreams,
    windowSize,
    keepAliveInterval: keepAliveInterval ?? undefined,
    keepAliveTimeout,
    maxHeaderListSize,
  };
}

/** @internal @throws TypeError, RangeError */
export function anHttp2(value: unknown, name: string): void {
  if (value === null) return;
  aBooleanOrRecord(value, name);
  if (typeof value === "boolean") return;
  checkOptions(value, http2Options);
}

function inRange(value: unknown, name: string, least: number, most: number): void {
  aWholeNumber(value, `http2.${name}`);
  checkNumber(value, `http2.${name} must be from ${least} to ${most}`, (one) => one >= least && one <= most);
}

function aDuration(value: unknown, name: string): void {
  const demand = `http2.${name} must be a positive number of milliseconds`;
  checkNumber(value, demand, (time) => time > 0 && Number.isFinite(time));
}
