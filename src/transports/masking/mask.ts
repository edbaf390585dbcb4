/**
 * Removes the secrets from requests and responses. The value under a sensitive name is masked, and so is every later
 * occurrence of it: a token in a path, a key that a server echoes.
 */
import { TextDecoder } from "../../platform/classes.js";
import { Buffer } from "node:buffer";
import type { Headers } from "../../headers/headers.js";
import { formEncode } from "../../url/query.js";
import { maskHeaderValue } from "./header-values.js";
import { boundaryIn, maskMultipart } from "./multipart.js";
import { SECURE, type SensitiveNames } from "./names.js";
import { maskForm, maskURL, type OnSecret } from "./pairs.js";
import { maskText } from "./text.js";

/** Shorter secrets are likely words, and masking them would also mask other text. */
const SHORTEST_KNOWN = 12;

const FORM = /^application\/x-www-form-urlencoded/i;
/** Types of text, which may be in a legacy encoding. */
const TEXT = /^(?:text\/|application\/(?:x-www-form-urlencoded|(?:\S+\+)?(?:json|xml)))/i;
/** A URL's scheme and authority, which stay even if they equal a secret; and the rest. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** One message without its secrets. @internal */
export interface Masked {
  readonly url: string;
  /** Names and values, in their original order and case. */
  readonly headers: [name: string, value: string][];
  readonly body: Uint8Array;
}

/** @internal */
export class Mask {
  readonly #names: SensitiveNames;
  /** The secrets found under sensitive names, longest first, and the mask's own encoded form in a URL. */
  #known: string[] = [formEncode(SECURE)];

  constructor(names: SensitiveNames) {
    this.#names = names;
  }

  /** A message; `url` is "" for a response. */
  message(url: string, headers: Headers, body: Uint8Array): Masked {
    const names = this.#names;
    const type = headers.get("content-type") ?? "";
    // The whole message is searched before any secret is replaced elsewhere.
    const maskedURL = maskURL(url, names, this.#keep);
    const [origin = ""] = ORIGIN.exec(maskedURL) ?? [];
    const fields = headers.raw.map(
      ([name, value]) => [name, maskHeaderValue(name, value, names, this.#keep)] as const,
    );
    const encoding = encodingOf(body, type);
    const text = encoding === null ? "" : this.#text(decode(body, encoding), type);
    return {
      url: origin + this.#withoutKnown(maskedURL.slice(origin.length)),
      headers: fields.map(([name, value]) => [name, this.#withoutKnown(value)]),
      body: encoding === null ? body : Buffer.from(this.#withoutKnown(text), encoding),
    };
  }

  #text(text: string, type: string): string {
    const boundary = boundaryIn(type);
    if (boundary !== null) return maskMultipart(text, boundary, this.#names, this.#keep);
    return (FORM.test(type) ? maskForm : maskText)(text, this.#names, this.#keep);
  }

  readonly #keep: OnSecret = (secret) => {
    // A long number may mean something else, and JSON needs it to stay a number.
    if (secret === SECURE || !/\D/.test(secret)) return;
    for (const form of [secret, formEncode(secret), JSON.stringify(secret).slice(1, -1)]) {
      if (form.length < SHORTEST_KNOWN || this.#known.includes(form)) continue;
      this.#known.push(form);
      this.#known.sort((left, right) => right.length - left.length);
    }
  };

  #withoutKnown(text: string): string {
    return this.#known.reduce((masked, secret) => masked.replaceAll(secret, SECURE), text);
  }
}

/** The encoding in which a body is text, or has text between its bytes, without loss; null for other bodies. */
function encodingOf(body: Uint8Array, type: string): "utf8" | "latin1" | null {
  if (boundaryIn(type) !== null) return "latin1";
  try {
    utf8.decode(body);
    return "utf8";
  } catch {
    return TEXT.test(type) ? "latin1" : null;
  }
}

function decode({ buffer, byteOffset, byteLength }: Uint8Array, encoding: "utf8" | "latin1"): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString(encoding);
}
