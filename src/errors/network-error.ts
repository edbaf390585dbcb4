/** The network failed, or the system's socket calls did; `code` is the system's own where it gave one. */
import { brand } from "./brand.js";
import type { Phase } from "./request-error.js";
import { TransportError } from "./transport-error.js";

/** Base class of the network errors. */
export class NetworkError extends TransportError {
  static {
    brand(this, "NetworkError");
  }
}

/** No connection: name not found, refused, unreachable, no such socket file, or TLS and certificate failures. */
export class ConnectError extends NetworkError {
  static {
    brand(this, "ConnectError");
  }
}

/** The connection broke while the client waited for the response or read it. */
export class ReadError extends NetworkError {
  static {
    brand(this, "ReadError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "headers";
}

/** The connection broke while the request was written, and no response could be read from it. */
export class WriteError extends NetworkError {
  static {
    brand(this, "WriteError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "write";
}

/** Closing a connection failed. */
export class CloseError extends NetworkError {
  static {
    brand(this, "CloseError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "body";
}
