/** The headers of a call, as axios's own adapter sends them. */
import { isFormDataPackage } from "../body/encode/form-data-package.js";
import { isBlob, isFormData } from "../body/encode/web-bodies.js";
import { Headers } from "../headers/headers.js";
import type { AxiosLibrary, Config } from "./library.js";
import { hasCredentials } from "./proxy.js";

/** What no header value can carry; axios drops it. */
const UNSENDABLE = /[^\t\u0020-\u007e\u0080-\u00ff]+/g;
const PADDING = /^[ \t]+|(?<![ \t])[ \t]+$/g;
const OF_CONTENT = /^content-(?:type|length)$/i;

/**
 * @param auth replaces the header of the program, and is sent later.
 * @throws LocalProtocolError for a name that HTTP does not allow.
 * @internal
 */
export function headersOf(
  { AxiosHeaders, VERSION }: AxiosLibrary,
  config: Config,
  content: unknown,
  auth: string | null,
): Headers {
  const given = AxiosHeaders.from(config.headers as never).normalize(false);
  given.set("User-Agent", `axios/${VERSION}`, false);
  given.set("Accept-Encoding", "gzip, deflate, br, zstd", false);
  if (isFormDataPackage(content)) {
    for (const [name, value] of Object.entries(content.getHeaders())) {
      if (config.formDataHeaderPolicy !== "content-only" || OF_CONTENT.test(name)) given.set(name, value);
    }
  } else if (isFormData(content) && !/boundary=/i.test(String(given.get("content-type")))) {
    // the body knows its own type, which axios has replaced by that of a form
    given.delete("content-type");
  } else if (isBlob(content) && content.size > 0) {
    given.set("Content-Type", content.type || "application/octet-stream");
  }
  // it would announce a body that is not there
  if (content === null && String(given.get("content-length")) !== "0") given.delete("content-length");
  // those of the option are sent instead
  if (hasCredentials(config)) given.delete("proxy-authorization");
  if (auth !== null) given.delete("authorization");
  const fields: [string, string][] = [];
  for (const [name, value] of Object.entries(given.toJSON())) {
    for (const one of [value].flat()) {
      if (one !== null && one !== undefined) fields.push([name, sendable(String(one))]);
    }
  }
  return new Headers(fields);
}

function sendable(value: string): string {
  return value.replace(UNSENDABLE, "").replace(PADDING, "");
}
