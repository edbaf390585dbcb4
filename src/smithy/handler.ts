/** Sends the requests of a Smithy client. They are signed: neither headers nor path and query change. */
import { surplusArgument, wrongType } from "../platform/argument-error.js";
import { kindOf } from "../platform/record.js";
import { Buffer } from "node:buffer";
import type { Readable } from "node:stream";
import { AsyncClient } from "../client/async-client.js";
import { exactRequest } from "../client/exact-request.js";
import type { AsyncClientOptions } from "../client/options.js";
import { clientFor } from "../client/shared-client.js";
import type { Request } from "../request/request.js";
import { readableOf } from "../response/readable.js";
import type { Response } from "../response/response.js";
import { CallSignal } from "./call-signal.js";
import { smithyErrorOf } from "./errors.js";
import { targetOf } from "./target.js";
import type { HandlerOptions, HandlerOutput, HttpHandlerConfig, SmithyRequest } from "./types.js";

/**
 * A request handler for the AWS SDK. Bodies stream both ways, and responses are neither decoded nor redirected: the SDK does
 * that. Connections have no limit to their number, unless the client has one.
 *
 * @example
 * const s3 = new S3Client({ requestHandler: new HttpxideHttpHandler() });
 */
export class HttpxideHttpHandler {
  readonly metadata = { handlerProtocol: "http/1.1" };
  readonly #clientOf: () => AsyncClient;
  readonly #isOwner: boolean;
  readonly #config: HttpHandlerConfig = {};

  /**
   * @param client or options for a new one, which `destroy()` closes; without it, connections that all interfaces of this
   *   package share.
   * @throws TypeError, RangeError for invalid options.
   */
  constructor(client?: AsyncClient | AsyncClientOptions) {
    if (arguments.length > 1) throw surplusArgument("HttpxideHttpHandler", "a client or its options");
    this.#clientOf = clientFor(client);
    this.#isOwner = client !== undefined && !(client instanceof AsyncClient);
  }

  /**
   * Sends a request.
   *
   * @throws Error named `TimeoutError` for a time limit and for a connection that broke, which the SDK's retries know by this
   *   name, and named `AbortError` for an abort. Other errors are those of this package.
   */
  async handle(request: SmithyRequest, options: HandlerOptions = {}): Promise<HandlerOutput> {
    const requestTimeout = options.requestTimeout ?? this.#config.requestTimeout;
    const signal = new CallSignal(options.abortSignal, requestTimeout);
    try {
      const received = await this.#clientOf().exchange(this.#message(request), signal.signal, "raw");
      signal.endTimeout();
      return { response: responseOf(received, signal) };
    } catch (error) {
      signal.end();
      throw smithyErrorOf(error, signal);
    }
  }

  /** Changes a setting for calls to come. Those of other handlers have no effect. */
  updateHttpClientConfig(key: string | symbol, value: unknown): void {
    if (key === "requestTimeout" || key === "connectionTimeout")
      this.#config[key] = value as number | undefined;
  }

  httpHandlerConfigs(): HttpHandlerConfig {
    return { ...this.#config };
  }

  /** Closes the connections of a client that this handler has made. */
  destroy(): void {
    if (this.#isOwner) void this.#clientOf().aclose();
  }

  #message(request: SmithyRequest): Request {
    const { method, protocol, hostname, port, headers, username, password } = request;
    const host = hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
    const fields = Object.entries(headers).map(([name, value]): [string, string] => [
      name,
      textOf(name, value),
    ]);
    if (username !== undefined && !fields.some(([name]) => name.toLowerCase() === "authorization")) {
      const credentials = Buffer.from(`${username}:${password ?? ""}`).toString("base64");
      fields.push(["authorization", `Basic ${credentials}`]);
    }
    const connect = this.#config.connectionTimeout;
    const { timeout } = this.#clientOf();
    return exactRequest({
      method,
      origin: `${protocol}//${host}${port === undefined ? "" : `:${port}`}`,
      target: targetOf(request),
      fields,
      content: request.body,
      timeout: connect === undefined ? undefined : { ...timeout, connect: connect === 0 ? null : connect },
    });
  }
}

/** Middleware of a program may set a number, as for `Content-Length`. @throws TypeError */
function textOf(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw wrongType(`The header ${name} must be a string, not ${kindOf(value)}.`);
}

function responseOf(received: Response, signal: CallSignal): HandlerOutput["response"] {
  const { statusCode, sentPhrase: reason, headers } = received;
  return {
    statusCode,
    ...(reason === null ? {} : { reason }),
    headers: Object.fromEntries(headers.multiItems().map(([name]) => [name, headers.get(name) ?? ""])),
    body: bodyOf(received, signal),
  };
}

function bodyOf(received: Response, signal: CallSignal): Readable {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      // what is in memory has its form
      yield* received.streamed === null ? received.aiterBytes() : received.aiterRaw();
    } catch (error) {
      throw smithyErrorOf(error, signal);
    }
  }
  return readableOf(received, chunks(), () => signal.end());
}
