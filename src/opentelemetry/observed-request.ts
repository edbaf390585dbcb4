/**
 * One request as a span and as measurements: from before it is sent to the end of the response's body.
 *
 * A redirect, a retry and a request of an auth flow are requests of their own, as the conventions want it.
 */
import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  context,
  propagation,
  trace,
} from "@opentelemetry/api";
import type { RequestMessage } from "../middleware/diagnostics.js";
import { now } from "../platform/clock.js";
import { inWords } from "../platform/thrown.js";
import type { Request } from "../request/request.js";
import type { Response } from "../response/response.js";
import type { SensitiveNames } from "../transports/masking/names.js";
import {
  answeredAttributes,
  describedRequest,
  errorType,
  measuredAttributes,
  methodOf,
  peerAttributes,
} from "./attributes.js";
import type { Instruments } from "./instruments.js";
import { redactedText } from "./redacted-url.js";

/** `set`, because a request that is sent again has the fields of its first span. */
const intoHeaders = {
  set: (request: Request, name: string, value: string): void => request.headers.set(name, value),
};

/** @internal */
export class ObservedRequest {
  readonly #startedAt = now();
  readonly #request: Request;
  readonly #sensitive: SensitiveNames;
  readonly #instruments: Instruments;
  readonly #span: Span;
  /** The context with the span, which exemplars of metrics refer to. */
  readonly #context: Context;
  readonly #started: Attributes;
  #answered: Attributes = {};
  #response: Response | null = null;

  /** Begins the span, and gives the request its context. */
  constructor(message: RequestMessage, tracer: Tracer, instruments: Instruments, sensitive: SensitiveNames) {
    const { request } = message;
    this.#request = request;
    this.#sensitive = sensitive;
    this.#instruments = instruments;
    this.#started = measuredAttributes(request);
    const method = methodOf(request);
    this.#span = tracer.startSpan(method === "_OTHER" ? "HTTP" : method, {
      kind: SpanKind.CLIENT,
      attributes: { ...this.#started, ...describedRequest(message, sensitive) },
    });
    this.#context = trace.setSpan(context.active(), this.#span);
    instruments.activeRequests.add(1, this.#started, this.#context);
    propagation.inject(this.#context, request, intoHeaders);
  }

  /** There is a response, whose body may be still to come, or an error. */
  settle({ response, error }: RequestMessage): void {
    if (response === undefined) {
      this.#end({ reason: error });
      return;
    }
    this.#answer(response);
    const body = response.streamed;
    // a connection that has changed its protocol may stay open for days
    if (body === null || response.extensions["networkStream"] !== undefined) this.#end(null);
    else body.whenClosed(() => this.#end(body.failure));
  }

  #answer(response: Response): void {
    this.#response = response;
    this.#answered = answeredAttributes(response);
    this.#span.setAttributes({ ...this.#answered, ...peerAttributes(response.extensions) });
    if (response.statusCode >= 400) this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  #end(failure: { readonly reason: unknown } | null): void {
    const seconds = (now() - this.#startedAt) / 1000;
    const attributes = { ...this.#started, ...this.#answered };
    if (failure !== null && !isCancellation(failure.reason)) {
      attributes["error.type"] = errorType(failure.reason);
      this.#fail(failure.reason);
    }
    this.#span.end();
    this.#instruments.duration.record(seconds, attributes, this.#context);
    this.#instruments.activeRequests.add(-1, this.#started, this.#context);
    this.#measureBodies(attributes);
  }

  #fail(reason: unknown): void {
    const exception = redactedException(reason, this.#sensitive);
    this.#span.setAttribute("error.type", errorType(reason));
    this.#span.recordException(exception);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message: exception.message });
  }

  /** A length that is not known before the body ends has no measurement. */
  #measureBodies(attributes: Attributes): void {
    const length = this.#request.headers.get("content-length");
    if (length !== null) {
      this.#instruments.requestBodySize.record(Number(length), attributes, this.#context);
    }
    if (this.#response !== null) {
      const { numBytesDownloaded } = this.#response;
      this.#instruments.responseBodySize.record(numBytesDownloaded, attributes, this.#context);
    }
  }
}

/** The conventions do not count it among the errors: the program wanted the request to end. */
function isCancellation(reason: unknown): boolean {
  return reason instanceof Error && reason.name === "AbortError";
}

/** The message of an error names the URL, and so does the first line of its stack. */
function redactedException(reason: unknown, sensitive: SensitiveNames): ShownException {
  if (!(reason instanceof Error))
    return { name: "_OTHER", message: redactedText(inWords(reason), sensitive) };
  const { name, message, stack = "" } = reason;
  return { name, message: redactedText(message, sensitive), stack: redactedText(stack, sensitive) };
}

interface ShownException {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}
