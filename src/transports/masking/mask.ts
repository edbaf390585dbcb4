/**
 * Takes the secrets out of requests and responses. What stands under a sensitive name is masked, and what was once seen
 * there is masked wherever it turns up again: a token in a path, a key that a server echoes.
 */
import { Buffer } from "node:buffer";
import type { Headers } from "../../headers.js";
import { formEncode } from "../../query.js";
import { maskHeaderValue } from "./header-values.js";
import { maskJSON } from "./json.js";
import { boundaryIn, maskMultipart } from "./multipart.js";
import { SECURE, type SensitiveNames } from "./names.js";
import { maskForm, maskLinks, maskURL, type OnSecret } from "./pairs.js";

/** Shorter ones are words rather, and would take other text along with them. */
const SHORTEST_KNOWN = 12;

const FORM = /^application\/x-www-form-urlencoded/i;
/** A URL's scheme and authority, which stay even if a secret is spelled like them; and the rest. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** One message without its secrets. @internal */
export interface Masked {
  readonly url: string;
  /** Names and values, in order and case as they were. */
  readonly headers: [name: string, value: string][];
  readonly body: Uint8Array;
}

/** @internal */
export class Mask {
  readonly #names: SensitiveNames;
  /** What was found under sensitive names, longest first; and what the mask itself becomes in a URL. */
  #known: string[] = [formEncode(SECURE)];

  constructor(names: SensitiveNames) {
    this.#names = names;
  }

  /** A message; `url` is "" for a response. */
  message(url: string, headers: Headers, body: Uint8Array): Masked {
    const names = this.#names;
    const type = headers.get("content-type") ?? "";
    // All of it is searched before anything that was found is replaced elsewhere.
    const maskedURL = maskURL(url, names, this.#keep);
    const [origin = ""] = ORIGIN.exec(maskedURL) ?? [];
    const fields = headers.raw.map(
      ([name, value]) => [name, maskHeaderValue(name, value, names, this.#keep)] as const,
    );
    const text = this.#text(body, type);
    return {
      url: origin + this.#withoutKnown(maskedURL.slice(origin.length)),
      headers: fields.map(([name, value]) => [name, this.#withoutKnown(value)]),
      body:
        text === null
          ? body
          : Buffer.from(this.#withoutKnown(text), boundaryIn(type) === null ? "utf8" : "latin1"),
    };
  }

  /** Null for what is no text. */
  #text(body: Uint8Array, type: string): string | null {
    const boundary = boundaryIn(type);
    if (boundary !== null) {
      // There may be any bytes between its text.
      return maskMultipart(Buffer.from(body).toString("latin1"), boundary, this.#names, this.#keep);
    }
    let text: string;
    try {
      text = utf8.decode(body);
    } catch {
      return null;
    }
    if (FORM.test(type)) return maskForm(text, this.#names, this.#keep);
    return maskLinks(maskJSON(text, this.#names, this.#keep), this.#names, this.#keep);
  }

  readonly #keep: OnSecret = (secret) => {
    // A long number may well stand for something else, and JSON needs it to be one.
    if (secret === SECURE || !/\D/.test(secret)) return;
    for (const form of [secret, formEncode(secret)]) {
      if (form.length < SHORTEST_KNOWN || this.#known.includes(form)) continue;
      this.#known.push(form);
      this.#known.sort((left, right) => right.length - left.length);
    }
  };

  #withoutKnown(text: string): string {
    return this.#known.reduce((masked, secret) => masked.replaceAll(secret, SECURE), text);
  }
}
