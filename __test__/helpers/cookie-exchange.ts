/** Uses a jar as a client does: stores the cookies of a response, and builds the `Cookie` header of a request. */
import type { Cookies } from "httpxide";

/** Methods of the class that its declarations omit. */
interface ClientSide {
  extract(url: string, setCookieHeaders: readonly string[]): void;
  cookieHeader(url: string, domainless: boolean): string | null;
  readonly isEmpty: boolean;
  copy(): Cookies;
}

export function clientSide(jar: Cookies): ClientSide {
  return jar as unknown as ClientSide;
}

/** Receives a response from `url` with these `Set-Cookie` headers. */
export function answer(jar: Cookies, url: string, ...setCookieHeaders: string[]): void {
  clientSide(jar).extract(url, setCookieHeaders);
}

/** The `Cookie` header of a request to `url` that the program makes itself. */
export function sent(jar: Cookies, url: string): string | null {
  return clientSide(jar).cookieHeader(url, true);
}

/** The `Cookie` header of a request that a redirect from another origin causes. */
export function sentOnRedirect(jar: Cookies, url: string): string | null {
  return clientSide(jar).cookieHeader(url, false);
}
