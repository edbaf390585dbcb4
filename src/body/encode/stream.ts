/**
 * Bodies in pieces: generators, iterables, files, web and Node.js streams, and multipart bodies made of them.
 *
 * A body is pulled one piece at a time, never ahead. One that can be read only once refuses the second reading with
 * `StreamConsumed` instead of sending an empty body.
 */
import { StreamConsumed } from "../../errors/stream-error.js";

/** A piece of a body; text is sent as UTF-8. */
export type Chunk = Uint8Array | string;

/** The source of the pieces. @internal */
export interface Source {
  /** In bytes; `null` if it is not certain before all is read. */
  readonly length: number | null;
  /** The objects that reading uses up; empty if the source can be read any number of times. */
  readonly usedUp: readonly object[];
  /** Starts to read from the beginning. */
  open(): AsyncIterator<Chunk>;
  /** Closes a source that will not be read after all. */
  discard?(): void;
}

/** A body in pieces. @internal */
export interface StreamBody {
  kind: "stream";
  /** Starts to read. @throws StreamConsumed the second time, unless `replayable`. */
  iterate(): AsyncIterator<Chunk>;
  /** Whether it can be read more than once, as a redirect or an authentication flow may need. */
  replayable: boolean;
}

/** @internal */
export function streamBody(source: Pick<Source, "usedUp" | "open">): StreamBody {
  const { usedUp } = source;
  return {
    kind: "stream",
    replayable: usedUp.length === 0,
    iterate() {
      use(usedUp);
      return source.open();
    },
  };
}

/** The objects that any request has read: two requests may have the same generator. */
const startedOn = new WeakSet<object>();

/** Marks all of them or none, so that the others can still be sent in another body. */
function use(sources: readonly object[]): void {
  const isTwice = new Set(sources).size < sources.length;
  if (isTwice || sources.some((source) => startedOn.has(source))) throw new StreamConsumed();
  for (const source of sources) startedOn.add(source);
}
