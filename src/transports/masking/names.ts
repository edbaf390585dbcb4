/**
 * Names whose values are secrets, wherever they are met: as headers, query parameters, fields of forms, of JSON or of
 * XML. Only their letters and digits count, without numbers at the end and without regard to case: `api_key`, `apiKey`,
 * `API-Key` and `api_key[1]` are one name.
 */

/** What a name of a secret ends in: `X-Vault-Token`, `db_password`, `user[password]`. */
const ENDINGS =
  /(?:token|password|passwd|passphrase|passcode|pwd|secret|signature|credentials?|assertion|authori[sz]ation|cookie|jwt|(?:api|access|secret|private|auth|subscription|signing|encryption)key)$/;
/** Places in lists: programs stop when they meet the same one twice. */
const PLACES = /(?:page|next|continuation|cursor|sync)token$/;
/** Further ones, which as endings would be those of other words too. */
const NAMES = ["auth", "codeverifier", "otp", "pass", "passwordconfirmation", "sessionid", "sig", "totp"];

/** What stands in the place of a secret. @internal */
export const SECURE = "[secure]";

/** @internal */
export class SensitiveNames {
  readonly #names: ReadonlySet<string>;

  /**
   * @param added names beside those that are known anyway.
   * @throws TypeError for a single string, which would be a list of its letters.
   */
  constructor(added: Iterable<string> = []) {
    if (typeof added === "string") throw new TypeError("sensitive must be a list of names, not a string");
    this.#names = new Set([...NAMES, ...Array.from(added, plain)]);
  }

  has(name: string): boolean {
    const known = plain(name);
    return this.#names.has(known) || (ENDINGS.test(known) && !PLACES.test(known));
  }
}

/** The names that are known anyway. @internal */
export const knownSensitiveNames = new SensitiveNames();

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "")
    .replace(/\d+$/, "");
}
