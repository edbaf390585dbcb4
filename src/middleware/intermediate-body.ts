/**
 * The body of a response that another request follows: a redirect, or a step of an authentication flow. As in HTTPX, the
 * response in `history` has it. A server that never ends it must not hold up the next request: past a limit the body is cut,
 * and the response in `history` then has none.
 */
import { clearTimeout, setTimeout } from "../platform/timers.js";
import type { Response } from "../response/response.js";

/** The most bytes of a body that are read … */
const MAX_BYTES = 1024 * 1024;
/** … and the most milliseconds. Real bodies of redirects and challenges are a line of HTML. */
const MAX_TIME = 1000;

/** @throws what reading a body throws, such as TotalTimeout. @internal */
export async function readOrCut(response: Response): Promise<void> {
  const body = response.streamed;
  if (body === null || response.isClosed) {
    await response.aread();
    return;
  }
  // its progress is not that of the answer
  body.progress = null;
  const end = body.untilCut();
  let isCut = false;
  const cut = (): void => {
    isCut = true;
    end();
  };
  const timer = setTimeout(cut, MAX_TIME);
  body.onReceived = (bytes) => {
    if (bytes > MAX_BYTES) cut();
  };
  try {
    await response.aread();
  } catch (error) {
    if (!isCut) throw error;
    await body.close();
    // on a busy machine both times may be over at once
    body.checkLimits();
  } finally {
    clearTimeout(timer);
    body.onReceived = null;
  }
}
