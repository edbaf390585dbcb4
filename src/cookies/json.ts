/** Cookies as JSON: without loss, and without the attributes that have their default. */
import { wrongType } from "../platform/argument-error.js";
import { coded } from "../errors/coded.js";
import { type Cookie, type CookieOptions, type SameSite, makeCookie } from "./cookie.js";

/** One cookie as `Cookies.toJSON()` gives it. */
export interface CookieJSON {
  name: string;
  value: string;
  /** Missing in a cookie for every host. */
  domain?: string;
  /** Missing in a cookie that goes to the hosts below `domain` as well. */
  hostOnly?: true;
  path: string;
  /** ISO 8601. Missing in a cookie without an end. */
  expires?: string;
  secure?: true;
  httpOnly?: true;
  sameSite?: SameSite;
}

/** @internal */
export function cookieToJSON(cookie: Cookie): CookieJSON {
  const { name, value, domain, hostOnly, path, expires, secure, httpOnly, sameSite } = cookie;
  return {
    name,
    value,
    ...(domain !== "" && { domain }),
    ...(hostOnly && { hostOnly }),
    path,
    ...(expires !== Infinity && { expires: new Date(expires).toISOString() }),
    ...(secure && { secure }),
    ...(httpOnly && { httpOnly }),
    ...(sameSite !== null && { sameSite }),
  };
}

/**
 * @throws SyntaxError for text that is no JSON.
 * @throws TypeError for anything but a list of cookies, naming the index of the first invalid one.
 * @internal
 */
export function cookiesFromJSON(json: unknown): Cookie[] {
  const list = typeof json === "string" ? parsed(json) : json;
  if (!Array.isArray(list)) throw wrongType("Cookies as JSON must be a list");
  return list.map((item: unknown, index) => {
    try {
      return cookieFromJSON(item);
    } catch (error) {
      throw wrongType(`Cookie ${index} of the JSON: ${(error as Error).message}`, { cause: error });
    }
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `Cookies as JSON are not valid JSON: ${(cause as Error).message}`;
    throw coded("ERR_INVALID_JSON", new SyntaxError(message, { cause }));
  }
}

function cookieFromJSON(item: unknown): Cookie {
  if (typeof item !== "object" || item === null) throw wrongType("it must be an object");
  const { name, value, expires, ...options } = item as Partial<CookieJSON>;
  for (const flag of ["hostOnly", "secure", "httpOnly"] as const) {
    if (!["undefined", "boolean"].includes(typeof options[flag]))
      throw wrongType(`${flag} must be a boolean`);
  }
  if (expires !== undefined && typeof expires !== "string") throw wrongType("expires must be a string");
  const end: CookieOptions = expires === undefined ? {} : { expires: new Date(expires) };
  return makeCookie(name, value, { ...options, ...end });
}
