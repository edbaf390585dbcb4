/** The options of an event stream. */
import {
  type OptionList,
  type ValueCheck,
  type Checks,
  checkOptions,
  optionList,
} from "../config/options.js";
import { aBooleanOrRecord, aString, aWholeNumber, orNull } from "../config/value-checks.js";
import { checkNumber } from "../platform/number-argument.js";

/** How an event stream connects again. Times are milliseconds. */
export interface ReconnectOptions {
  /** Before the first attempt, unless the server sets `retry`. @default 1000 */
  initial?: number | undefined;
  /** By which the delay grows with each attempt that fails. @default 2 */
  factor?: number | undefined;
  /** The longest delay, that of the server included. @default 30_000 */
  max?: number | undefined;
  /** The most attempts in a row that bring no event; `null`: no limit. @default null */
  attempts?: number | null | undefined;
}

/** Options of an event stream, beside those of a call. */
export interface EventStreamOptions {
  /** @default "GET" */
  method?: string | undefined;
  /** Whether it connects again after its end or a failure, and when. @default true */
  reconnect?: boolean | ReconnectOptions | undefined;
  /** Sent as `Last-Event-ID` by the first connection. @default "" */
  lastEventId?: string | undefined;
  /** The most characters of an event's data; a longer event ends the stream with an `SSEError`. @default 1_048_576 */
  maxEventBytes?: number | undefined;
}

const aNumber =
  (least: number, most = Number.MAX_VALUE): ValueCheck =>
  (value, name) => {
    const demand = `${name} must be a number from ${least} on${most === Infinity ? "" : ", and finite"}`;
    checkNumber(value, demand, (one) => one >= least && one <= most);
  };

const reconnectOptions: OptionList = optionList<ReconnectOptions>("reconnect", {
  initial: aNumber(0),
  factor: aNumber(1),
  max: aNumber(0, Infinity),
  attempts: orNull(aWholeNumber),
});

/** @internal */
export const eventStreamChecks: Checks<EventStreamOptions> = {
  method: aString,
  reconnect: (value, name) => {
    aBooleanOrRecord(value, name);
    if (typeof value !== "boolean") checkOptions(value, reconnectOptions);
  },
  lastEventId: aString,
  maxEventBytes: aWholeNumber,
};
