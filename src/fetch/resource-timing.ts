/**
 * Resource Timing: a fetch enters the timeline of `performance` when its body has come to its end, as the platform's own does.
 * A failed or cancelled one does not.
 */
import { performance } from "node:perf_hooks";
import type { Response as Received } from "../response/response.js";
import { now } from "../platform/clock.js";
import { runtime } from "../platform/runtime.js";

/** The types know five parameters; Node.js 22 has three more. */
type Mark = (
  timingInfo: object,
  requestedURL: string,
  initiatorType: "fetch",
  global: object,
  cacheMode: "",
  bodyInfo: object,
  responseStatus: number,
  deliveryType: "",
) => unknown;

// taken once: fakes of the clock replace it; other runtimes have no timeline of resources
const mark =
  runtime.name === "node" ? (performance.markResourceTiming as unknown as Mark | undefined) : undefined;

/** A fetch whose response has come. Times are those of `performance.now()`. @internal */
export interface TimedFetch {
  /** The URL before redirects. */
  readonly url: string;
  readonly startedAt: number;
  /** When the last request began. */
  readonly requestedAt: number;
  readonly respondedAt: number;
  readonly isRedirected: boolean;
  readonly received: Received;
}

/** Call it once, at the end of the body. @param decodedBodySize in bytes. @internal */
export function reportResource(fetched: TimedFetch, decodedBodySize: number): void {
  if (mark === undefined) return;
  const { url, startedAt, requestedAt, respondedAt, isRedirected, received } = fetched;
  const timing = {
    startTime: startedAt,
    redirectStartTime: isRedirected ? startedAt : 0,
    redirectEndTime: isRedirected ? requestedAt : 0,
    postRedirectStartTime: requestedAt,
    finalServiceWorkerStartTime: 0,
    // the platform does not tell the steps to a connection apart either
    finalConnectionTimingInfo: {
      domainLookupStartTime: requestedAt,
      domainLookupEndTime: requestedAt,
      connectionStartTime: requestedAt,
      connectionEndTime: requestedAt,
      secureConnectionStartTime: requestedAt,
      ALPNNegotiatedProtocol: undefined,
    },
    finalNetworkRequestStartTime: requestedAt,
    finalNetworkResponseStartTime: respondedAt,
    endTime: now(),
    encodedBodySize: received.numBytesDownloaded,
    decodedBodySize,
  };
  mark(timing, url, "fetch", globalThis, "", {}, received.statusCode, "");
}
