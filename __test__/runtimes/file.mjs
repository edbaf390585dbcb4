// Runs one compiled test file in the runtime that runs this: `file.mjs <path> <runtime's name>`. Prints a line of JSON for
// each test.
import { pathToFileURL } from "node:url";
import { runTests } from "./ava.mjs";
import { differencesOf, names } from "./differences.mjs";

/** Milliseconds for a test, and for one of which it is known that it hangs. */
const [LIMIT, HANGING] = [120_000, 10_000];

const [path, runtime] = process.argv.slice(2);
const hanging = differencesOf(runtime, path).filter(({ hangs }) => hangs);
const limitOf = (title) => (hanging.some((one) => names(one, title)) ? HANGING : LIMIT);
const report = (result) => process.stdout.write(`\0${JSON.stringify(result)}\n`);

// What ava reports for the file, not for a test of it
process.on("uncaughtException", (error) => {
  report({ title: "(nothing is uncaught)", outcome: "failed", error: String(error?.stack ?? error) });
});
process.on("unhandledRejection", (error) => {
  report({ title: "(nothing is unhandled)", outcome: "failed", error: String(error?.stack ?? error) });
});

await import(pathToFileURL(path).href);
await runTests(report, limitOf);
report({ title: "(the file ends)", outcome: "passed" });
process.exit();
