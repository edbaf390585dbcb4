/** The URL of a `fetch`, parsed as the platform does it: line breaks and tabs within it are dropped. */
import { URL } from "../platform/classes.js";
import { type ParsedURL, parseURL } from "../url/parsed-url.js";
import { fetchFailed, refusal } from "./failures.js";
import { PlatformRequest } from "./platform.js";

/** @internal @throws TypeError */
export function requestURL(text: string): ParsedURL {
  const url = parsed(text);
  if (url.userinfo !== null) {
    throw refusal(`Request cannot be constructed from a URL that includes credentials: ${text}`);
  }
  if (url.scheme !== "http" && url.scheme !== "https") throw fetchFailed(new Error("unknown scheme"));
  return url;
}

function parsed(text: string): ParsedURL {
  try {
    return parseURL(text);
  } catch {
    // the platform accepts more than HTTPX does
  }
  // a relative one has the origin that undici's `setGlobalOrigin` has given the platform
  let url: URL;
  try {
    url = new URL(new PlatformRequest(text).url);
  } catch (error) {
    throw refusal(`Failed to parse URL from ${text}`, { cause: (error as Error).cause ?? error });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw fetchFailed(new Error("unknown scheme"));
  return parseURL(url);
}
