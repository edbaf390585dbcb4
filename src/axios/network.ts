/**
 * What decides the connections of a call, besides its URLs and its proxy: a socket, names, agents and the version of
 * HTTP.
 */
import type { VerifyOptions } from "../config/tls.js";
import { type AgentOptions, NoCounterpart, optionsOf, optionsOfAgent } from "./agent-options.js";
import type { AxiosLibrary, Config } from "./library.js";
import { type AxiosLookup, familyOf } from "./names.js";

/** @internal */
export interface Network extends Omit<AgentOptions, "serverName"> {
  readonly http2?: boolean;
}

/** The options of an agent that go with each request. @internal */
export interface TlsOfAgents {
  /** The name for TLS, if it is not the host's. */
  readonly serverName: string | null;
  /** How certificates are checked, where the agent says it. */
  readonly verify: boolean | VerifyOptions | undefined;
}

/** The part of a call that goes to URLs of one protocol. @internal */
export interface Way extends TlsOfAgents {
  /** Null: nothing special. */
  readonly network: Network | null;
}

/** @internal */
export type Ways = Readonly<Record<"http:" | "https:", Way>>;

const USUAL: Way = { network: null, serverName: null, verify: undefined };
const ALL_USUAL: Ways = { "http:": USUAL, "https:": USUAL };

/** Options that need connections of their own, in the order in which they are named where there can be none. */
const NAMES = ["socketPath", "lookup", "family", "httpVersion", "httpAgent", "httpsAgent"] as const;

/**
 * @param connects whether the adapter makes the client of a call.
 * @throws AxiosError with code `ERR_NOT_SUPPORT` for what has no counterpart here, or none over a given client.
 * @internal
 */
export function waysOf(axios: AxiosLibrary, config: Config, connects: boolean): Ways {
  const given = config as unknown as Readonly<Record<string, unknown>>;
  if (NAMES.every((name) => (given[name] ?? null) === null)) return ALL_USUAL;
  const ofCall = networkOfCall(axios, config);
  const isHttp2 = Number(given["httpVersion"]) === 2;
  const ways = {
    "http:": wayOf(axios, config, ofCall, isHttp2 ? "http2Options" : "httpAgent"),
    "https:": wayOf(axios, config, ofCall, isHttp2 ? "http2Options" : "httpsAgent"),
  };
  if (connects) return ways;
  // how many connections there are is the affair of the given client
  for (const { network } of Object.values(ways)) {
    if (network !== null && Object.keys(network).some((name) => name !== "limits")) {
      throw refused(
        axios,
        config,
        nameOf(given, ofCall, isHttp2),
        "the adapter is over a given client, give createAdapter() options",
      );
    }
  }
  return ALL_USUAL;
}

/** @internal */
export function refused({ AxiosError }: AxiosLibrary, config: Config, option: string, reason: string): Error {
  const message = `${option} has no effect on connections of httpxide: ${reason}`;
  return new AxiosError(message, AxiosError.ERR_NOT_SUPPORT, config);
}

function networkOfCall(axios: AxiosLibrary, config: Config): Network {
  const { AxiosError } = axios;
  const wrong = (message: string): Error => new AxiosError(message, AxiosError.ERR_BAD_OPTION_VALUE, config);
  const { socketPath, lookup, family, httpVersion } = config;
  // Node.js looks no name up for a socket
  if (typeof socketPath === "string") return { socketPath };
  if (lookup && typeof lookup !== "function") throw wrong("lookup must be a function");
  const one = familyOf(family);
  if (family && one === null) throw wrong(`family must be 4 or 6, not ${String(family)}`);
  return {
    ...(lookup ? { lookup: lookup as AxiosLookup } : {}),
    ...(one === null ? {} : { family: one }),
    ...(Number(httpVersion) === 2 ? { http2: true } : {}),
  };
}

function wayOf(
  axios: AxiosLibrary,
  config: Config,
  ofCall: Network,
  option: "httpAgent" | "httpsAgent" | "http2Options",
): Way {
  const given = (config as unknown as Readonly<Record<string, object | undefined>>)[option];
  const read = option === "http2Options" ? optionsOf((given ?? {}) as never) : optionsOfAgent(given);
  if (read instanceof NoCounterpart) {
    throw refused(axios, config, option, `${read.name} has no counterpart`);
  }
  const { serverName = null, ...ofAgent } = read ?? {};
  const network: Network = { ...ofAgent, ...ofCall };
  const verify = verifyOf(network);
  return { network: Object.keys(network).length === 0 ? null : network, serverName, verify };
}

/** Undefined where the agent says nothing. @internal */
export function verifyOf({ verify, ca }: Network): boolean | VerifyOptions | undefined {
  return verify === false || ca === undefined ? verify : { ca: [...ca] };
}

function nameOf(given: Readonly<Record<string, unknown>>, ofCall: Network, isHttp2: boolean): string {
  const isOfCall = Object.keys(ofCall).length > 0;
  const names = isHttp2 ? ["httpVersion"] : isOfCall ? NAMES.slice(0, 3) : NAMES.slice(4);
  return names.find((name) => (given[name] ?? null) !== null) ?? "httpsAgent";
}
