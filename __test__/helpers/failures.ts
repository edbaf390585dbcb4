/**
 * Assertions on failed requests: one place knows the fields that every error carries and the form of its message.
 */
import type { ExecutionContext } from "ava";
import { RequestError } from "httpxide";
import { settling } from "./waiting.js";

/** The expected failure of a request. Fields that are left out must exist, with any value. */
export interface ExpectedFailure {
  readonly as: abstract new (...parameters: any[]) => Error;
  /** The exact code, a pattern, or a list of possible codes. */
  readonly code?: string | RegExp | readonly string[];
  readonly phase?: RequestError["phase"];
  /** `"some"`: the server may have received part or all of it. */
  readonly requestSent?: RequestError["requestSent"] | "some";
}

/** The reason with which `promise` rejects, of any type; throws if the promise fulfils or hangs. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await settling(
    promise.then(
      (value) => ({ fulfilled: true as const, value }),
      (reason: unknown) => ({ fulfilled: false as const, reason }),
    ),
  );
  if (outcome.fulfilled) throw new Error(`expected a rejection, got ${String(outcome.value)}`);
  return outcome.reason;
}

/** Asserts that `promise` rejects as `expected`, and returns the error. */
export async function failsAs(
  t: ExecutionContext,
  promise: Promise<unknown>,
  expected: ExpectedFailure,
): Promise<RequestError> {
  const error = await rejection(promise);
  isFailure(t, error, expected);
  return error as RequestError;
}

/** Asserts that `error` is as `expected` and has every field of a RequestError. */
export function isFailure(t: ExecutionContext, error: unknown, expected: ExpectedFailure): void {
  if (!(error instanceof RequestError)) {
    t.fail(`expected a ${expected.as.name}, got ${String(error instanceof Error ? error.stack : error)}`);
    return;
  }
  const facts = `${error.name} ${error.code} in ${error.phase}, sent: ${String(error.requestSent)}: ${error.message}`;
  t.true(error instanceof expected.as, `expected a ${expected.as.name}, got ${facts}`);
  t.regex(error.code, /^[A-Z][A-Z0-9_]+$/, facts);
  t.true(matches(error.code, expected.code), `expected the code ${String(expected.code)}, got ${facts}`);
  if (expected.phase !== undefined) t.is(error.phase, expected.phase, facts);
  if (expected.requestSent === "some") t.not(error.requestSent, false, facts);
  else if (expected.requestSent !== undefined) t.is(error.requestSent, expected.requestSent, facts);
  t.true(error.message.includes(error.request.method), `the message does not name the method: ${facts}`);
  t.true(error.message.includes(error.request.url.host), `the message does not name the URL: ${facts}`);
}

function matches(code: string, expected: ExpectedFailure["code"]): boolean {
  if (expected === undefined) return true;
  if (typeof expected === "string") return code === expected;
  return expected instanceof RegExp ? expected.test(code) : expected.includes(code);
}
