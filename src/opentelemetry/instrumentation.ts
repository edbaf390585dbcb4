/**
 * The instrumentation: it listens to the package's tracing channel while it is enabled.
 *
 * Providers are looked up at each request, because a program may register its global ones after the instrumentation is made.
 */
import { type MeterProvider, type TracerProvider, metrics, trace } from "@opentelemetry/api";
import { tracingChannel } from "node:diagnostics_channel";
import { checkOptions, optionList } from "../config/options.js";
import { aBoolean, listOfStrings } from "../config/value-checks.js";
import type { RequestMessage } from "../middleware/diagnostics.js";
import { VERSION } from "../platform/version.js";
import { SensitiveNames } from "../transports/masking/names.js";
import { Instruments } from "./instruments.js";
import { ObservedRequest } from "./observed-request.js";

/** Settings of {@link HttpxideInstrumentation}. */
export interface HttpxideInstrumentationConfig {
  /** Whether it is enabled when it is made. @default true */
  enabled?: boolean;
  /** Names of query parameters whose values are secrets, beside those known as such: tokens, keys, passwords, signatures. */
  sensitiveQueryKeys?: Iterable<string>;
}

const settings = optionList<HttpxideInstrumentationConfig>("HttpxideInstrumentation", {
  enabled: aBoolean,
  sensitiveQueryKeys: null,
});

const NAME = "httpxide";
/** The conventions count it among the secrets of a query: an identity, not a key. */
const OF_CONVENTIONS = ["AWSAccessKeyId"];

const { start, asyncEnd } = tracingChannel<unknown, RequestMessage>("httpxide:request");

/**
 * Makes a span of each request, measures its duration, and sends the context of its trace (`traceparent`). It fits
 * `registerInstrumentations` and `NodeSDK`. A request that it traces is not shown on undici's channels, so that it has one span
 * also if the instrumentation of undici is on.
 *
 * @example
 * const sdk = new NodeSDK({ instrumentations: [new HttpxideInstrumentation()] });
 * sdk.start();
 */
export class HttpxideInstrumentation {
  readonly instrumentationName: string = NAME;
  readonly instrumentationVersion: string = VERSION;
  #config: HttpxideInstrumentationConfig = {};
  #sensitive = new SensitiveNames(OF_CONVENTIONS);
  #isEnabled = false;
  /** Null: the global one. */
  #tracerProvider: TracerProvider | null = null;
  #meterProvider: MeterProvider | null = null;
  #instruments: Instruments | null = null;
  /** The requests without a response yet. */
  readonly #waiting = new Map<RequestMessage, ObservedRequest>();

  /** @throws TypeError for an unknown setting, and for a value that a setting cannot have. */
  constructor(config: HttpxideInstrumentationConfig = {}) {
    this.setConfig(config);
    if (this.#config.enabled) this.enable();
  }

  /** Does nothing if it is enabled. */
  enable(): void {
    if (this.#isEnabled) return;
    this.#isEnabled = true;
    start.subscribe(this.#started);
    // after disable() it may still listen, for earlier requests
    if (this.#waiting.size === 0) asyncEnd.subscribe(this.#settled);
  }

  /** Requests that have begun keep their spans. */
  disable(): void {
    if (!this.#isEnabled) return;
    this.#isEnabled = false;
    start.unsubscribe(this.#started);
    if (this.#waiting.size === 0) asyncEnd.unsubscribe(this.#settled);
    this.#instruments?.connections.end();
    this.#instruments = null;
  }

  /** @default the global one, `trace.getTracerProvider()` */
  setTracerProvider(provider: TracerProvider): void {
    this.#tracerProvider = provider;
  }

  /** @default the global one, `metrics.getMeterProvider()` */
  setMeterProvider(provider: MeterProvider): void {
    this.#meterProvider = provider;
  }

  /** Replaces the settings. `enabled` has an effect only in the constructor. @throws TypeError as the constructor. */
  setConfig(config: HttpxideInstrumentationConfig): void {
    checkOptions(config, settings);
    const names = listOfStrings(config.sensitiveQueryKeys ?? [], "sensitiveQueryKeys");
    this.#sensitive = new SensitiveNames([...OF_CONVENTIONS, ...names]);
    this.#config = { ...config, enabled: config.enabled ?? true };
  }

  getConfig(): HttpxideInstrumentationConfig {
    return this.#config;
  }

  readonly #started = (given: unknown): void => {
    const message = given as RequestMessage;
    message.isTraced = true;
    const tracer = (this.#tracerProvider ?? trace).getTracer(NAME, VERSION);
    this.#waiting.set(
      message,
      new ObservedRequest(message, tracer, this.#currentInstruments(), this.#sensitive),
    );
  };

  readonly #settled = (given: unknown): void => {
    const message = given as RequestMessage;
    const observed = this.#waiting.get(message);
    if (observed === undefined) return;
    this.#waiting.delete(message);
    observed.settle(message);
    if (!this.#isEnabled && this.#waiting.size === 0) asyncEnd.unsubscribe(this.#settled);
  };

  #currentInstruments(): Instruments {
    const provider = this.#meterProvider ?? metrics.getMeterProvider();
    if (this.#instruments?.provider !== provider) {
      this.#instruments?.connections.end();
      this.#instruments = new Instruments(provider, provider.getMeter(NAME, VERSION));
    }
    return this.#instruments;
  }
}
