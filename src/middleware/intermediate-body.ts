/**
 * The body of a response that another request follows: a redirect, or a step of an authentication flow. As in HTTPX, the
 * response in `history` has it. A server that never ends it must not hold up the next request: past a limit the body is cut,
 * and the response in `history` then has none.
 */
import { OUT_OF_TIME, errorFromEngine } from "../errors/engine.js";
import { now } from "../platform/clock.js";
import { clearTimeout, setTimeout } from "../platform/timers.js";
import type { Response } from "../response/response.js";

/** The most bytes of a body that are read … */
const MAX_BYTES = 1024 * 1024;
/** … and the most milliseconds. Real bodies of redirects and challenges are a line of HTML. */
const MAX_TIME = 1000;

/**
 * @param startedAt the start of the call, from which its total timeout counts.
 * @throws TotalTimeout also for a body that is made in JavaScript: the engine is not there to notice.
 * @internal
 */
export async function readOrCut(response: Response, startedAt: number): Promise<void> {
  const body = response.streamed;
  if (body === null || response.isClosed) {
    await response.aread();
    return;
  }
  // its progress is not that of the answer
  body.progress = null;
  const end = body.untilCut();
  const { total } = response.request.timeout.after(now() - startedAt);
  let isCut = false;
  const cut = (): void => {
    isCut = true;
    end();
  };
  let isOutOfTime = false;
  const timer = setTimeout(
    () => {
      isOutOfTime = total !== null && total <= MAX_TIME;
      cut();
    },
    Math.min(MAX_TIME, total ?? MAX_TIME),
  );
  body.onReceived = (bytes) => {
    if (bytes > MAX_BYTES) cut();
  };
  try {
    await response.aread();
  } catch (error) {
    if (!isCut) throw error;
    await body.close();
    if (isOutOfTime) throw outOfTime(response);
  } finally {
    clearTimeout(timer);
    body.onReceived = null;
  }
}

function outOfTime({ request }: Response): Error {
  return errorFromEngine({ ...OUT_OF_TIME, phase: "body", requestSent: true }, request);
}
