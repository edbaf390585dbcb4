/**
 * The `Referer` of a request (Referrer Policy, 8.3). A program without a document has none of its own: only the one that it
 * gives is sent, or the global origin.
 */
import { URL } from "../platform/classes.js";
import type { ParsedURL } from "../url/parsed-url.js";

/** @internal */
export interface Referrer {
  /** Null if a policy has withheld it. */
  readonly url: URL | null;
  readonly policy: string;
}

const DEFAULT_POLICY = "strict-origin-when-cross-origin";
const POLICIES: ReadonlySet<string> = new Set([
  "no-referrer",
  "no-referrer-when-downgrade",
  "same-origin",
  "origin",
  "strict-origin",
  "origin-when-cross-origin",
  DEFAULT_POLICY,
  "unsafe-url",
]);
/** Beyond this length, only the origin is sent. */
const LONGEST = 4096;

/**
 * @param page of the program.
 * @param href as the member of a `Request` has it: a URL, `about:client` for the page, or "" for none.
 * @internal
 */
export function referrerOf(
  page: URL | null,
  href: string | undefined,
  policy: string | undefined,
): Referrer | null {
  const source = href === undefined || href === "about:client" ? page : href;
  if (source === null || source === "") return null;
  const url = new URL(source);
  url.username = url.password = url.hash = "";
  return { url, policy: policy ? policy : DEFAULT_POLICY };
}

/**
 * The referrer after a redirect: no more of it than the request had, with the last known policy of the response.
 *
 * @internal
 */
export function referrerAfter(referrer: Referrer, from: ParsedURL, policies: string): Referrer {
  const sent = refererTo(referrer, from);
  const given = policies.split(",").map((item) => item.trim().toLowerCase());
  return {
    url: sent === null ? null : new URL(sent),
    policy: given.findLast((item) => POLICIES.has(item)) ?? referrer.policy,
  };
}

/** Null if the policy forbids it. @internal */
export function refererTo({ url, policy }: Referrer, target: ParsedURL): string | null {
  if (url === null) return null;
  const isSameOrigin = url.origin === target.origin;
  const isDowngrade = isTrustworthy(url) && !isTrustworthy(new URL(target.href));
  const origin = `${url.origin}/`;
  const full = url.href.length > LONGEST ? origin : url.href;
  switch (policy) {
    case "no-referrer":
      return null;
    case "origin":
      return origin;
    case "unsafe-url":
      return full;
    case "strict-origin":
      return isDowngrade ? null : origin;
    case "same-origin":
      return isSameOrigin ? full : null;
    case "origin-when-cross-origin":
      return isSameOrigin ? full : origin;
    case "no-referrer-when-downgrade":
      return isDowngrade ? null : full;
    default:
      return isSameOrigin ? full : isDowngrade ? null : origin;
  }
}

/** Whether nobody on the way can read it (Secure Contexts, 3.1). */
function isTrustworthy({ protocol, hostname }: URL): boolean {
  if (protocol === "https:") return true;
  return hostname === "localhost" || hostname.endsWith(".localhost") || /^127\.|^\[::1\]$/.test(hostname);
}
