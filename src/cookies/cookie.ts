/**
 * One cookie, as a jar stores it and as a program describes it.
 *
 * Name and value are always text that a header can carry, and they cannot end the cookie or the header.
 */
import { outOfRange, wrongType } from "../platform/argument-error.js";
import { type OptionList, optionList } from "../config/options.js";
import { aBoolean, orNull, quoted } from "../config/value-checks.js";
import { LocalProtocolError } from "../errors/protocol-error.js";
import { isFieldValue } from "../headers/lines.js";
import { canonicalDomain, isPublicSuffix } from "./domains.js";

/** Stored as the server sent it, without effect: it restricts requests that other sites cause in a browser. */
export type SameSite = "strict" | "lax" | "none";

/** The attributes of a cookie that a program sets. */
export interface CookieOptions {
  /**
   * The host that receives the cookie, with all hosts below it. A cookie without a domain (or with `""`) goes to every
   * host that the program itself requests, but never along with a redirect to another origin. A public suffix or an
   * IP address stands for that host alone.
   */
  domain?: string | null | undefined;
  /** Whether only `domain` itself receives the cookie, and no host below it. @default false */
  hostOnly?: boolean | undefined;
  /** The paths that receive the cookie: `/a` covers `/a` and `/a/b`, but not `/ab`. @default "/" */
  path?: string | null | undefined;
  /** When the cookie ends: a `Date`, or milliseconds since the epoch. Without it, the cookie lives as long as the jar. */
  expires?: Date | number | null | undefined;
  /** Whether the cookie is sent over `https` only. @default false */
  secure?: boolean | undefined;
  /** Stored for programs that read the jar from a file, without effect here. @default false */
  httpOnly?: boolean | undefined;
  sameSite?: SameSite | null | undefined;
}

/** `makeCookie` checks the other values. @internal */
export const cookieOptions: OptionList = optionList<CookieOptions>(
  "a cookie",
  {
    domain: null,
    hostOnly: orNull(aBoolean),
    path: null,
    expires: null,
    secure: orNull(aBoolean),
    httpOnly: orNull(aBoolean),
    sameSite: null,
  },
  {
    advice: {
      expirationDate: "did you mean expires, in milliseconds since the epoch",
      "max-age": "did you mean expires: Date.now() + milliseconds",
      maxAge: "did you mean expires: Date.now() + milliseconds",
      url: "did you mean domain and path",
    },
  },
);

/** Immutable, since jars share it. @internal */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** As {@link canonicalDomain} spells it; `""` for a cookie for every host. */
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  /** In milliseconds since the epoch; `Infinity` for a cookie without an end. */
  readonly expires: number;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: SameSite | null;
}

/**
 * @throws TypeError, RangeError for attributes that no cookie can have.
 * @throws LocalProtocolError for a name or value that a header cannot carry as one cookie.
 * @internal
 */
export function makeCookie(name: unknown, value: unknown, options: CookieOptions = {}): Cookie {
  const { path = null, secure = false, httpOnly = false } = options;
  const domain = checkedDomain(options.domain ?? "");
  return {
    name: checkedName(name),
    value: checkedValue(name as string, value),
    domain,
    hostOnly: domain !== "" && ((options.hostOnly ?? false) || isPublicSuffix(domain)),
    path: checkedPath(path ?? "/"),
    expires: checkedExpiry(options.expires ?? Infinity),
    secure,
    httpOnly,
    sameSite: checkedSameSite(options.sameSite ?? null),
  };
}

function checkedName(name: unknown): string {
  if (typeof name !== "string") throw wrongType(`Cookie name must be a string, not ${typeName(name)}`);
  if (/[;=]/.test(name) || !isFieldValue(name)) {
    const message = `Illegal cookie name ${JSON.stringify(name)}`;
    throw new LocalProtocolError(message, { code: "ERR_INVALID_COOKIE_NAME" });
  }
  return name;
}

function checkedValue(name: string, value: unknown): string {
  const shownName = JSON.stringify(name);
  if (typeof value !== "string") {
    throw wrongType(`Cookie value must be a string, not ${typeName(value)} (${shownName})`);
  }
  // The message leaves the value out: it may be a secret with a stray line break at its end.
  if (value.includes(";") || !isFieldValue(value) || (name === "" && value === "")) {
    throw new LocalProtocolError(`Illegal cookie value for ${shownName}`, {
      code: "ERR_INVALID_COOKIE_VALUE",
    });
  }
  return value;
}

function checkedDomain(domain: string): string {
  if (domain === "") return "";
  const canonical = typeof domain === "string" ? canonicalDomain(domain) : null;
  if (canonical === null) throw wrongType(`Invalid cookie domain ${quoted(domain)}`);
  return canonical;
}

function checkedPath(path: string): string {
  if (typeof path !== "string" || !path.startsWith("/") || path.includes(";") || !isFieldValue(path)) {
    throw wrongType(`Invalid cookie path ${quoted(path)}: it must start with a slash`);
  }
  return path;
}

function checkedExpiry(expires: Date | number): number {
  const time = typeof expires === "number" ? expires : expires instanceof Date ? expires.getTime() : null;
  if (time === null) throw wrongType("Cookie expires must be a Date or a number of milliseconds");
  if (time !== Infinity && Number.isNaN(new Date(time).getTime())) throw outOfRange("Invalid cookie expires");
  return time;
}

function checkedSameSite(sameSite: unknown): SameSite | null {
  if (sameSite === null || sameSite === "strict" || sameSite === "lax" || sameSite === "none")
    return sameSite;
  throw wrongType('Cookie sameSite must be "strict", "lax" or "none"');
}

function typeName(value: unknown): string {
  return value === null ? "null" : typeof value;
}
