/** Violations of HTTP: prevented here, or committed by the other side. */
import { brand } from "./brand.js";
import type { Phase } from "./request-error.js";
import { TransportError } from "./transport-error.js";

/** Base class of the protocol errors. */
export class ProtocolError extends TransportError {
  static {
    brand(this, "ProtocolError");
  }
}

/** What was to be sent would violate HTTP: an illegal header, a body that belies its `Content-Length`. */
export class LocalProtocolError extends ProtocolError {
  static {
    brand(this, "LocalProtocolError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "write";
}

/** The server violated HTTP: garbage instead of a head, a body cut short, a connection closed without an answer. */
export class RemoteProtocolError extends ProtocolError {
  static {
    brand(this, "RemoteProtocolError");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "headers";
}
