// Programs that run the checks of smoke.cjs and print the result as JSON.

/** `check(httpxide)` runs every check, one after the other, and resolves with how many there are and what did not hold. */
export const CHECK = `
async function check(httpxide) {
  const checks = Object.entries(smoke(httpxide));
  const failures = [];
  for (const [name, run] of checks) {
    try {
      await run(process.env.SMOKE_URL);
    } catch (error) {
      failures.push(name + ": " + error.stack);
    }
  }
  return { checks: checks.length, failures };
}
`;

/** A program that runs the checks on the imported package. */
export const IMPORTED = `
import * as httpxide from "httpxide";
import smoke from "./smoke.cjs";
${CHECK}
console.log(JSON.stringify(await check(httpxide)));
`;

/** A program that runs the checks on the required package. */
export const REQUIRED = `
const httpxide = require("httpxide");
const smoke = require("./smoke.cjs");
${CHECK}
check(httpxide).then((result) => console.log(JSON.stringify(result)));
`;
