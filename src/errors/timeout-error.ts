/** Timeouts, one class for each limit of `Timeout`. */
import { brand } from "./brand.js";
import type { Phase } from "./request-error.js";
import { TransportError } from "./transport-error.js";

/** Base class of the timeouts. */
export class TimeoutException extends TransportError {
  static {
    brand(this, "TimeoutException");
  }
}

/** Name resolution, TCP and TLS together took longer than `connect`. */
export class ConnectTimeout extends TimeoutException {
  static {
    brand(this, "ConnectTimeout");
  }
}

/** The server sent nothing for longer than `read`: neither a head nor the next piece of the body. */
export class ReadTimeout extends TimeoutException {
  static {
    brand(this, "ReadTimeout");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "headers";
}

/** The server accepted nothing for longer than `write`. */
export class WriteTimeout extends TimeoutException {
  static {
    brand(this, "WriteTimeout");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "write";
}

/** No connection was free within `pool`: more requests at once than `Limits` allow. */
export class PoolTimeout extends TimeoutException {
  static {
    brand(this, "PoolTimeout");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "pool";
}

/** The whole exchange, to the end of the body, took longer than `total`. HTTPX has no such limit. */
export class TotalTimeout extends TimeoutException {
  static {
    brand(this, "TotalTimeout");
  }

  /** @internal */
  static override readonly defaultPhase: Phase = "headers";
}
