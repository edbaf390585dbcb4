/**
 * The file of a recording: JSON that people can read, compare and edit. Version 1:
 *
 *     { "version": 1, "exchanges": [{ "request": { "method", "url", "headers", "body" },
 *                                     "response": { "status", "headers", "body" } }] }
 *
 * Headers are lines. A body has one of `json`, `text` and `base64`, and is omitted if empty. There are no content codings,
 * no framing and no secrets. A response whose reader left early has `"incomplete": true`.
 */
import { URL } from "../../platform/classes.js";
import { MockError } from "../mock/mock-error.js";
import { isFieldValue } from "../../headers/lines.js";
import { isToken } from "../../headers/token.js";

/** @internal */
export interface RecordedExchange {
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
}

/** @internal */
export interface RecordedRequest {
  readonly method: string;
  /** Without user information and fragment. */
  readonly url: string;
  readonly headers: readonly string[];
  readonly body?: RecordedBody;
}

/** @internal */
export interface RecordedResponse {
  readonly status: number;
  /** If it is not the default phrase. */
  readonly reason?: string;
  /** If it is not HTTP/1.1. */
  readonly httpVersion?: string;
  readonly headers: readonly string[];
  readonly body?: RecordedBody;
  /** The body ends where its reader left. */
  readonly incomplete?: boolean;
}

/** `json` only where it serialises to the same bytes. @internal */
export type RecordedBody =
  { readonly json: unknown } | { readonly text: string } | { readonly base64: string };

const VERSION = 1;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @internal */
export function printRecording(exchanges: readonly RecordedExchange[]): string {
  return `${JSON.stringify({ version: VERSION, exchanges }, null, 2)}\n`;
}

/**
 * @param file the file's name, for the error.
 * @throws MockError for anything but a recording, naming the first invalid exchange.
 * @internal
 */
export function parseRecording(text: string, file: string): RecordedExchange[] {
  let recording: unknown;
  try {
    recording = JSON.parse(text);
  } catch (cause) {
    throw unreadable(file, (cause as Error).message, cause);
  }
  if (!isObject(recording) || !Array.isArray(recording["exchanges"])) {
    throw unreadable(file, "it has no list of exchanges");
  }
  if (recording["version"] !== VERSION) {
    throw unreadable(file, `it is of version ${JSON.stringify(recording["version"])}, not ${VERSION}`);
  }
  return recording["exchanges"].map((exchange: unknown, index) => {
    const fault = isObject(exchange) ? faultIn(exchange) : "it is no object";
    if (fault !== null) throw unreadable(file, `exchange ${index + 1}: ${fault}`);
    return exchange as unknown as RecordedExchange;
  });
}

/** @internal */
export function unreadable(file: string, reason: string, cause?: unknown): MockError {
  return new MockError(`The recording ${file} cannot be used: ${reason}`, {
    code: "ERR_MOCK_RECORDING",
    cause,
  });
}

function faultIn({ request, response }: Record<string, unknown>): string | null {
  if (!isObject(request) || !isObject(response)) return "it lacks the request or the response";
  if (typeof request["method"] !== "string") return "the request has no method";
  if (typeof request["url"] !== "string" || !URL.canParse(request["url"])) return "the request has no URL";
  const status = response["status"];
  if (!Number.isInteger(status) || Number(status) < 100 || Number(status) > 999) {
    return "the response has no status";
  }
  for (const name of ["reason", "httpVersion"]) {
    if (!["undefined", "string"].includes(typeof response[name])) return `${name} is no text`;
  }
  if (!["undefined", "boolean"].includes(typeof response["incomplete"]))
    return "incomplete is neither true nor false";
  for (const message of [request, response]) {
    const { headers, body } = message;
    if (!Array.isArray(headers) || !headers.every(isHeaderLine)) return "headers are no lines of headers";
    if (body !== undefined && !isBody(body)) return "a body has neither json nor text nor base64";
  }
  return null;
}

function isHeaderLine(line: unknown): boolean {
  if (typeof line !== "string") return false;
  const [name, value] = splitHeaderLine(line);
  return isToken(name) && isFieldValue(value);
}

/** @internal */
export function splitHeaderLine(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim()];
}

function isBody(body: unknown): boolean {
  if (!isObject(body)) return false;
  const { text, base64 } = body;
  return "json" in body || typeof text === "string" || (typeof base64 === "string" && BASE64.test(base64));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
