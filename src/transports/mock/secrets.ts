/**
 * Secrets in what a mock says of requests: its messages end up in the logs of test runs, and what passes through it may
 * be real.
 */
import { unescape } from "node:querystring";

/** In lower case, without `-` and `_`: `api_key`, `apiKey` and `API-Key` are one name. */
const NAMES = new Set([
  "authorization",
  "apikey",
  "xapikey",
  "token",
  "accesstoken",
  "authtoken",
  "bearertoken",
  "idtoken",
  "refreshtoken",
  "sessiontoken",
  "csrftoken",
  "password",
  "passwd",
  "pwd",
  "passphrase",
  "newpassword",
  "oldpassword",
  "currentpassword",
  "passwordconfirmation",
  "secret",
  "secretkey",
  "clientsecret",
  "privatekey",
  "assertion",
  "clientassertion",
  "codeverifier",
  "credential",
  "credentials",
  "signature",
  "sig",
  "xamzcredential",
  "xamzsecuritytoken",
  "xamzsignature",
  "xgoogcredential",
  "xgoogsignature",
]);

const USERINFO = /^((?:[a-z*][a-z0-9+.*-]*:)?\/\/)[^/?#]*@/i;
const PAIR = /(?<=[?&#])([^=&#?]*)=([^&#?]*)/g;

/** What stands in the place of a secret. @internal */
export const SECURE = "[secure]";

/** Whether what stands under `name` in a query or in JSON is a secret. @internal */
export function isSecret(name: string): boolean {
  return NAMES.has(name.toLowerCase().replace(/[-_]/g, ""));
}

/**
 * `url`, relative or a pattern too, without user information, and with the secrets in its query and its fragment masked.
 * @internal
 */
export function maskURL(url: string): string {
  return url.replace(USERINFO, "$1").replace(PAIR, (whole, name: string, value: string) => {
    const isShown = value === "" || !isSecret(unescape(name.replaceAll("+", " ")));
    return isShown ? whole : `${name}=${SECURE}`;
  });
}
