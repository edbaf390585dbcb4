/** Secrets in what has the form of a query: URLs, relative ones too, and the bodies of forms. */
import { unescape } from "node:querystring";
import { SECURE, knownSensitiveNames, type SensitiveNames } from "./names.js";

const USERINFO = /^((?:[a-z*][a-z0-9+.*-]*:)?\/\/)[^/?#]*@/i;
const URL_PAIR = /(?<=[?&#])([^=&#?]*)=([^&#?]*)/g;
/** In a text, an address ends sooner, and `&` may be written as HTML or JSON have it. The text may be a form itself. */
const LINK_PAIR = /(?<=^|[?&#;]|\\u0026)([\w.~%[\]-]+)=([^&#?\s"'<>\\]+)/g;
const FORM_PAIR = /(?<=^|&)([^=&]*)=([^&]*)/g;

/** Is told each secret that is masked, decoded. @internal */
export type OnSecret = (secret: string) => void;

/**
 * `url`, relative or a pattern too, without user information, and with the values of sensitive names masked in its query and its fragment.
 * @internal
 */
export function maskURL(url: string, names = knownSensitiveNames, onSecret?: OnSecret): string {
  return maskPairs(url.replace(USERINFO, "$1"), URL_PAIR, names, onSecret);
}

/** The same for the addresses inside a text. @internal */
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
