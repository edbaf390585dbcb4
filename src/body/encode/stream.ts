/**
 * Bodies that come in pieces: generators, iterables, files, web and Node.js streams, and multipart bodies made of them.
 *
 * They are pulled, one piece at a time, never ahead. What can be read only once says so, and refuses the second
 * time with `StreamConsumed`, instead of sending an empty body.
 */
import { StreamConsumed } from "../../errors/stream-error.js";

/** A piece of a body; text is sent as UTF-8. */
export type Chunk = Uint8Array | string;

/** Where the pieces come from. @internal */
export interface Source {
  /** In bytes; `null` if nobody knows before all is read. */
  readonly length: number | null;
  /** What reading uses up; empty if it can be read any number of times. */
  readonly usedUp: readonly object[];
  /** Starts to read, from the beginning. */
  open(): AsyncIterator<Chunk>;
  /** Closes what would stay open, if it is not to be read after all. */
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

/** What was read by any request, since two requests may be given the same generator. */
const startedOn = new WeakSet<object>();

/** All of them or none, so that what is refused here can still be sent in another body. */
function use(sources: readonly object[]): void {
  const isTwice = new Set(sources).size < sources.length;
  if (isTwice || sources.some((source) => startedOn.has(source))) throw new StreamConsumed();
  for (const source of sources) startedOn.add(source);
}
