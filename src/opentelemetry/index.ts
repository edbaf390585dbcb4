/** `httpxide/opentelemetry`: spans and metrics of requests, by OpenTelemetry's stable conventions for HTTP. */
export { HttpxideInstrumentation, type HttpxideInstrumentationConfig } from "./instrumentation.js";
