/** Violations of HTTP: prevented here, or committed by the peer. */
import { brand } from "./brand.js";
import type { Phase } from "./request-error.js";
import { TransportError } from "./transport-error.js";

/** Base class of the protocol errors. */
export class ProtocolError extends TransportError {
  static {
    brand(this, "ProtocolError");
  }
}

/** The request would violate HTTP: an invalid header, or a body that contradicts its `Content-Length`. */
export class LocalProtocolError extends ProtocolError {
  static {
    brand(this, "LocalProtocolError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "write";
}

/** The server violated HTTP: an invalid head, a truncated body, a connection closed without a response. */
export class RemoteProtocolError extends ProtocolError {
  static {
    brand(this, "RemoteProtocolError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "headers";
}
