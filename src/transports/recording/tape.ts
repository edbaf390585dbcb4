/**
 * The exchanges of a recording, in the order of their requests: those that were read and are replayed, once each, and
 * those that are being added.
 */
import { MockError } from "../mock/mock-error.js";
import type { RecordedExchange, RecordedRequest, RecordedResponse } from "./format.js";
import { type ReplayMatch, compared } from "./match.js";

/** The place of an exchange whose response is still to come. @internal */
export interface Place {
  readonly request: RecordedRequest;
  response: RecordedResponse | null;
}

/** @internal */
export class Tape {
  readonly #read: readonly RecordedExchange[];
  readonly #isUsed: boolean[] = [];
  readonly #added: Place[] = [];
  readonly #parts: ReadonlySet<ReplayMatch>;
  readonly #repeats: boolean;

  constructor(read: readonly RecordedExchange[], parts: ReadonlySet<ReplayMatch>, repeats: boolean) {
    this.#read = read;
    this.#parts = parts;
    this.#repeats = repeats;
  }

  /** What is recorded so far. */
  get exchanges(): RecordedExchange[] {
    const added = this.#added.flatMap(({ request, response }) =>
      response === null ? [] : [{ request, response }],
    );
    return [...this.#read, ...added];
  }

  /** Takes up a request; its response is put there once it has come. */
  add(request: RecordedRequest): Place {
    const place: Place = { request, response: null };
    this.#added.push(place);
    return place;
  }

  /** The first response to `request` that was not used yet, else the last one if it may be repeated; null: none. */
  take(request: RecordedRequest): RecordedResponse | null {
    const indices = this.#indicesOf(request);
    const index =
      indices.find((index) => !this.#isUsed[index]) ?? (this.#repeats ? indices.at(-1) : undefined);
    if (index === undefined) return null;
    this.#isUsed[index] = true;
    return this.#read[index]?.response ?? null;
  }

  /** Why there is no response to `request`. */
  missing(request: RecordedRequest, file: string): MockError {
    const subject = `The recording ${file} has no`;
    const wanted = `${request.method} ${request.url}`;
    const count = this.#indicesOf(request).length;
    const message =
      count > 0
        ? `${subject} further response to ${wanted}: all ${count} of them were replayed`
        : `${subject} response to ${wanted}: ${this.#nearest(request)}`;
    return new MockError(message, { code: "ERR_MOCK_NOT_RECORDED" });
  }

  #indicesOf(request: RecordedRequest): number[] {
    return this.#read.flatMap((exchange, index) =>
      compared(request, exchange.request, this.#parts).difference === null ? [index] : [],
    );
  }

  #nearest(request: RecordedRequest): string {
    let nearest = "it is empty";
    let most = -1;
    for (const [index, { request: recorded }] of this.#read.entries()) {
      const { same, difference } = compared(request, recorded, this.#parts);
      if (same <= most) continue;
      most = same;
      nearest = `the nearest is number ${index + 1}, ${recorded.method} ${recorded.url}: ${difference ?? "the same"}`;
    }
    return nearest;
  }
}
