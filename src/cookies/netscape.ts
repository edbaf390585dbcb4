/**
 * Cookies as `cookies.txt`, the file of Netscape's browser that curl, wget, yt-dlp and Python's `MozillaCookieJar`
 * read and write: a line for a cookie, seven fields with tabs between them. `SameSite` has no place in it.
 */
import { type Cookie, makeCookie } from "./cookie.js";

/** Python reads no file that begins otherwise. */
const FIRST_LINE = "# Netscape HTTP Cookie File";
/** What curl began to write before the lines of HttpOnly cookies: a comment to programs that do not know it. */
const HTTP_ONLY = "#HttpOnly_";

/** @internal */
export function cookiesToNetscape(cookies: Iterable<Cookie>): string {
  let text = `${FIRST_LINE}\n\n`;
  for (const cookie of cookies) {
    const { name, value, domain, hostOnly, path, expires, secure, httpOnly } = cookie;
    const isWide = domain !== "" && !hostOnly;
    const fields = [
      `${httpOnly ? HTTP_ONLY : ""}${isWide ? "." : ""}${domain}`,
      flag(isWide),
      path,
      flag(secure),
      // In seconds; 0 is how curl writes that it has no end.
      expires === Infinity ? "0" : String(Math.max(1, Math.floor(expires / 1000))),
      name,
      value,
    ];
    // A tab in a field would make two of it: there is no way to write one.
    if (!fields.some((field) => field.includes("\t"))) text += `${fields.join("\t")}\n`;
  }
  return text;
}

/**
 * @throws SyntaxError for a line that is no cookie, naming it.
 * @internal
 */
export function cookiesFromNetscape(text: string): Cookie[] {
  const cookies: Cookie[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const httpOnly = line.startsWith(HTTP_ONLY);
    if (!httpOnly && /^\s*([#$]|$)/.test(line)) continue;
    try {
      cookies.push(cookieFromLine(httpOnly ? line.slice(HTTP_ONLY.length) : line, httpOnly));
    } catch (error) {
      throw new SyntaxError(`Line ${index + 1} of the cookie file: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
  return cookies;
}

function cookieFromLine(line: string, httpOnly: boolean): Cookie {
  const fields = line.split("\t");
  // curl leaves an empty value, and the tab before it, away when it reads a file.
  if (fields.length === 6) fields.push("");
  if (fields.length !== 7) throw new SyntaxError(`${fields.length} fields where there should be 7`);
  const [domain, isWide, path, secure, seconds, name, value] = fields as Fields;
  if (!/^(-?\d+(\.\d+)?)?$/.test(seconds))
    throw new SyntaxError("the time it expires must be a number of seconds");
  // What is beyond JavaScript's dates (some write 2 ** 63 - 1) is as good as their end.
  const expires = Math.min(Number(seconds) * 1000, 8.64e15);
  return makeCookie(name, value, {
    domain,
    hostOnly: !isTrue(isWide),
    path,
    secure: isTrue(secure),
    httpOnly,
    expires: expires === 0 ? null : expires,
  });
}

type Fields = [string, string, string, string, string, string, string];

function isTrue(field: string): boolean {
  if (!/^(true|false)$/i.test(field)) throw new SyntaxError("fields 2 and 4 must be TRUE or FALSE");
  return field.length === 4;
}

function flag(value: boolean): string {
  return value ? "TRUE" : "FALSE";
}
