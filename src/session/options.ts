/** The options of a WebSocket session. */
import { constants } from "node:buffer";
import { wrongType } from "../platform/argument-error.js";
import { checkNumber } from "../platform/number-argument.js";
import { type Checks, type ValueCheck } from "../config/options.js";
import { aBoolean, aWholeNumber, orNull } from "../config/value-checks.js";
import type { Compression, SessionSettings } from "../transports/http/engine-session.js";

/** Options of a session, beside those of a call. */
export interface SessionOptions {
  /** The subprotocols that are offered, the preferred one first. @default none */
  subprotocols?: readonly string[] | undefined;
  /** Whether permessage-deflate is offered. @default true */
  compression?: boolean | undefined;
  /** The most bytes of a received message, decompressed; a longer one ends the session (1009). `null`: no limit but that of the runtime for an array or a string. @default 1_048_576 */
  maxMessageBytes?: number | null | undefined;
  /** Milliseconds between two pings; `null`: none are sent. @default 20_000 */
  pingInterval?: number | null | undefined;
  /** The most milliseconds until the pong of a ping; `null`: no limit. @default 20_000 */
  pingTimeout?: number | null | undefined;
  /** The most milliseconds of the closing handshake. @default 10_000 */
  closeTimeout?: number | undefined;
}

/** A token (RFC 9110, 5.6.2). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

const aTime: ValueCheck = (value, name) => {
  checkNumber(value, `${name} must be a number of milliseconds above 0`, (time) => time > 0);
};

const tokens: ValueCheck = (value, name) => {
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string" && TOKEN.test(one))) {
    throw wrongType(`${name} must be a list of names (tokens of RFC 9110).`);
  }
  if (new Set(value).size !== value.length) throw wrongType(`${name} must not have a name twice.`);
};

/** @internal */
export const sessionChecks: Checks<SessionOptions> = {
  subprotocols: tokens,
  compression: aBoolean,
  maxMessageBytes: orNull(aWholeNumber),
  pingInterval: orNull(aTime),
  pingTimeout: orNull(aTime),
  closeTimeout: aTime,
};

const DEFAULT_MAX_MESSAGE_BYTES = 1024 * 1024;

/** @internal */
export function settingsOf(options: SessionOptions, compression: Compression | null): SessionSettings {
  return {
    compression,
    // no array is longer
    maxMessageBytes: Math.min(
      valueOf(options.maxMessageBytes, DEFAULT_MAX_MESSAGE_BYTES) ?? Infinity,
      constants.MAX_LENGTH,
    ),
    pingInterval: valueOf(options.pingInterval, 20_000),
    pingTimeout: valueOf(options.pingTimeout, 20_000),
    closeTimeout: options.closeTimeout ?? 10_000,
  };
}

/** Null is "off", undefined the default. */
function valueOf(given: number | null | undefined, byDefault: number): number | null {
  return given === undefined ? byDefault : given;
}
