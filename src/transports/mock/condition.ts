/** One condition of a route on a request, whose body has been read. */
import type { Request } from "../../request/request.js";

/** @internal */
export interface Condition {
  /** The part that it checks, for the list of routes: `json`. Empty if the route's first words name it already. */
  readonly name: string;
  /** The difference in `request`, as a text that may be shown; null if it matches. */
  mismatch(request: Request): string | null;
}
