/**
 * The agreement on permessage-deflate (RFC 7692, 7.1). A client must fail the connection for an answer that it cannot have
 * offered, so each parameter is judged strictly.
 */
import type { Compression } from "../transports/http/engine-session.js";

/** What the client offers: its window may be limited, as any window of the server may. @internal */
export const OFFER = "permessage-deflate; client_max_window_bits";

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
/** One parameter: a name, and after `=` a token or a quoted one (RFC 6455, 9.1). */
const PARAMETER = new RegExp(`^(${TOKEN})(?:[ \\t]*=[ \\t]*(?:(${TOKEN})|"(${TOKEN})"))?$`);
/** 8 to 15, without a leading zero. */
const BITS = /^(?:8|9|1[0-5])$/;

/**
 * What the server agreed to; null if it agreed to nothing. Returns a text that says what is wrong with the answer.
 * @internal
 */
export function agreedCompression(answer: string | null, isOffered: boolean): Compression | null | string {
  if (answer === null) return null;
  const [extension, ...parameters] = answer.split(";").map((part) => part.trim());
  if (extension !== "permessage-deflate" || !isOffered) {
    return `it answers with the extension ${JSON.stringify(answer)}, which was not offered`;
  }
  let clientMaxWindowBits = 15;
  const seen = new Set<string>();
  for (const parameter of parameters) {
    const [, name = "", bare, quoted] = PARAMETER.exec(parameter) ?? [];
    const value = bare ?? quoted;
    const isValid =
      name === "server_no_context_takeover" || name === "client_no_context_takeover"
        ? value === undefined
        : (name === "server_max_window_bits" || name === "client_max_window_bits") &&
          value !== undefined &&
          BITS.test(value);
    if (!isValid || seen.has(name)) {
      return `it answers with the parameter ${JSON.stringify(parameter)} of permessage-deflate`;
    }
    seen.add(name);
    if (name === "client_max_window_bits") clientMaxWindowBits = Number(value);
  }
  return {
    serverNoContextTakeover: seen.has("server_no_context_takeover"),
    clientNoContextTakeover: seen.has("client_no_context_takeover"),
    clientMaxWindowBits,
  };
}
