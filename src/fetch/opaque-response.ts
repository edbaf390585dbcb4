/**
 * The response that a program may not see: of another origin, in the mode "no-cors" (Fetch Standard, 2.2.6 "opaque filtered
 * response").
 */
import type { Response as Received } from "../response/response.js";
import type { Hop } from "./hop.js";
import { PlatformResponse } from "./platform.js";
import { showMembers } from "./platform-members.js";
import { ResponseHeaders } from "./response-headers.js";
import { Response } from "./response.js";

/** @internal */
export class OpaqueResponse extends Response {
  readonly #received: Received;
  readonly #hop: Hop;
  readonly #headers = new ResponseHeaders([]);

  static {
    // users see it in logs
    Object.defineProperty(this, "name", { value: "Response" });
    showMembers(this.prototype, PlatformResponse.prototype);
  }

  /** @param received closed. */
  constructor(received: Received, hop: Hop) {
    super(received, hop, { signal: null, isRedirected: false, ended: null }, null);
    this.#received = received;
    this.#hop = hop;
  }

  override get status(): number {
    return 0;
  }

  override get ok(): boolean {
    return false;
  }

  override get statusText(): string {
    return "";
  }

  override get headers(): globalThis.Headers {
    return this.#headers;
  }

  override get url(): string {
    return "";
  }

  override clone(): OpaqueResponse {
    return new OpaqueResponse(this.#received, this.#hop);
  }
}
