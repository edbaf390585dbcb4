/**
 * Options by name. Each object of options is checked against the list of what takes it: a name that is misspelt, or
 * that another client has for it, would otherwise count as nothing.
 */
import { checkRecord, kindOf } from "../platform/record.js";
import { nearest } from "./nearest.js";

/** Checks the value of an option. Null: what the option makes checks it. @internal */
export type ValueCheck = ((value: unknown, name: string) => void) | null;

/** Every option of an interface. @internal */
export type Checks<Options> = Readonly<Record<keyof Options & string, ValueCheck>>;

/** What takes options, and which. @internal */
export interface OptionList {
  /** As messages call it: "a call". */
  readonly taker: string;
  readonly checks: ReadonlyMap<string, ValueCheck>;
  /** Options to come: refused, unless their value means "no". */
  readonly planned: ReadonlySet<string>;
  /** What to say about names that others have: other clients, and what takes other options. */
  readonly advice: Readonly<Record<string, string>>;
}

/** @internal */
export function optionList<Options>(
  taker: string,
  checks: Checks<Options>,
  {
    planned = [],
    advice = {},
  }: { planned?: readonly string[]; advice?: Readonly<Record<string, string>> } = {},
): OptionList {
  return { taker, checks: new Map(Object.entries(checks)), planned: new Set(planned), advice };
}

/**
 * Looks at each field once. A field that is `undefined` is no option.
 *
 * @throws TypeError for what is no object of options, and for a name that `list` does not have.
 * @throws TypeError, RangeError for a value that an option cannot have.
 * @internal
 */
export function checkOptions(options: object, list: OptionList): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`The options of ${list.taker} must be an object, not ${kindOf(options)}.`);
  }
  let isEmpty = true;
  for (const name in options) {
    const check = list.checks.get(name);
    // a method of the options' class is no option
    if (check === undefined && !Object.hasOwn(options, name)) continue;
    isEmpty = false;
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (check === undefined) refuse(name, value, list, options);
    else if (check !== null) check(value, name);
  }
  if (isEmpty) checkRecord(options, `The options of ${list.taker}`);
}

/** @throws TypeError, unless it is an option to come whose value says that it is not needed. */
function refuse(name: string, value: unknown, list: OptionList, options: object): void {
  if (list.planned.has(name)) {
    if (meansNo(value)) return;
    throw new TypeError(`${name} is not available yet.`);
  }
  throw new TypeError(`Unknown option ${JSON.stringify(name)} of ${list.taker}${hint(name, list, options)}`);
}

function hint(name: string, { advice, checks, planned }: OptionList, options: object): string {
  const known = [...checks.keys()];
  if (Object.hasOwn(advice, name)) return `: ${advice[name]}.`;
  const near = nearest(name, [...known, ...planned]);
  const suggestion = near === null ? `. Its options: ${known.join(", ")}.` : `. Did you mean ${near}?`;
  const isForeign = Object.keys(options).every((own) => !checks.has(own));
  return isForeign && checks.has("json") ? `${suggestion} ${BODIES}` : suggestion;
}

/** Other clients take the body itself in the place of options. */
const BODIES = "A body is an option too: { json: body }, or data, files, content.";

function meansNo(value: unknown): boolean {
  if (value === null || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
