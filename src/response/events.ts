/** Server-sent events of a response. */
import type { EventDecoder } from "../body/read/event-decoder.js";
import type { ServerSentEvent } from "../body/read/server-sent-event.js";
import type { Response } from "../errors/exchange.js";
import { SSEError } from "../errors/sse-error.js";
import { Turn } from "../platform/turn.js";

/** The most characters of an event, unless the caller says otherwise. */
const MAX_EVENT = 1024 * 1024;

/** The decoder is a part of the bundle with its parser: most programs read no events. @internal */
export function eventDecoder(max = MAX_EVENT, lastEventId = ""): EventDecoder {
  const { EventDecoder } =
    require("../body/read/event-decoder.js") as typeof import("../body/read/event-decoder.js");
  return new EventDecoder(max, lastEventId);
}

/** @internal @throws SSEError if it is no event stream. */
export function checkEventStream(response: Response): void {
  const type = response.headers.get("content-type");
  if (type !== null && /^\s*text\/event-stream\s*(;|$)/i.test(type)) return;
  const problem = type === null ? "has no Content-Type" : `has the Content-Type ${JSON.stringify(type)}`;
  throw sseError(response, `The response ${problem}, not text/event-stream.`);
}

/** @internal */
export function sseError(response: Response, message: string): SSEError {
  return new SSEError(message, { request: response.sentRequest, response });
}

/** The events that a decoder makes of the text; what comes before a fault is not lost. @throws SSEError @internal */
export async function* inEvents(
  response: Response,
  texts: AsyncIterable<string>,
  decoder: EventDecoder,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  checkEventStream(response);
  const turn = new Turn();
  for await (const text of texts) {
    for (const event of decoder.push(text)) {
      yield event;
      if (turn.isOver(event.data.length)) await turn.next();
    }
    if (decoder.isExceeded) throw sseError(response, "An event of the stream is longer than allowed.");
  }
}
