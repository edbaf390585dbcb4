/** The headers of a received response, which cannot be changed (Fetch Standard, 5.1, guard "immutable"). */

/** The types declare the platform's methods as fields, which methods cannot override. */
const PlatformHeaders = globalThis.Headers as unknown as new (
  fields: [name: string, value: string][],
) => Omit<globalThis.Headers, "append" | "set" | "delete">;

/** @internal */
export class ResponseHeaders extends PlatformHeaders implements globalThis.Headers {
  static {
    // users see it in logs
    Object.defineProperty(this, "name", { value: "Headers" });
  }

  append(): void {
    throw new TypeError("immutable");
  }

  set(): void {
    throw new TypeError("immutable");
  }

  delete(): void {
    throw new TypeError("immutable");
  }
}
