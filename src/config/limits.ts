/** Limits: the number of connections of a client, and the lifetime of idle ones. `null` means no limit. */
import { isNoRecord } from "../platform/no-record.js";
import { outOfRange, surplusArgument, wrongType } from "../platform/argument-error.js";
import { kindOf } from "../platform/record.js";
import { type OptionList, checkOptions, optionList } from "./options.js";

export interface LimitsOptions {
  /** Connections at once, idle ones included. Further requests wait. Default 100. */
  maxConnections?: number | null | undefined;
  /** Idle connections kept for the next request. Default 20. */
  maxKeepaliveConnections?: number | null | undefined;
  /** Milliseconds after which an idle connection is closed. Default 5000. */
  keepaliveExpiry?: number | null | undefined;
  /** Connections at once to the same scheme, host and port. Default `null`. */
  maxConnectionsPerHost?: number | null | undefined;
}

export class Limits {
  static {
    isNoRecord(this, "give it to the client as limits");
  }

  readonly maxConnections: number | null;
  readonly maxKeepaliveConnections: number | null;
  readonly keepaliveExpiry: number | null;
  readonly maxConnectionsPerHost: number | null;

  /** @throws RangeError if a count is not an integer or too small, or a time is negative; TypeError if it is no number. */
  constructor(options: LimitsOptions | Limits = {}) {
    if (arguments.length > 1) throw surplusArgument("Limits", "one object of options");
    if (typeof options !== "object" || options === null) {
      throw wrongType(`Limits must be an object, not ${kindOf(options)}.`);
    }
    if (!(options instanceof Limits)) checkOptions(options, limitsOptions);
    this.maxConnections = count("maxConnections", options.maxConnections, 100, 1);
    this.maxKeepaliveConnections = count("maxKeepaliveConnections", options.maxKeepaliveConnections, 20, 0);
    this.keepaliveExpiry = limit("keepaliveExpiry", options.keepaliveExpiry, 5000, 0);
    this.maxConnectionsPerHost = count("maxConnectionsPerHost", options.maxConnectionsPerHost, null, 1);
  }
}

/** The constructor checks the values. */
const limitsOptions: OptionList = optionList<LimitsOptions>(
  "Limits",
  { maxConnections: null, maxKeepaliveConnections: null, keepaliveExpiry: null, maxConnectionsPerHost: null },
  {
    advice: {
      connections: "did you mean maxConnectionsPerHost",
      keepAliveMaxTimeout: "did you mean keepaliveExpiry",
      keepAliveTimeout: "did you mean keepaliveExpiry",
      maxFreeSockets: "did you mean maxKeepaliveConnections",
      maxSockets: "did you mean maxConnectionsPerHost",
      maxTotalSockets: "did you mean maxConnections",
    },
  },
);

type Given = number | null | undefined;

function count(name: string, value: Given, fallback: number | null, least: number): number | null {
  const checked = limit(name, value, fallback, least);
  if (checked !== null && !Number.isInteger(checked)) {
    throw outOfRange(`Limits ${name} must be a whole number, but is ${checked}`);
  }
  return checked;
}

function limit(name: string, value: Given, fallback: number | null, least: number): number | null {
  if (value === undefined) return fallback;
  if (value === null || value === Infinity) return null;
  if (typeof value !== "number") throw wrongType(`Limits ${name} must be a number, not ${kindOf(value)}.`);
  if (!(value >= least)) throw outOfRange(`Limits ${name} must be at least ${least}, but is ${value}`);
  return value;
}
