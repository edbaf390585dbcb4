/**
 * What a session keeps of its handshake until the program asks for it: ten thousand quiet sessions keep ten thousand of these. A
 * request and a response take 1 KB of JavaScript's heap. Here they are the parts in which two handshakes with one server differ, and
 * one record of what is alike.
 *
 * Only a handshake that nobody but this package has seen can be kept so: what the program has changed or marked must stay the same
 * object.
 */
import type { Timeout } from "../config/timeout.js";
import { Request } from "../request/request.js";
import type { WireConnection } from "../response/connection-info.js";
import type { NetworkStream } from "../response/network-stream.js";
import { Response } from "../response/response.js";
import type { ResponseSettings } from "../response/settings.js";
import { UpgradedBody } from "../response/upgraded-body.js";
import type { ParsedURL } from "../url/parsed-url.js";
import type { Agreement } from "./handshake.js";
import { acceptanceOf } from "./key.js";

/** The lines of a request or a response without the key, or the answer to it. */
class LinesAround {
  readonly #before: string;
  readonly #behind: string;
  readonly #length: number;

  constructor(lines: string, part: string) {
    const at = lines.indexOf(part);
    this.#before = at === -1 ? lines : lines.slice(0, at);
    this.#behind = at === -1 ? "" : lines.slice(at + part.length);
    // what has no such part is whole without it
    this.#length = at === -1 ? 0 : part.length;
  }

  /** Whether these are the lines with this part. */
  fit(lines: string, part: string): boolean {
    const { length } = this.#before;
    return (
      lines.length === length + this.#length + this.#behind.length &&
      lines.startsWith(this.#before) &&
      lines.endsWith(this.#behind) &&
      (this.#length === 0 || lines.startsWith(part, length))
    );
  }

  with(part: string): string {
    return this.#before + (this.#length === 0 ? "" : part) + this.#behind;
  }
}

/** What handshakes with one server have in common. */
interface Alike {
  readonly method: string;
  readonly url: ParsedURL;
  readonly timeout: Timeout | null;
  readonly lines: LinesAround;
  readonly statusCode: number;
  readonly setsCookies: boolean;
  readonly head: LinesAround;
  readonly settings: ResponseSettings;
  /** What these lines agree to. */
  readonly agreement: Agreement;
}

/** The records of the servers to which the last sessions lead, by URL. */
const recent = new Map<string, Alike>();
const MOST_RECENT = 64;

/** @internal */
export class KeptHandshake {
  readonly #alike: Alike;
  readonly #key: string;
  readonly #connection: WireConnection | null;
  readonly #isReused: boolean;
  readonly #streamId: number;
  readonly #startedAt: number;
  /** Microseconds, as what follows: small whole numbers take no memory of their own. */
  readonly #elapsed: number;
  readonly #pool: number;
  readonly #firstByte: number;
  #request: Request | null = null;

  private constructor(alike: Alike, key: string, response: Response) {
    const { wire, receivedAt } = response.untouched!;
    this.#alike = alike;
    this.#key = key;
    this.#connection = wire.connection ?? null;
    this.#isReused = wire.isReused === true;
    this.#streamId = wire.streamId ?? 0;
    this.#startedAt = wire.startedAt;
    this.#elapsed = Math.round((receivedAt - wire.startedAt) * 1000);
    this.#pool = wire.pool ?? 0;
    this.#firstByte = wire.firstByte ?? 0;
  }

  /**
   * Keeps a response that the program has not seen, if it and its request equal the last ones of this server except for the key and
   * its answer: both then agreed to the same. Null if they differ, or if something was made of them that must be kept.
   */
  static alike(response: Response, key: string, settings: ResponseSettings): KeptHandshake | null {
    const wire = response.untouched?.wire;
    const parts = response.request.untouched;
    if (wire === undefined || parts === null) return null;
    const known = recent.get(parts.url.href);
    return known !== undefined &&
      known.method === parts.method &&
      known.timeout === parts.timeout &&
      known.statusCode === wire.statusCode &&
      known.setsCookies === wire.setsCookies &&
      known.settings === settings &&
      known.lines.fit(parts.lines, key) &&
      known.head.fit(wire.head, acceptanceOf(key))
      ? new KeptHandshake(known, key, response)
      : null;
  }

  /** Keeps a response that the program has not seen and that equals none before. Null if something was made of it or its request. */
  static of(
    response: Response,
    key: string,
    settings: ResponseSettings,
    agreement: Agreement,
  ): KeptHandshake | null {
    const wire = response.untouched?.wire;
    const parts = response.request.untouched;
    if (wire === undefined || parts === null) return null;
    const { method, url, lines, timeout } = parts;
    const { head, statusCode, setsCookies } = wire;
    const alike = {
      method,
      url,
      timeout,
      lines: new LinesAround(lines, key),
      statusCode,
      setsCookies,
      head: new LinesAround(head, acceptanceOf(key)),
      settings,
      agreement,
    };
    if (!recent.has(url.href) && recent.size === MOST_RECENT) recent.delete(recent.keys().next().value!);
    recent.set(url.href, alike);
    return new KeptHandshake(alike, key, response);
  }

  get agreement(): Agreement {
    return this.#alike.agreement;
  }

  get request(): Request {
    const { method, url, lines, timeout } = this.#alike;
    return (this.#request ??= new Request({
      method,
      url,
      lines: lines.with(this.#key),
      body: { kind: "empty" },
      timeout,
      extensions: null,
    }));
  }

  /** A response as the one that is gone. `stream` is what its connection has become. */
  response(stream: NetworkStream): Response {
    const { request } = this;
    const { statusCode, setsCookies, head, settings } = this.#alike;
    const startedAt = this.#startedAt;
    const response = Response.fromWire({
      statusCode,
      setsCookies,
      head: head.with(acceptanceOf(this.#key)),
      request,
      content: null,
      source: new UpgradedBody(stream),
      numBytesDownloaded: 0,
      startedAt,
      receivedAt: startedAt + this.#elapsed / 1000,
      trailers: "",
      streamId: this.#streamId,
      connection: this.#connection,
      isReused: this.#isReused,
      pool: this.#pool,
      firstByte: this.#firstByte,
      download: null,
    });
    response.attach(request, startedAt, settings);
    return response;
  }
}
