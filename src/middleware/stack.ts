/**
 * The order of the steps: as in HTTPX, authentication around redirects, around event hooks, around the single request. A
 * retry repeats a single request with its hooks.
 */
import { authentication } from "./auth.js";
import type { Middleware, Send, SendingClient } from "./middleware.js";
import { progress } from "./progress.js";
import { redirectAuthentication } from "./redirect-auth.js";
import { redirects } from "./redirects.js";
import { retries } from "./retries.js";
import { runHooks } from "./run-hooks.js";
import { singleRequest } from "./single-request.js";

/** From the outermost to the innermost. */
const steps: readonly Middleware[] = [
  authentication,
  redirects,
  redirectAuthentication,
  retries,
  runHooks,
  progress,
];

/** All steps of a client combined into one function. @internal */
export function middlewareOf(client: SendingClient): Send {
  return steps.reduceRight<Send>((next, step) => step(next, client), singleRequest(client));
}
