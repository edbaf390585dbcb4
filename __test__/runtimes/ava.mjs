// The part of ava's interface that the tests use, for runtimes that ava itself does not run on.
//
// Tests run one after the other, the serial ones first: the machine's load decides less about time limits then.
import { assertions } from "./ava-assertions.mjs";

const hooks = { before: [], after: [] };
const tests = [];

function register(isSerial) {
  return (title, run) => void tests.push({ title, run, isSerial });
}

const test = register(false);
test.serial = register(true);
test.skip = (title) => void tests.push({ title, isSkipped: true });
test.serial.skip = test.skip;
test.before = (run) => void hooks.before.push(run);
test.after = (run) => void hooks.after.push(run);
test.after.always = test.after;

export default test;

/**
 * Runs the tests and calls `report({ title, outcome, error })` for each: passed, failed or skipped. `limitOf(title)` is the
 * time for one, in milliseconds.
 */
export async function runTests(report, limitOf) {
  const broken = await firstFailure(hooks.before);
  const runnable = tests.filter(({ isSkipped }) => !isSkipped);
  for (const { title } of tests.filter(({ isSkipped }) => isSkipped)) report({ title, outcome: "skipped" });
  const runOne = async (one) =>
    report({ title: one.title, ...(broken ? failed(broken) : await outcomeOf(one, limitOf(one.title))) });
  for (const one of runnable.filter(({ isSerial }) => isSerial)) await runOne(one);
  for (const one of runnable.filter(({ isSerial }) => !isSerial)) await runOne(one);
  const left = await firstFailure(hooks.after);
  if (left) report({ title: "the hooks after the tests", ...failed(left) });
}

async function firstFailure(functions) {
  let first;
  for (const run of functions) {
    try {
      await run(contextOf({ assertions: 0, teardowns: [] }));
    } catch (error) {
      first ??= error;
    }
  }
  return first;
}

async function outcomeOf({ title, run }, limit) {
  const state = { assertions: 0, teardowns: [] };
  let timer;
  const late = new Promise((_, reject) => {
    state.setLimit = (limit) => {
      clearTimeout(timer);
      timer = setTimeout(() => reject(new Error(`not done after ${limit} ms`)), limit);
    };
  });
  state.setLimit(limit);
  try {
    await Promise.race([run(contextOf(state, title)), late]);
    if (state.failure) throw state.failure;
    if (state.assertions === 0) throw new Error("nothing was asserted");
    return { outcome: "passed" };
  } catch (error) {
    return failed(error);
  } finally {
    clearTimeout(timer);
    for (const teardown of state.teardowns.reverse()) await teardown();
  }
}

function failed(error) {
  return {
    outcome: "failed",
    error: error instanceof Error ? (error.stack ?? String(error)) : String(error),
  };
}

/** What a test gets as `t`. An assertion throws; that of a caught one fails the test all the same. */
function contextOf(state, title) {
  const counted = Object.entries(assertions).map(([name, assertion]) => [
    name,
    (...args) => {
      state.assertions += 1;
      try {
        const result = assertion(...args);
        return typeof result?.then === "function" ? result.catch(fail) : result;
      } catch (error) {
        return fail(error);
      }
    },
  ]);
  const fail = (error) => {
    state.failure ??= error;
    throw error;
  };
  return {
    ...Object.fromEntries(counted),
    title,
    log: (...values) => console.log(...values),
    timeout: (limit) => state.setLimit?.(limit),
    teardown: (run) => void state.teardowns.push(run),
  };
}
