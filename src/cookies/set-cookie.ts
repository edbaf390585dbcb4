/** The parser of `Set-Cookie` headers (RFC 6265bis, 5.6). Its result does not depend on the sender. */
import { isFieldValue } from "../headers/lines.js";
import type { SameSite } from "./cookie.js";
import { cookieDate } from "./date.js";

/** A parsed `Set-Cookie` header. @internal */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** In milliseconds since the epoch; `Infinity` for a cookie without an end. */
  readonly expires: number;
  /** In lower case; `""` without a `Domain`. */
  readonly domain: string;
  /** `null` without a `Path`; `""` for a value that is no path, which means the default path. */
  readonly path: string | null;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: SameSite | null;
}

/** Octets of name and value together. */
const MAX_PAIR = 4096;
const MAX_ATTRIBUTE = 1024;
/** 400 days in milliseconds: RFC 6265bis, 5.5. */
const MAX_AGE = 34_560_000_000;

/** `null` for a header that the RFC ignores. @internal */
export function parseSetCookie(text: string, now: number): SetCookie | null {
  if (!isFieldValue(text)) return null;
  const [pair = "", ...attributes] = text.split(";");
  const equals = pair.indexOf("=");
  const name = equals === -1 ? "" : trimBlanks(pair.slice(0, equals));
  const value = trimBlanks(pair.slice(equals + 1));
  if ((name === "" && value === "") || name.length + value.length > MAX_PAIR) return null;

  const found = { domain: "", path: null as string | null, secure: false, httpOnly: false };
  let sameSite: SameSite | null = null;
  let expires: number | null = null;
  let endOfAge: number | null = null;
  for (const attribute of attributes) {
    const [key, argument] = attributeOf(attribute);
    if (argument.length > MAX_ATTRIBUTE) continue;
    if (key === "expires") expires = cookieDate(argument) ?? expires;
    else if (key === "max-age") endOfAge = afterSeconds(argument, now) ?? endOfAge;
    else if (key === "domain") found.domain = argument.replace(/^\./, "").toLowerCase();
    else if (key === "path") found.path = argument.startsWith("/") ? argument : "";
    else if (key === "secure") found.secure = true;
    else if (key === "httponly") found.httpOnly = true;
    else if (key === "samesite") sameSite = sameSiteOf(argument.toLowerCase());
  }
  const end = endOfAge ?? expires;
  return { name, value, ...found, sameSite, expires: end === null ? Infinity : Math.min(end, now + MAX_AGE) };
}

/** An attribute's name in lower case, and its value. */
function attributeOf(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals === -1) return [trimBlanks(text).toLowerCase(), ""];
  return [trimBlanks(text.slice(0, equals)).toLowerCase(), trimBlanks(text.slice(equals + 1))];
}

function afterSeconds(text: string, now: number): number | null {
  if (!/^-?\d+$/.test(text)) return null;
  const seconds = Number(text);
  return seconds <= 0 ? 0 : now + seconds * 1000;
}

function sameSiteOf(text: string): SameSite | null {
  return text === "strict" || text === "lax" || text === "none" ? text : null;
}

/**
 * `text` without spaces and tabs around it. `trim()` would also remove the byte 0xA0, half of a character in UTF-8 (`à`
 * is C3 A0), and `/[ \t]+$/` takes quadratic time on a run of spaces inside.
 */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
