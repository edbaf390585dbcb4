/**
 * Cookies as `cookies.txt`, the file of Netscape's browser that curl, wget, yt-dlp and Python's `MozillaCookieJar`
 * read and write: one line for each cookie, with seven fields separated by tabs. The format has no `SameSite`.
 */
import { coded } from "../errors/coded.js";
import { type Cookie, makeCookie } from "./cookie.js";

/** Python refuses a file without this first line. */
const FIRST_LINE = "# Netscape HTTP Cookie File";
/** curl's prefix for the lines of HttpOnly cookies: a comment for programs that do not know it. */
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
      // In seconds; curl writes 0 for a cookie without an end.
      expires === Infinity ? "0" : String(Math.max(1, Math.floor(expires / 1000))),
      name,
      value,
    ];
    // The format has no way to write a tab within a field.
    if (!fields.some((field) => field.includes("\t"))) text += `${fields.join("\t")}\n`;
  }
  return text;
}

/**
 * @throws SyntaxError for a line that is no cookie, with its number.
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
      const message = `Line ${index + 1} of the cookie file: ${(error as Error).message}`;
      throw coded("ERR_COOKIE_FILE", new SyntaxError(message, { cause: error }));
    }
  }
  return cookies;
}

function cookieFromLine(line: string, httpOnly: boolean): Cookie {
  const fields = line.split("\t");
  // curl accepts a line without the last tab for a cookie with an empty value.
  if (fields.length === 6) fields.push("");
  if (fields.length !== 7) throw new SyntaxError(`${fields.length} fields where there should be 7`);
  const [domain, isWide, path, secure, seconds, name, value] = fields as LineFields;
  if (!/^(-?\d+(\.\d+)?)?$/.test(seconds))
    throw new SyntaxError("the time it expires must be a number of seconds");
  // Some programs write 2 ** 63 - 1, which is beyond JavaScript's last date.
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

type LineFields = [string, string, string, string, string, string, string];

function isTrue(field: string): boolean {
  if (!/^(true|false)$/i.test(field)) throw new SyntaxError("fields 2 and 4 must be TRUE or FALSE");
  return field.length === 4;
}

function flag(value: boolean): string {
  return value ? "TRUE" : "FALSE";
}
