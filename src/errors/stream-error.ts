/**
 * Misuse of a body: read twice, read too late, or used before it was read. These are mistakes of the program, not of the
 * network, so they are no `HTTPError`. The texts are HTTPX's.
 */
import { beginAtProgram } from "../platform/own-frames.js";
import { brand } from "./brand.js";

/** Base class of the misuses of a body. */
export class StreamError extends Error {
  static {
    brand(this, "StreamError");
  }

  /** A stable string to decide by. */
  readonly code: string = "ERR_STREAM_ERROR";

  constructor(message?: string, options?: { cause?: unknown }) {
    super(message, options);
    beginAtProgram(this, new.target);
  }
}

/** The program read a body again that can be read only once. */
export class StreamConsumed extends StreamError {
  static {
    brand(this, "StreamConsumed");
  }

  override readonly code = "ERR_STREAM_CONSUMED";

  constructor(
    message = "Attempted to read or stream some content, but the content has already been streamed. " +
      "For requests, this could be due to passing a generator as request content, and then receiving a " +
      "redirect response or a secondary request as part of an authentication flow. " +
      "For responses, this could be due to attempting to stream the response content more than once.",
  ) {
    super(message);
  }
}

/** The program read a body after it had been closed. */
export class StreamClosed extends StreamError {
  static {
    brand(this, "StreamClosed");
  }

  override readonly code = "ERR_STREAM_CLOSED";

  constructor(message = "Attempted to read or stream content, but the stream has been closed.") {
    super(message);
  }
}

/** `content`, `text` or `json()` of a streamed response, before `aread()`. */
export class ResponseNotRead extends StreamError {
  static {
    brand(this, "ResponseNotRead");
  }

  override readonly code = "ERR_RESPONSE_NOT_READ";

  constructor(message = "Attempted to access streaming response content, without having called `aread()`.") {
    super(message);
  }
}

/** `content` of a request with a streamed body, before `aread()`. */
export class RequestNotRead extends StreamError {
  static {
    brand(this, "RequestNotRead");
  }

  override readonly code = "ERR_REQUEST_NOT_READ";

  constructor(message = "Attempted to access streaming request content, without having called `aread()`.") {
    super(message);
  }
}
