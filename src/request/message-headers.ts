/** The headers that announce trailers and an expectation. */
import type { EncodedContent } from "../body/encode/encoded.js";
import { expectationOf, type MessageOptions } from "./message-options.js";
import { checkTrailers } from "./trailers.js";

const EXPECT_LINE = /^expect:/im;

/**
 * The encoded content with these headers. Trailers need a chunked body (RFC 9112, 7.1.2); a request without a body
 * expects nothing (RFC 9110, 10.1.1).
 *
 * @internal
 * @throws TypeError, RangeError, LocalProtocolError for values that an option cannot have.
 */
export function withMessageHeaders(
  encoded: EncodedContent,
  options: MessageOptions | null,
  ownLines: string,
): EncodedContent {
  if (options === null) return encoded;
  const { trailers = null } = options;
  let { headers } = encoded;
  if (trailers !== null) {
    checkTrailers(trailers, "trailers");
    headers = [["Transfer-Encoding", "chunked"], ...headers.filter(([name]) => !isFraming(name))];
  }
  if (expectationOf(options) !== null && encoded.body.kind !== "empty" && !EXPECT_LINE.test(ownLines)) {
    headers = [...headers, ["Expect", "100-continue"]];
  }
  return { ...encoded, headers };
}

/** Whether the header of an encoded body says where the body ends. @internal */
export function isFraming(name: string): boolean {
  return name === "Content-Length" || name === "Transfer-Encoding";
}
