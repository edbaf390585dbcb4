/** Basic authentication with the user names and passwords of a netrc file. The file is read once, when first needed. */
import { surplusArgument, wrongType } from "../platform/argument-error.js";
import { inspect } from "node:util";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import { Auth } from "./auth.js";
import { BasicAuth } from "./basic.js";
import { type NetrcEntries, findEntry } from "./netrc-entries.js";
import { readNetrc } from "./netrc-read.js";

/**
 * Looks up the host of each request in a netrc file and sends its entry by Basic authentication. A host without an entry
 * uses the `default` entry; without one, or without a password, the request is sent unchanged.
 *
 * @example
 * const client = new AsyncClient({ auth: new NetRCAuth(process.env.NETRC) });
 */
export class NetRCAuth extends Auth {
  readonly #file: string | null;
  #entries: Promise<NetrcEntries> | null = null;

  /**
   * @param file default: `.netrc` in the home folder; on Windows `_netrc`, if there is no `.netrc`. Where the system has
   *   owners and permissions, that file must belong to the user and be closed to others.
   * @throws TypeError if it is not a string.
   */
  constructor(file?: string) {
    super();
    if (arguments.length > 1) throw surplusArgument("NetRCAuth", "the path of a file");
    if (file !== undefined && typeof file !== "string")
      throw wrongType("The file of NetRCAuth must be a string");
    this.#file = file ?? null;
  }

  /**
   * @throws SyntaxError if the file is malformed, naming file and line.
   * @throws Error if it cannot be read (with the system's `code`), or if others can read it.
   */
  async *authFlow(request: Request): AsyncGenerator<Request, void, Response> {
    const entry = findEntry(await this.#read(), request.url.hostname);
    if (entry === null || entry.password === "") yield request;
    else yield* new BasicAuth(entry.login, entry.password).authFlow(request);
  }

  /** @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `<NetRCAuth(${inspect(this.#file ?? "~/.netrc")})>`;
  }

  #read(): Promise<NetrcEntries> {
    return (this.#entries ??= readNetrc(this.#file).catch((error: unknown) => {
      // The next request reads the file again: it may have been repaired.
      this.#entries = null;
      throw error;
    }));
  }
}
