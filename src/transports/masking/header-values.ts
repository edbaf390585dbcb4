/** Secrets in headers. The kind of secret stays visible: the scheme of credentials, the names of cookies. */
import { Buffer } from "node:buffer";
import { SECURE, type SensitiveNames } from "./names.js";
import { type OnSecret, maskLinks, maskURL } from "./pairs.js";

const BASIC = /^basic +(\S+)$/i;
const URL_HEADERS = new Set(["location", "content-location", "referer", "origin"]);

/** @internal */
export function maskHeaderValue(
  name: string,
  value: string,
  names: SensitiveNames,
  onSecret?: OnSecret,
): string {
  const secure = (secret: string): string => {
    if (secret !== "" && secret !== SECURE) onSecret?.(secret);
    return secret === "" ? "" : SECURE;
  };
  switch (name.toLowerCase()) {
    case "authorization":
    case "proxy-authorization":
      if (onSecret !== undefined) onSecret(basicPassword(value));
      return value.replace(/^(\S+ +)?(.*)$/s, (_all, scheme = "", secret: string) => scheme + secure(secret));
    case "cookie":
      return value
        .split(";")
        .map((pair) => maskCookie(pair, secure))
        .join(";");
    case "set-cookie": {
      const [pair = "", ...attributes] = value.split(";");
      return [maskCookie(pair, secure), ...attributes].join(";");
    }
    case "link":
      return value.replace(/<([^>]*)>/g, (_all, url: string) => `<${maskURL(url, names, onSecret)}>`);
  }
  if (names.has(name)) return secure(value);
  const mask = URL_HEADERS.has(name.toLowerCase()) ? maskURL : maskLinks;
  return mask(value, names, onSecret);
}

/** The credentials in Basic (RFC 7617, 2); empty for another scheme. */
function basicPassword(credentials: string): string {
  const pair = Buffer.from(BASIC.exec(credentials)?.[1] ?? "", "base64").toString();
  return pair.slice(pair.indexOf(":") + 1);
}

function maskCookie(pair: string, secure: (secret: string) => string): string {
  const equals = pair.indexOf("=");
  const start = equals === -1 ? pair.length - pair.trimStart().length : equals + 1;
  return pair.slice(0, start) + secure(pair.slice(start));
}
