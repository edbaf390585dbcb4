/** A jar as a client uses it: what it keeps of an answer, and what it sends with a request. */
import type { Cookies } from "httpxide";

/** Of the class, but no part of its declarations. */
interface ClientSide {
  extract(url: string, setCookieHeaders: readonly string[]): void;
  cookieHeader(url: string, domainless: boolean): string | null;
  readonly isEmpty: boolean;
  copy(): Cookies;
}

export function clientSide(jar: Cookies): ClientSide {
  return jar as unknown as ClientSide;
}

/** An answer comes from `url`, with these `Set-Cookie` headers. */
export function answer(jar: Cookies, url: string, ...setCookieHeaders: string[]): void {
  clientSide(jar).extract(url, setCookieHeaders);
}

/** The `Cookie` header of a request to `url` that the program itself makes. */
export function sent(jar: Cookies, url: string): string | null {
  return clientSide(jar).cookieHeader(url, true);
}

/** The `Cookie` header of a request that a redirect from another origin causes. */
export function sentOnRedirect(jar: Cookies, url: string): string | null {
  return clientSide(jar).cookieHeader(url, false);
}
