/** The headers of a received response, which cannot be changed (Fetch Standard, 5.1, guard "immutable"). */
import { refusal } from "./failures.js";
import { PlatformHeaders } from "./platform.js";
import { showMembers } from "./platform-members.js";

/** The types declare the platform's methods as fields, which methods cannot override. */
const ImmutableBase = PlatformHeaders as unknown as new (
  fields: [name: string, value: string][],
) => Omit<globalThis.Headers, "append" | "set" | "delete">;

/** @internal */
export class ResponseHeaders extends ImmutableBase implements globalThis.Headers {
  static {
    // users see it in logs
    Object.defineProperty(this, "name", { value: "Headers" });
    showMembers(this.prototype, PlatformHeaders.prototype);
  }

  append(): void {
    throw refusal("immutable");
  }

  set(): void {
    throw refusal("immutable");
  }

  delete(): void {
    throw refusal("immutable");
  }
}
