/** Secrets in query syntax: URLs, including relative ones, and the bodies of forms. */
import { unescape } from "node:querystring";
import { SECURE, knownSensitiveNames, type SensitiveNames } from "./names.js";

const USERINFO = /^((?:[a-z*][a-z0-9+.*-]*:)?\/\/)[^/?#]*@/i;
const URL_PAIR = /(?<=[?&#])([^=&#?]*)=([^&#?]*)/g;
/** In a text, a URL ends sooner, and HTML or JSON may escape its `&`. The text may be a form itself. */
const LINK_PAIR = /(?<=^|[?&#;]|\\u0026)([\w.~%[\]-]+)=([^&#?\s"'<>\\]+)/g;
const FORM_PAIR = /(?<=^|&)([^=&]*)=([^&]*)/g;

/** Called with each masked secret, decoded. @internal */
export type OnSecret = (secret: string) => void;

/**
 * `url`, possibly relative or a pattern, without user information, and with the values of sensitive names masked in its
 * query and its fragment.
 * @internal
 */
export function maskURL(url: string, names = knownSensitiveNames, onSecret?: OnSecret): string {
  return maskPairs(url.replace(USERINFO, "$1"), URL_PAIR, names, onSecret);
}

/** The same for the URLs inside a text. @internal */
export function maskLinks(text: string, names: SensitiveNames, onSecret?: OnSecret): string {
  return maskPairs(text, LINK_PAIR, names, onSecret);
}

/** The body of a form. @internal */
export function maskForm(form: string, names: SensitiveNames, onSecret?: OnSecret): string {
  return maskPairs(form, FORM_PAIR, names, onSecret);
}

function maskPairs(text: string, pair: RegExp, names: SensitiveNames, onSecret?: OnSecret): string {
  return text.replace(pair, (whole, name: string, value: string) => {
    if (value === "" || !names.has(decoded(name))) return whole;
    onSecret?.(decoded(value));
    return `${name}=${SECURE}`;
  });
}

function decoded(text: string): string {
  return unescape(text.replaceAll("+", " "));
}
