/** URLs without their user information, for messages and logs. */
import { endOfAuthority } from "./authority.js";

/** `href` with any user information replaced by `[secure]`: for messages and logs. @internal */
export function maskedHref(href: string): string {
  const start = href.indexOf("//") + 2;
  if (start === 1) return href;
  const at = href.lastIndexOf("@", endOfAuthority(href, start) - 1);
  return at < start ? href : `${href.slice(0, start)}[secure]${href.slice(at)}`;
}

/** The same for text that is not a URL, in which user information cannot be located. @internal */
export function maskedInvalid(text: string): string {
  return text.replace(/^.*@/s, "[secure]@");
}
