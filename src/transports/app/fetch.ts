/**
 * Calls into applications that are written for fetch: a `Request` of the platform goes in, a `Response` comes out. The
 * bodies of both are streams that are pulled by whoever reads them, so nothing runs ahead of the other side.
 */
import { codes } from "../../status-codes.js";
import type { WireResponse } from "../../response/wire.js";
import { AppBody } from "./body.js";
import { type AppSettings, type Callable, blamesClient } from "./callable.js";
import type { AppExchange } from "./exchange.js";
import { CUT_SHORT } from "./failure.js";
import type { FetchApp, FetchContext, FetchInfo } from "./kinds.js";
import { mountedPath } from "./root-path.js";
import { uploadOf } from "./upload.js";

/** These have no body in fetch. */
const WITHOUT_BODY = new Set(["GET", "HEAD"]);

/** @internal A fetch handler, or an object that has one. */
export class FetchCallable implements Callable {
  readonly #app: FetchApp;
  readonly #settings: AppSettings;
  /** What handlers have announced to be done after their answers. */
  readonly #work = new Set<Promise<unknown>>();

  constructor(app: FetchApp, settings: AppSettings) {
    this.#app = app;
    this.#settings = settings;
  }

  async call(exchange: AppExchange): Promise<WireResponse> {
    const controller = new AbortController();
    const failed = new Promise<never>((_resolve, reject) => {
      exchange.whenFailed((reason) => {
        reject(reason);
        controller.abort(reason);
      });
    });
    failed.catch(() => undefined);
    const request = requestOf(exchange, this.#settings.rootPath, controller.signal);
    // The platform holds a request weakly by its signal: a handler that keeps no more than that would not hear of it.
    exchange.whenFailed(() => retain(request));
    const answer = this.#answer(exchange, request);
    // an answer that comes too late
    answer
      .then((late) => exchange.failure !== null && void late.body?.cancel().catch(() => undefined))
      .catch(() => undefined);
    return wireOf(exchange, await Promise.race([answer, failed]));
  }

  /** Waits for what was announced with `waitUntil`. */
  async stop(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }

  async #answer(exchange: AppExchange, request: globalThis.Request): Promise<globalThis.Response> {
    try {
      const answer: unknown = await this.#app.fetch(request, this.#info(exchange), this.#context());
      if (isResponse(answer)) return answer;
      throw new TypeError(
        `The application was called as a fetch handler, but returned ${answer === null ? "null" : typeof answer} ` +
          "instead of a Response: use AppTransport.node(listener) for a request listener of Node.js.",
      );
    } catch (error) {
      if (exchange.raisesAppExceptions) throw error;
      return serverError();
    }
  }

  #info(exchange: AppExchange): FetchInfo {
    const [address, port] = this.#settings.client;
    const completed = new Promise<void>((resolve, reject) => {
      exchange.whenFailed(reject);
      exchange.whenOver(() => exchange.failure === null && resolve());
    });
    completed.catch(() => undefined);
    return {
      remoteAddr: { transport: "tcp", hostname: address, port },
      completed,
      requestIP: () => ({ address, port, family: address.includes(":") ? "IPv6" : "IPv4" }),
    };
  }

  #context(): FetchContext {
    return {
      waitUntil: (work) => {
        const noted: Promise<unknown> = Promise.resolve(work)
          .catch(() => undefined)
          .finally(() => this.#work.delete(noted));
        this.#work.add(noted);
      },
      passThroughOnException: () => undefined,
      props: {},
    };
  }
}

/** Keeps a value for as long as what calls this can be called. */
function retain(_value: object): void {}

function requestOf(exchange: AppExchange, rootPath: string, signal: AbortSignal): globalThis.Request {
  const { method, headers, target } = exchange.request;
  const { inner } = mountedPath(rootPath, target.path);
  const host = headers.get("host") ?? target.host;
  const init: RequestInit = { method, headers: headers.raw, signal };
  const upload = WITHOUT_BODY.has(method) ? null : uploadOf(exchange);
  if (upload === null || upload instanceof Uint8Array) {
    if (upload !== null) init.body = upload;
    exchange.sent();
  } else {
    init.body = pulled(exchange, upload);
    init.duplex = "half";
  }
  return new globalThis.Request(`${target.scheme}://${host}${inner}`, init);
}

/** One piece is always made before it is read, as a network would have it: while there is one, it is the reader's turn. */
function pulled(exchange: AppExchange, pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  const stop = (): void => void pieces.return(undefined).catch(() => undefined);
  const make = (): Promise<IteratorResult<Uint8Array, void>> => {
    const made = pieces.next();
    made.then(
      ({ done }) => exchange.phase === "headers" && done !== true && exchange.awaits("write"),
      // it is the caller's own: his generator threw, or yields what cannot be sent
      (error: unknown) => exchange.fail(error),
    );
    return made;
  };
  let next = make();
  exchange.whenOver(stop);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await next;
        if (exchange.failure !== null) throw exchange.failure.reason;
        if (exchange.phase === "headers") exchange.awaits(null);
        if (done === true) {
          controller.close();
          exchange.sent();
        } else {
          controller.enqueue(value);
          next = make();
        }
      },
      cancel() {
        stop();
        exchange.sent();
      },
    },
    { highWaterMark: 0 },
  );
}

function wireOf(exchange: AppExchange, response: globalThis.Response): WireResponse {
  exchange.answered();
  const { status, headers } = response;
  const isHead = exchange.request.method === "HEAD";
  const body = isHead ? null : response.body;
  if (isHead) void response.body?.cancel().catch(() => undefined);
  const reader = body?.getReader() ?? null;
  const phrase = response.statusText === "" ? codes.getReasonPhrase(status) : response.statusText;
  let lines = "";
  for (const [name, value] of headers) lines += `${name}: ${value}\r\n`;
  if (reader !== null) exchange.whenFailed((reason) => void reader.cancel(reason).catch(() => undefined));
  else exchange.complete();
  return {
    statusCode: status,
    setsCookies: headers.has("set-cookie"),
    head: `HTTP/1.1 ${status} ${phrase}\r\n${lines}`,
    request: exchange.request,
    content: reader === null ? new Uint8Array(0) : null,
    source:
      reader === null
        ? null
        : new AppBody(exchange, {
            pieces: piecesOf(exchange, reader),
            coding: headers.get("content-encoding"),
            trailers: () => "",
          }),
    numBytesDownloaded: 0,
    startedAt: exchange.startedAt,
  };
}

async function* piecesOf(
  exchange: AppExchange,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
  } catch (error) {
    if (exchange.raisesAppExceptions && !blamesClient(error)) exchange.fail(error);
    else exchange.failWith(CUT_SHORT);
    throw exchange.failure?.reason ?? error;
  }
  exchange.complete();
}

function serverError(): globalThis.Response {
  return new globalThis.Response("Internal Server Error", {
    status: 500,
    headers: { "Content-Type": "text/plain; charset=utf-8" },
  });
}

/** By its shape, since frameworks bring classes of their own. */
function isResponse(value: unknown): value is globalThis.Response {
  if (typeof value !== "object" || value === null) return false;
  const { status, headers } = value as { status?: unknown; headers?: unknown };
  return (
    typeof status === "number" &&
    typeof headers === "object" &&
    headers !== null &&
    Symbol.iterator in headers
  );
}
