/**
 * Sends two requests to `<url>`, each by a client of its own. The second argument says how they verify: `default`,
 * `none`, `none-without-environment`, or the path of a file of authorities. Prints both outcomes.
 */
import { readFile } from "node:fs/promises";
import { AsyncClient, RequestError } from "httpxide";

const [url = "", how = "default"] = process.argv.slice(2);
const verify = how === "default" ? true : how.startsWith("none") ? false : { ca: await readFile(how) };
const trustEnv = how !== "none-without-environment";

async function outcome(): Promise<string> {
  await using client = new AsyncClient({ verify, trustEnv, timeout: null });
  try {
    return (await client.get(url)).text;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return error.code;
  }
}

console.log(await outcome());
console.log(await outcome());
