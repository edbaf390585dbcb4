/**
 * Checks options by name. Each object of options is compared with the list of its taker, a function or class. Without the
 * check, a misspelt name or another client's name for an option would be ignored.
 */
import { unknownOption, wrongType } from "../platform/argument-error.js";
import { noRecordAdvice } from "../platform/no-record.js";
import { adviceFor, checkRecord, isOfNoClass, isPlain, kindOf } from "../platform/record.js";
import { nearest } from "../platform/nearest.js";

/** Checks the value of an option. Null: the class that the value is passed to checks it. @internal */
export type ValueCheck = ((value: unknown, name: string) => void) | null;

/** Every option of an interface. @internal */
export type Checks<Options> = Readonly<Record<keyof Options & string, ValueCheck>>;

/** The options of one taker. @internal */
export interface OptionList {
  /** The taker's name in messages: "a call". */
  readonly taker: string;
  readonly checks: ReadonlyMap<string, ValueCheck>;
  /** Hints for names that other clients or other takers have. */
  readonly advice: Readonly<Record<string, string>>;
}

/** @internal */
export function optionList<Options>(
  taker: string,
  checks: Checks<Options>,
  { advice = {} }: { advice?: Readonly<Record<string, string>> } = {},
): OptionList {
  return { taker, checks: new Map(Object.entries(checks)), advice };
}

/**
 * Checks each field once. A field that is `undefined` does not count.
 *
 * @throws TypeError if `options` is not an object, or has a name that `list` does not have.
 * @throws TypeError, RangeError for a value that an option cannot have.
 * @internal
 */
export function checkOptions(options: object, list: OptionList): void {
  if (typeof options !== "object" || options === null) {
    throw wrongType(`The options of ${list.taker} must be an object, not ${kindOf(options)}.`);
  }
  const isRecord = isPlain(options) || isOfNoClass(options);
  // members of its class may have the names of options
  if (!isRecord) checkRecord(options, `The options of ${list.taker}`, adviceOn(options, list));
  let isEmpty = true;
  for (const name in options) {
    const check = list.checks.get(name);
    // what a class, or every object of the program, has is no option
    if (check === undefined && !Object.hasOwn(options, name) && (!isRecord || name in Object.prototype))
      continue;
    isEmpty = false;
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (check === undefined) throw unknown(name, list, options);
    else if (check !== null) check(value, name);
  }
  if (isEmpty) checkRecord(options, `The options of ${list.taker}`);
}

/** Objects of the platform, by their tags, that are the value of an option. */
const VALUES: Readonly<Record<string, readonly [option: string, advice: string]>> = {
  AbortController: ["signal", "give its signal as signal"],
  AbortSignal: ["signal", "give it as signal"],
  Blob: ["content", "give it as content"],
  File: ["content", "give it as content"],
  Headers: ["headers", "give it as headers"],
  ReadableStream: ["content", "give it as content"],
  URL: ["baseUrl", "give it as baseUrl"],
  URLSearchParams: ["params", "give it as params"],
};

/** What an object that is not made of options was probably meant for. */
function adviceOn(options: object, { checks }: OptionList): string | null {
  const own = noRecordAdvice(options);
  if (own !== null) return own;
  const tag = (options as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  const known = typeof tag === "string" && Object.hasOwn(VALUES, tag) ? VALUES[tag] : undefined;
  return known !== undefined && checks.has(known[0]) ? known[1] : adviceFor(options);
}

function unknown(name: string, list: OptionList, options: object): TypeError {
  return unknownOption(`Unknown option ${JSON.stringify(name)} of ${list.taker}${hint(name, list, options)}`);
}

function hint(name: string, { advice, checks }: OptionList, options: object): string {
  const known = [...checks.keys()];
  if (Object.hasOwn(advice, name)) return `: ${advice[name]}.`;
  const near = nearest(name, known);
  const suggestion = near === null ? `. Its options: ${known.join(", ")}.` : `. Did you mean ${near}?`;
  const isForeign = Object.keys(options).every((own) => !checks.has(own));
  return isForeign && checks.has("json") ? `${suggestion} ${BODIES}` : suggestion;
}

/** Other clients take the body itself where this one takes options. */
const BODIES = "A body is an option too: { json: body }, or data, files, content.";
