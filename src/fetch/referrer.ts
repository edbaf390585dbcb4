/**
 * The `Referer` of a request (Referrer Policy, 8.3). A program without a document has none of its own: only the one that it
 * gives is sent, or the global origin.
 */
import type { ParsedURL } from "../url/parsed-url.js";
import { globalOrigin } from "./origin.js";

/** @internal */
export interface Referrer {
  readonly url: URL;
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

/** @param href as the member of a `Request` has it: a URL, `about:client` for the program's own, or "" for none. @internal */
export function referrerOf(href: string | undefined, policy: string | undefined): Referrer | null {
  const source = href === undefined || href === "about:client" ? globalOrigin() : href;
  if (source === null || source === "") return null;
  const url = new URL(source);
  url.username = url.password = url.hash = "";
  return { url, policy: policy ? policy : DEFAULT_POLICY };
}

/** With the policy of a redirect's response: the last one that is known. @internal */
export function withPolicyOf(referrer: Referrer | null, header: string | null): Referrer | null {
  const policies = referrer === null || header === null ? [] : header.split(",");
  const policy = policies.map((item) => item.trim().toLowerCase()).findLast((item) => POLICIES.has(item));
  return policy === undefined ? referrer : { url: referrer!.url, policy };
}

/** Null if the policy forbids it. @internal */
export function refererTo({ url, policy }: Referrer, target: ParsedURL): string | null {
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
