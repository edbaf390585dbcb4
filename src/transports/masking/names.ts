/**
 * Names whose values are secrets, wherever they are met: as headers, query parameters, fields of forms or of JSON. Case,
 * `-` and `_` make no difference: `api_key`, `apiKey` and `API-Key` are one name.
 */

const KNOWN = [
  "Authorization",
  "Proxy-Authorization",
  "Cookie",
  "Set-Cookie",
  "api_key",
  "X-Api-Key",
  "token",
  "access_token",
  "auth_token",
  "X-Auth-Token",
  "bearer_token",
  "id_token",
  "refresh_token",
  "session_token",
  "csrf_token",
  "X-CSRF-Token",
  "X-XSRF-Token",
  "password",
  "passwd",
  "pwd",
  "passphrase",
  "new_password",
  "old_password",
  "current_password",
  "password_confirmation",
  "secret",
  "secret_key",
  "client_secret",
  "private_key",
  "assertion",
  "client_assertion",
  "code_verifier",
  "credential",
  "credentials",
  "signature",
  "sig",
  "X-Amz-Credential",
  "X-Amz-Security-Token",
  "X-Amz-Signature",
  "X-Goog-Credential",
  "X-Goog-Signature",
];

/** What stands in the place of a secret. @internal */
export const SECURE = "[secure]";

/** @internal */
export class SensitiveNames {
  readonly #names: ReadonlySet<string>;

  /** @param added names beside those that are known anyway. */
  constructor(added: Iterable<string> = []) {
    this.#names = new Set([...KNOWN, ...added].map(plain));
  }

  has(name: string): boolean {
    return this.#names.has(plain(name));
  }
}

/** The names that are known anyway. @internal */
export const knownSensitiveNames = new SensitiveNames();

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}
