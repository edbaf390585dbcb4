/**
 * Calls to applications written for fetch: they take a `Request` of the platform and return a `Response`. The bodies of
 * both are streams pulled by their readers, so neither side runs ahead of the other.
 */
import { AbortController } from "../../platform/classes.js";
import type { WireResponse } from "../../response/wire.js";
import { type AppSettings, type Callable, familyOf } from "./callable.js";
import type { AppExchange } from "./exchange.js";
import { checkAnswer, wireOf } from "./fetch-answer.js";
import { requestOf } from "./fetch-request.js";
import type { FetchApp, FetchContext, FetchInfo } from "./kinds.js";

/** @internal A fetch handler, or an object that has one. */
export class FetchCallable implements Callable {
  readonly #app: FetchApp;
  readonly #settings: AppSettings;
  /** Promises that handlers passed to `waitUntil`. */
  readonly #work = new Set<Promise<unknown>>();

  constructor(app: FetchApp, settings: AppSettings) {
    this.#app = app;
    this.#settings = settings;
  }

  async call(exchange: AppExchange): Promise<WireResponse> {
    const controller = new AbortController();
    exchange.whenFailed((reason) => controller.abort(reason));
    const request = requestOf(exchange, this.#settings.rootPath, controller.signal);
    // The platform references a request only weakly from its signal: a handler that keeps only the signal would miss it.
    exchange.whenFailed(() => retain(request));
    const answer = this.#answer(exchange, request);
    // The response came too late.
    answer
      .then((late) => exchange.failure !== null && void late.body?.cancel().catch(() => undefined))
      .catch(() => undefined);
    return wireOf(exchange, await exchange.until(answer));
  }

  /** Waits for the promises passed to `waitUntil`. */
  async stop(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }

  async #answer(exchange: AppExchange, request: globalThis.Request): Promise<globalThis.Response> {
    try {
      return checkAnswer(await this.#app.fetch(request, this.#info(exchange), this.#context()));
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
      requestIP: () => ({ address, port, family: familyOf(address) }),
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

/** Keeps a value alive as long as the function that calls this. */
function retain(_value: object): void {}

function serverError(): globalThis.Response {
  return new globalThis.Response("Internal Server Error", {
    status: 500,
    headers: { "Content-Type": "text/plain; charset=utf-8" },
  });
}
