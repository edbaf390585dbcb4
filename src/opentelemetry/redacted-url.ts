/** URLs without secrets, in the form that the semantic conventions prescribe for `url.full`. */
import { URL } from "../platform/classes.js";
import { unescape } from "node:querystring";
import type { SensitiveNames } from "../transports/masking/names.js";

const REDACTED = "REDACTED";
/** The parts before the query, the query, and the fragment, without the punctuation of the sentence around it. */
const URLS = /(\bhttps?:\/\/[^\s"'?#]*)(?:\?([^\s"'#]*?))?(?:#[^\s"']*?)?(?=[:.,;)]*(?:[\s"']|$))/g;

/** Without the fragment, which is not sent, and may be the token of an OAuth redirect. @internal */
export function redactedURL(href: string, sensitive: SensitiveNames): string {
  const url = new URL(href);
  if (url.username !== "") url.username = REDACTED;
  if (url.password !== "") url.password = REDACTED;
  url.hash = "";
  if (url.search !== "") url.search = redactedQuery(url.search.slice(1), sensitive);
  return url.href;
}

/** The same for each URL in a text, which has no user information there. @internal */
export function redactedText(text: string, sensitive: SensitiveNames): string {
  return text.replace(URLS, (_url, base: string, query: string | undefined) =>
    query === undefined ? base : `${base}?${redactedQuery(query, sensitive)}`,
  );
}

function redactedQuery(query: string, sensitive: SensitiveNames): string {
  const pairs = query.split("&").map((pair) => {
    const [name = ""] = pair.split("=", 1);
    return name !== pair && sensitive.has(unescape(name)) ? `${name}=${REDACTED}` : pair;
  });
  return pairs.join("&");
}
