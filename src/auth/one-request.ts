/** The flows whose first response is their last. */
import type { Auth } from "./auth.js";
import { BasicAuth } from "./basic.js";
import { BearerAuth } from "./bearer.js";
import { FunctionAuth } from "./function.js";
import { NetRCAuth } from "./netrc.js";

/** A subclass with a flow of its own does not have these. */
const flows: ReadonlySet<unknown> = new Set(
  [BasicAuth, BearerAuth, FunctionAuth, NetRCAuth].map(({ prototype }) => prototype.authFlow),
);

/** Whether the flow certainly sends one request, whatever its response. @internal */
export function sendsOneRequest(auth: Auth): boolean {
  return flows.has(auth.authFlow);
}
