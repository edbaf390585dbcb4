/**
 * The exchanges of a recording, in the order of their requests: those read from the file, replayed once each, and those
 * being added.
 */
import { MockError } from "../mock/mock-error.js";
import type { RecordedExchange, RecordedRequest, RecordedResponse } from "./format.js";
import { Comparable, type ReplayMatch, differenceTo, nearness } from "./match.js";

/** The place of an exchange whose response has not arrived yet. @internal */
export interface Place {
  readonly request: RecordedRequest;
  response: RecordedResponse | null;
}

/** An exchange that can be replayed. */
interface Track {
  readonly exchange: RecordedExchange;
  readonly comparable: Comparable;
  isUsed: boolean;
}

/** @internal */
export class Tape {
  readonly #read: readonly Track[];
  /** The exchanges from the file, by the key that distinguishes them. */
  readonly #tracks = new Map<string, Track[]>();
  readonly #added: Place[] = [];
  readonly #parts: ReadonlySet<ReplayMatch>;
  readonly #repeats: boolean;

  constructor(read: readonly RecordedExchange[], parts: ReadonlySet<ReplayMatch>, repeats: boolean) {
    this.#read = read.map((exchange) => ({
      exchange,
      comparable: new Comparable(exchange.request),
      isUsed: false,
    }));
    this.#parts = parts;
    for (const track of this.#read) {
      const key = track.comparable.key(parts);
      const same = this.#tracks.get(key);
      if (same === undefined) this.#tracks.set(key, [track]);
      else same.push(track);
    }
    this.#repeats = repeats;
  }

  /** The exchanges recorded so far. */
  get exchanges(): RecordedExchange[] {
    const added = this.#added.flatMap(({ request, response }) =>
      response === null ? [] : [{ request, response }],
    );
    return [...this.#read.map(({ exchange }) => exchange), ...added];
  }

  /** Adds a request; its response is put there when it arrives. */
  add(request: RecordedRequest): Place {
    const place: Place = { request, response: null };
    this.#added.push(place);
    return place;
  }

  /** The first unused response to `request`, else the last one if it may be repeated; null: none. */
  take(request: RecordedRequest): RecordedResponse | null {
    const tracks = this.#tracksOf(new Comparable(request));
    const track = tracks.find(({ isUsed }) => !isUsed) ?? (this.#repeats ? tracks.at(-1) : undefined);
    if (track === undefined) return null;
    track.isUsed = true;
    return track.exchange.response;
  }

  /** Why there is no response to `request`. */
  missing(request: RecordedRequest, file: string): MockError {
    const subject = `The recording ${file} has no`;
    const wanted = `${request.method} ${request.url}`;
    const comparable = new Comparable(request);
    const count = this.#tracksOf(comparable).length;
    const message =
      count > 0
        ? `${subject} further response to ${wanted}: all ${count} of them were replayed`
        : `${subject} response to ${wanted}: ${this.#nearest(comparable)}`;
    return new MockError(message, { code: "ERR_MOCK_NOT_RECORDED" });
  }

  #tracksOf(request: Comparable): readonly Track[] {
    return this.#tracks.get(request.key(this.#parts)) ?? [];
  }

  #nearest(request: Comparable): string {
    let nearest = "it is empty";
    let most = -1;
    for (const [index, { exchange, comparable }] of this.#read.entries()) {
      const near = nearness(comparable, request, this.#parts);
      if (near <= most) continue;
      most = near;
      const { method, url } = exchange.request;
      const difference = differenceTo(comparable, request, this.#parts) ?? "the same";
      nearest = `the nearest is number ${index + 1}, ${method} ${url}: ${difference}`;
    }
    return nearest;
  }
}
