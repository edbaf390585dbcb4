/** One request of a `fetch`, of which redirects make several. */
import type { ParsedURL } from "../url/parsed-url.js";
import type { Referrer } from "./referrer.js";
import type { FetchBody } from "./request-body.js";

/** @internal */
export type Mode = "cors" | "no-cors" | "same-origin";

/** What the program may see of the response: all of it, or nothing if it is "opaque". @internal */
export type Tainting = "basic" | "cors" | "opaque";

/** @internal */
export interface Hop {
  readonly method: string;
  readonly url: ParsedURL;
  /** The caller's headers. Host is always that of the URL. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: FetchBody | null;
  readonly mode: Mode;
  readonly tainting: Tainting;
  /** That of the program's page; null if it has none, "null" after a redirect between two other origins. */
  readonly origin: string | null;
  readonly referrer: Referrer | null;
}
