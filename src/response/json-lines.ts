/** JSON lines: one value a line, in UTF-8. Empty lines are skipped. */
import { LINE_FEED } from "../body/read/lines.js";
import { DecodingError } from "../errors/request-error.js";
import type { Request } from "../request/request.js";
import { inLines } from "./iterate.js";
import { parseJSONText } from "./json.js";

/** @internal @throws DecodingError with the number of a line that is no JSON, after the values before it. */
export async function* inJSONLines<T>(
  texts: AsyncIterable<string>,
  request: Request | null,
  subject: () => string,
): AsyncGenerator<T, void, undefined> {
  let number = 0;
  for await (const line of inLines(texts, LINE_FEED)) {
    number += 1;
    if (line.trim() !== "") yield parsed(line, number, request, subject) as T;
  }
}

function parsed(line: string, number: number, request: Request | null, subject: () => string): unknown {
  try {
    return parseJSONText(line, () => `${subject()} has JSON lines, of which line ${number}`);
  } catch (cause) {
    const { message } = cause as Error;
    throw new DecodingError(message, { request: request ?? undefined, requestSent: true, cause });
  }
}
