/** The messages of a mock when a test and its routes do not match: the routes, and the requests received. */
import type { Request } from "../../request/request.js";
import { MockError } from "./mock-error.js";
import type { Response } from "../../response/response.js";
import { maskURL } from "../masking/pairs.js";

/** The maximum number of requests in a message: a loop may have sent thousands. */
const LONGEST_LIST = 20;

/** What a message says of a route. */
interface ListedRoute {
  toString(): string;
  mismatch(request: Request): string | null;
  readonly unused: string | null;
}

/** What a message says of a call. */
interface ListedCall {
  readonly request: Request;
  readonly route: unknown;
  readonly response: Response | null;
  readonly error: unknown;
}

/** @internal */
export function unmatched(request: Request, routes: readonly ListedRoute[]): MockError {
  const known = routes.map((route) => `\n  ${String(route)}: ${route.mismatch(request) ?? "matches"}`);
  const list = known.length === 0 ? ": it has no routes" : `:${known.join("")}`;
  return new MockError(`No route of the MockTransport matches ${summaryOf(request)}${list}`, {
    code: "ERR_MOCK_UNMATCHED",
  });
}

/** @internal */
export function notAllCalled(unused: readonly ListedRoute[], calls: readonly ListedCall[]): MockError {
  const list = unused.map((route) => `\n  ${String(route)}: ${route.unused ?? "used"}`).join("");
  return new MockError(`Routes of the MockTransport were not used as prepared:${list}${callList(calls)}`, {
    code: "ERR_MOCK_ASSERTION",
  });
}

/** The calls as the end of a message. @internal */
export function callList(calls: readonly ListedCall[]): string {
  if (calls.length === 0) return "\nNo request came.";
  const shown = calls
    .slice(0, LONGEST_LIST)
    .map((call) => `\n  ${summaryOf(call.request)}: ${outcomeOf(call)}`);
  const more = calls.length - shown.length;
  return `\nThese requests came:${shown.join("")}${more > 0 ? `\n  and ${more} more` : ""}`;
}

function summaryOf(request: Request): string {
  return `${request.method} ${maskURL(request.parsedURL.href)}`;
}

function outcomeOf({ route, response, error }: ListedCall): string {
  if (route === null) return "no route";
  if (response !== null) return String(response.statusCode);
  return error instanceof Error ? error.name : "no answer yet";
}
