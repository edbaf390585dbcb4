/**
 * Counts the uses of each server nonce. No count is issued twice, regardless of how many requests share a nonce and of
 * the order in which servers return to earlier ones: a repeated count looks like a replay (RFC 7616, 3.4).
 */
import { crypto } from "../platform/crypto.js";
import { Recent } from "./recent.js";

interface Use {
  count: number;
  readonly cnonce: string;
}

/** @internal */
export class Nonces {
  readonly #uses = new Recent<Use>();

  /**
   * The next use of `nonce`, counted from 1, and the client's nonce for it. A session always uses its first client nonce:
   * RFC 7616, 3.4.2 derives the session's key from the first one, while some servers derive it from the current one.
   */
  next(nonce: string, isSession: boolean): { count: number; cnonce: string } {
    let use = this.#uses.get(nonce);
    if (use === undefined) {
      use = { count: 0, cnonce: clientNonce() };
      this.#uses.set(nonce, use);
    }
    use.count += 1;
    return { count: use.count, cnonce: isSession ? use.cnonce : clientNonce() };
  }
}

/** 64 random bits in 16 hexadecimal digits, HTTPX's form. */
function clientNonce(): string {
  return crypto().randomBytes(8).toString("hex");
}
