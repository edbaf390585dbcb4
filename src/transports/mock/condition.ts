/** One thing that a route asks of a request, whose body has been read. */
import type { Request } from "../../request/request.js";

/** @internal */
export interface Condition {
  /** What it looks at, for the list of routes: `json`. Empty if the route's first words say it already. */
  readonly name: string;
  /** What is different about `request`, in words that may be shown; null if it is as asked for. */
  mismatch(request: Request): string | null;
}
