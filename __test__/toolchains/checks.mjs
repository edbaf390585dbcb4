// Programs that run the checks of smoke.cjs or subpaths.cjs and print the result as JSON.
import { subpaths } from "../../scripts/project.mjs";

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

const loadedBy = (load) => subpaths.map((name) => load(name)).join("\n");

/** A program that runs the checks of the subpaths, imported. */
export const SUBPATHS_IMPORTED = `
${loadedBy((name) => `import * as ${name} from "httpxide/${name}";`)}
import smoke from "./subpaths.cjs";
${CHECK}
console.log(JSON.stringify(await check({ ${subpaths.join(", ")} })));
`;

/** A program that runs the checks of the subpaths, required. */
export const SUBPATHS_REQUIRED = `
${loadedBy((name) => `const ${name} = require("httpxide/${name}");`)}
const smoke = require("./subpaths.cjs");
${CHECK}
check({ ${subpaths.join(", ")} }).then((result) => console.log(JSON.stringify(result)));
`;
