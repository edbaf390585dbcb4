/**
 * Bodies in pieces: generators, iterables, files, web and Node.js streams, and multipart bodies made of them.
 *
 * A body is pulled one piece at a time, never ahead. One that can be read only once refuses the second reading with
 * `StreamConsumed` instead of sending an empty body.
 */
import { StreamConsumed } from "../../errors/stream-error.js";
import type { Chunk, PartLengths } from "./chunk.js";
import { KeptStart } from "./kept-start.js";

export type { Chunk, PartLengths };

/** The source of the pieces. @internal */
export interface Source {
  /** In bytes; `null` if it is not certain before all is read. */
  readonly length: number | null;
  /** The objects that reading uses up; empty if the source can be read any number of times. */
  readonly usedUp: readonly object[];
  /** Starts to read from the beginning. */
  open(parts?: PartLengths): AsyncIterator<Chunk>;
  /** Whether a further reading can begin, of a source without `usedUp`; absent: it can. */
  canReopen?(): boolean;
  /** Closes a source that will not be read after all. */
  discard?(): void;
}

/** A body in pieces. @internal */
export interface StreamBody {
  kind: "stream";
  /**
   * Starts to read.
   *
   * @param reportsTaken whether the reader calls `taken`. To any other, all that it pulls may be seen by the server.
   * @throws StreamConsumed if it was read before, unless `replayable`.
   */
  iterate(parts?: PartLengths, reportsTaken?: boolean): AsyncIterator<Chunk>;
  /** Whether it can be read now. */
  isReadable(): boolean;
  /** Whether it can be read another time, if it is readable; absent: it can. Asked only if it then will be. */
  canReopen?(): boolean;
  /** Whether it can be read more than once, as a redirect or an authentication flow may need. */
  replayable: boolean;
  /** Keeps what is read of it for another attempt, if it can be read only once. The caller releases it. */
  keepStart?(): KeptStart;
  /** The connection has taken bytes of it. */
  taken?(): void;
}

/** @internal */
export function streamBody(source: Pick<Source, "usedUp" | "open" | "canReopen">): StreamBody {
  const { usedUp } = source;
  const canReopen = (): boolean => source.canReopen?.() ?? true;
  if (usedUp.length === 0) {
    const iterate = (parts?: PartLengths): AsyncIterator<Chunk> => source.open(parts);
    return { kind: "stream", replayable: true, isReadable: () => true, canReopen, iterate };
  }
  let start: KeptStart | null = null;
  const isReadable = (): boolean => isUnread(usedUp) || start?.isRewound === true;
  const open = (parts: PartLengths | undefined): AsyncIterator<Chunk> => readOnce(source, usedUp, parts);
  return {
    kind: "stream",
    replayable: false,
    isReadable,
    canReopen: () => start?.isRewound === true || canReopen(),
    iterate(parts, reportsTaken = false) {
      if (!isReadable()) throw new StreamConsumed();
      return start === null || start.isReleased ? open(parts) : start.read(open, parts, reportsTaken);
    },
    keepStart() {
      if (start === null || start.isReleased) start = new KeptStart();
      return start.use();
    },
    taken: () => start?.giveUp(),
  };
}

/** Opens the source, and uses it up, when the first piece is pulled: one of which nothing was read can still be sent. */
function readOnce(
  source: Pick<Source, "open">,
  usedUp: readonly object[],
  parts: PartLengths | undefined,
): AsyncIterator<Chunk> {
  let pieces: AsyncIterator<Chunk> | null = null;
  const first = async (): Promise<IteratorResult<Chunk>> => {
    use(usedUp);
    pieces = source.open(parts);
    return pieces.next();
  };
  return {
    next: () => (pieces === null ? first() : pieces.next()),
    async return() {
      await pieces?.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** The objects that any request has read: two requests may have the same generator. */
const startedOn = new WeakSet<object>();

/** Marks all of them or none, so that the others can still be sent in another body. */
function use(sources: readonly object[]): void {
  if (!isUnread(sources)) throw new StreamConsumed();
  for (const source of sources) startedOn.add(source);
}

function isUnread(sources: readonly object[]): boolean {
  const isTwice = new Set(sources).size < sources.length;
  return !isTwice && !sources.some((source) => startedOn.has(source));
}
