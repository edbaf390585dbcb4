// Generated from src/opentelemetry/ by scripts/subpath-declarations.mjs (npm run build): never edited.
import { MeterProvider, TracerProvider } from "@opentelemetry/api";

/** Settings of {@link HttpxideInstrumentation}. */
interface HttpxideInstrumentationConfig {
  /** Whether it is enabled when it is made. @default true */
  enabled?: boolean;
  /** Names of query parameters whose values are secrets, beside those known as such: tokens, keys, passwords, signatures. */
  sensitiveQueryKeys?: Iterable<string>;
}
/**
 * Makes a span of each request, measures its duration, and sends the context of its trace (`traceparent`). It fits
 * `registerInstrumentations` and `NodeSDK`. A request that it traces is not shown on undici's channels, so that it has one span
 * also if the instrumentation of undici is on.
 *
 * @example
 * const sdk = new NodeSDK({ instrumentations: [new HttpxideInstrumentation()] });
 * sdk.start();
 */
declare class HttpxideInstrumentation {
  #private;
  readonly instrumentationName: string;
  readonly instrumentationVersion: string;
  /** @throws TypeError for an unknown setting, and for a value that a setting cannot have. */
  constructor(config?: HttpxideInstrumentationConfig);
  /** Does nothing if it is enabled. */
  enable(): void;
  /** Requests that have begun keep their spans. */
  disable(): void;
  /** @default the global one, `trace.getTracerProvider()` */
  setTracerProvider(provider: TracerProvider): void;
  /** @default the global one, `metrics.getMeterProvider()` */
  setMeterProvider(provider: MeterProvider): void;
  /** Replaces the settings. `enabled` has an effect only in the constructor. @throws TypeError as the constructor. */
  setConfig(config: HttpxideInstrumentationConfig): void;
  getConfig(): HttpxideInstrumentationConfig;
}
export { HttpxideInstrumentation, type HttpxideInstrumentationConfig };
