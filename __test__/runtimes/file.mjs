// Runs one compiled test file in the runtime that runs this: `file.mjs <path>`. Prints a line of JSON for each test.
import { pathToFileURL } from "node:url";
import { runTests } from "./ava.mjs";

const path = process.argv[2];
const report = (result) => process.stdout.write(`\0${JSON.stringify(result)}\n`);

// What ava reports for the file, not for a test of it
process.on("uncaughtException", (error) => {
  report({ title: "(nothing is uncaught)", outcome: "failed", error: String(error?.stack ?? error) });
});
process.on("unhandledRejection", (error) => {
  report({ title: "(nothing is unhandled)", outcome: "failed", error: String(error?.stack ?? error) });
});

await import(pathToFileURL(path).href);
await runTests(report);
report({ title: "(the file ends)", outcome: "passed" });
process.exit();
