/** axios's progress events: at most three a second, and one at the end. */
import type { AxiosProgressEvent } from "axios";
import { now } from "../platform/clock.js";

const SHORTEST_PAUSE = 1000 / 3;

/** @internal */
export interface ProgressOfBody {
  moved(bytes: number): void;
  ended(bytes: number): void;
}

/** Null without a listener. @internal */
export function progressOf(
  listener: ((event: AxiosProgressEvent) => void) | undefined,
  total: number | undefined,
  direction: "upload" | "download",
): ProgressOfBody | null {
  if (!listener) return null;
  let reported = 0;
  let reportedAt = -Infinity;
  let isTold = false;
  const start = now();
  const report = (moved: number): void => {
    const loaded = total === undefined ? moved : Math.min(moved, total);
    const seconds = (now() - start) / 1000;
    const rate = seconds > 0 ? loaded / seconds : undefined;
    const bytes = loaded - reported;
    reported = loaded;
    reportedAt = now();
    isTold = true;
    // the types forbid members without a value, which axios has
    listener({
      loaded,
      total,
      progress: total ? loaded / total : undefined,
      bytes,
      rate,
      estimated: rate && total ? (total - loaded) / rate : undefined,
      event: { loaded, total, lengthComputable: total !== undefined },
      lengthComputable: total !== undefined,
      [direction]: true,
    } as AxiosProgressEvent);
  };
  return {
    moved: (bytes) => {
      if (now() - reportedAt >= SHORTEST_PAUSE) report(bytes);
    },
    ended: (bytes) => {
      if (!isTold || bytes !== reported) report(bytes);
    },
  };
}
