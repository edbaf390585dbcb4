/**
 * Checks options by name. Each object of options is compared with the list of its taker, a function or class. Without the
 * check, a misspelt name or another client's name for an option would be ignored.
 */
import { unknownOption, wrongType } from "../platform/argument-error.js";
import { checkRecord, kindOf } from "../platform/record.js";
import { nearest } from "./nearest.js";

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
  let isEmpty = true;
  for (const name in options) {
    const check = list.checks.get(name);
    // an inherited member, such as a method of a class, is no option
    if (check === undefined && !Object.hasOwn(options, name)) continue;
    isEmpty = false;
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (check === undefined) throw unknown(name, list, options);
    else if (check !== null) check(value, name);
  }
  if (isEmpty) checkRecord(options, `The options of ${list.taker}`);
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
