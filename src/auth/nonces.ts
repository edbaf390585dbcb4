/**
 * How often each nonce of a server was used. A count is never given twice, however many requests share a nonce and
 * in whatever order servers come back to an earlier one: a repeated count looks like a replay (RFC 7616, 3.4).
 */
import { randomBytes } from "node:crypto";
import { Recent } from "./recent.js";

interface Use {
  count: number;
  readonly cnonce: string;
}

/** @internal */
export class Nonces {
  readonly #uses = new Recent<Use>();

  /**
   * The next use of `nonce`, counted from 1, and the client's nonce for it. In a session that is always the first
   * one: by RFC 7616, 3.4.2, the session's key is made of the first, while servers are found that make it of the
   * current one.
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

/** 64 random bits in 16 hexadecimal digits, the form of HTTPX's. */
function clientNonce(): string {
  return randomBytes(8).toString("hex");
}
