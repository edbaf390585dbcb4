// The assertions of ava that the tests use.
import { inspect, isDeepStrictEqual } from "node:util";

/** `text` is a function: to inspect a value costs time, and may have effects. */
function check(holds, message, text) {
  if (!holds) throw new Error(message === undefined ? text() : `${message}: ${text()}`);
}

export const assertions = {
  pass() {},
  fail: (message = "failed") => check(false, undefined, () => message),
  is: (actual, expected, message) =>
    check(Object.is(actual, expected), message, () => `${inspect(actual)} is not ${inspect(expected)}`),
  not: (actual, unexpected, message) =>
    check(!Object.is(actual, unexpected), message, () => `${inspect(actual)} is what it may not be`),
  deepEqual: (actual, expected, message) =>
    check(
      isDeepStrictEqual(actual, expected),
      message,
      () => `${shown(actual)} does not equal ${shown(expected)}`,
    ),
  notDeepEqual: (actual, unexpected, message) =>
    check(!isDeepStrictEqual(actual, unexpected), message, () => `${shown(actual)} equals what it may not`),
  like: (actual, expected, message) =>
    check(isLike(actual, expected), message, () => `${shown(actual)} is not like ${shown(expected)}`),
  true: (actual, message) => check(actual === true, message, () => `${inspect(actual)} is not true`),
  false: (actual, message) => check(actual === false, message, () => `${inspect(actual)} is not false`),
  truthy: (actual, message) => check(Boolean(actual), message, () => `${inspect(actual)} is not truthy`),
  falsy: (actual, message) => check(!actual, message, () => `${inspect(actual)} is not falsy`),
  assert: (actual, message) => check(Boolean(actual), message, () => `${inspect(actual)} is not truthy`),
  regex: (actual, pattern, message) =>
    check(pattern.test(actual), message, () => `${inspect(actual)} does not match ${pattern}`),
  notRegex: (actual, pattern, message) =>
    check(!pattern.test(actual), message, () => `${inspect(actual)} matches ${pattern}`),
  throws(run, expected, message) {
    let result;
    try {
      result = run();
    } catch (error) {
      return expectedError(error, expected, message);
    }
    return check(false, message, () => `nothing was thrown, but ${inspect(result)} returned`);
  },
  async throwsAsync(run, expected, message) {
    let result;
    try {
      result = await (typeof run === "function" ? run() : run);
    } catch (error) {
      return expectedError(error, expected, message);
    }
    return check(false, message, () => `nothing was thrown, but ${inspect(result)} resolved`);
  },
  notThrows: (run) => void run(),
  notThrowsAsync: async (run) => void (await (typeof run === "function" ? run() : run)),
};

function expectedError(error, expected = {}, context) {
  const { any, is, instanceOf, message, name, code } = expected;
  if (!any) check(error instanceof Error, context, () => `${inspect(error)} is not an error`);
  if (is !== undefined) check(error === is, context, () => `${inspect(error)} is not ${inspect(is)}`);
  if (instanceOf)
    check(error instanceof instanceOf, context, () => `${inspect(error)} is no ${instanceOf.name}`);
  if (name !== undefined) check(error.name === name, context, () => `${inspect(error)} is not named ${name}`);
  if (code !== undefined)
    check(error.code === code, context, () => `${inspect(error)} does not have the code ${code}`);
  if (message !== undefined)
    check(isMessage(error.message, message), context, () => `the message of ${inspect(error)}`);
  return error;
}

function isMessage(actual, expected) {
  if (typeof expected === "string") return actual === expected;
  return typeof expected === "function" ? expected(actual) : expected.test(actual);
}

function isLike(actual, expected) {
  if (typeof expected !== "object" || expected === null) return Object.is(actual, expected);
  return Object.keys(expected).every((key) => isLike(actual?.[key], expected[key]));
}

function shown(value) {
  const text = inspect(value, { depth: 5 });
  return text.length > 1000 ? `${text.slice(0, 1000)}…` : text;
}
