/**
 * Names whose values are secrets, in headers, query parameters, forms, JSON and XML. Only their letters and digits count,
 * without trailing numbers and case-insensitively: `api_key`, `apiKey`, `API-Key` and `api_key[1]` are one name.
 */
import { wrongType } from "../../platform/argument-error.js";

/** The endings of secrets' names: `X-Vault-Token`, `db_password`, `user[password]`. */
const ENDINGS =
  /(?:token|password|passwd|passphrase|passcode|pwd|secret|signature|credentials?|assertion|authori[sz]ation|cookie|jwt|(?:api|access|secret|private|auth|subscription|signing|encryption)key)$/;
/** Page positions in lists, not secrets: programs stop when they meet the same one twice. */
const PLACES = /(?:page|next|continuation|cursor|sync)token$/;
/** Further names, which as endings would match other words too. */
const NAMES = ["auth", "codeverifier", "otp", "pass", "passwordconfirmation", "sessionid", "sig", "totp"];

/** The replacement of a secret. @internal */
export const SECURE = "[secure]";

/** @internal */
export class SensitiveNames {
  readonly #names: ReadonlySet<string>;

  /**
   * @param added names beside the built-in ones.
   * @throws TypeError for a single string, which would be a list of its letters.
   */
  constructor(added: Iterable<string> = []) {
    if (typeof added === "string") throw wrongType("sensitive must be a list of names, not a string");
    this.#names = new Set([...NAMES, ...Array.from(added, plain)]);
  }

  has(name: string): boolean {
    const known = plain(name);
    return this.#names.has(known) || (ENDINGS.test(known) && !PLACES.test(known));
  }
}

/** The built-in names. @internal */
export const knownSensitiveNames = new SensitiveNames();

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "")
    .replace(/\d+$/, "");
}
