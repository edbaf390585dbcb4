/**
 * The options of node:http's and node:https's agents as options of a client. Whatever has no counterpart is named, so that it
 * can be refused: an option of TLS without effect would be a connection less safe than the program believes.
 */
import type { CertOptions } from "../config/client-certificate.js";
import type { LimitsOptions } from "../config/limits.js";
import type { PEM, TlsOptions } from "../config/tls.js";
import { VARIABLES } from "../config/proxy-environment.js";
import { type AddressFamily, type AxiosLookup, familyOf } from "./names.js";

/** What the options of an agent say about its connections. @internal */
export interface AgentOptions {
  readonly verify?: boolean;
  readonly ca?: readonly PEM[];
  readonly cert?: CertOptions;
  readonly tls?: TlsOptions;
  readonly localAddress?: string;
  readonly socketPath?: string;
  readonly lookup?: AxiosLookup;
  readonly family?: AddressFamily;
  readonly serverName?: string;
  readonly limits?: LimitsOptions;
}

/** The option, or the member, that has no counterpart. @internal */
export class NoCounterpart {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

type Given = Readonly<Record<string, unknown>>;

/**
 * What the engine does by itself: it keeps connections, tries the addresses of a name side by side, and speaks no version below
 * TLS 1.2. `requestCert` is one of servers, and without effect in Node.js too.
 */
const BY_ITSELF = new Set([
  ...["keepAlive", "keepAliveMsecs", "keepAliveInitialDelay", "agentKeepAliveTimeoutBuffer", "noDelay"],
  ...["maxFreeSockets", "scheduling", "timeout", "path", "sessionTimeout", "requestCert"],
  ...["autoSelectFamily", "autoSelectFamilyAttemptTimeout"],
]);

/** Methods that some packages replace on an agent, to decide about its connections. */
const OF_CONNECTIONS = ["createConnection", "createSocket", "addRequest", "reuseSocket", "getName"] as const;

/** Null for an agent that says nothing. @internal */
export function optionsOfAgent(agent: unknown): AgentOptions | NoCounterpart | null {
  if (typeof agent !== "object" || agent === null) return null;
  const { constructor, options } = agent as { constructor?: unknown; options?: Given };
  // of another class it may connect to elsewhere, or refuse to
  if (!isClassOfAgents(constructor)) {
    return new NoCounterpart(`an agent of the class ${(constructor as { name?: string } | undefined)?.name}`);
  }
  const replaced = OF_CONNECTIONS.find((name) => Object.hasOwn(agent, name));
  if (replaced !== undefined) return new NoCounterpart(`${replaced}() of the agent`);
  return optionsOf(options ?? {});
}

/** axios has loaded both modules. */
function isClassOfAgents(constructor: unknown): boolean {
  const { Agent } = process.getBuiltinModule("node:http");
  return constructor === Agent || constructor === process.getBuiltinModule("node:https").Agent;
}

/** @internal */
export function optionsOf(given: Given): AgentOptions | NoCounterpart | null {
  const read: Record<string, unknown> = {};
  const rest = new Set(
    Object.keys(given).filter((name) => !BY_ITSELF.has(name) && (given[name] ?? null) !== null),
  );
  for (const [name, reader] of READERS) {
    if (rest.delete(name) && !reader(given[name], read, given)) return new NoCounterpart(name);
  }
  const [unknown] = rest;
  if (unknown !== undefined) return new NoCounterpart(unknown);
  return Object.keys(read).length === 0 ? null : read;
}

/** @returns whether the value has a counterpart. */
type Reader = (value: unknown, into: Record<string, unknown>, given: Given) => boolean;

const READERS: readonly (readonly [name: string, reader: Reader])[] = [
  // what is no `false` checks certificates, in Node.js too
  ["rejectUnauthorized", (value, into) => put(into, "verify", value !== false)],
  ["ca", (value, into) => put(into, "ca", [value].flat())],
  ["cert", (value, into, { key, passphrase }) => certificate(into, value, key, passphrase)],
  ["key", (_value, _into, { cert }) => (cert ?? null) !== null],
  ["pfx", (value, into, { passphrase }) => archive(into, value, passphrase)],
  ["passphrase", () => true],
  ["minVersion", (value, into) => oldest(into, value)],
  ["maxVersion", (value) => value === "TLSv1.3"],
  ["ALPNProtocols", (value) => Array.isArray(value) && value.join() === "http/1.1"],
  ["maxCachedSessions", (value, into) => value !== 0 || putTls(into, { sessionResumption: false })],
  [
    "servername",
    (value, into) => typeof value === "string" && value !== "" && put(into, "serverName", value),
  ],
  // from Node.js 22 on, an agent of node:https has both among its options
  ["protocol", (value) => value === "http:" || value === "https:"],
  ["defaultPort", (value, _into, { protocol }) => value === (protocol === "https:" ? 443 : 80)],
  ["localAddress", (value, into) => put(into, "localAddress", value)],
  ["socketPath", (value, into) => typeof value === "string" && put(into, "socketPath", value)],
  ["lookup", (value, into) => typeof value === "function" && put(into, "lookup", value)],
  ["family", (value, into) => value === 0 || put(into, "family", familyOf(value))],
  ["maxSockets", (value, into) => atMost(into, "maxConnectionsPerHost", value)],
  ["maxTotalSockets", (value, into) => atMost(into, "maxConnections", value)],
  ["proxyEnv", (value) => areOfEnvironment(value as Given)],
];

function put(into: Record<string, unknown>, name: keyof AgentOptions, value: unknown): boolean {
  into[name] = value;
  return value !== null;
}

function putTls(into: Record<string, unknown>, options: TlsOptions): boolean {
  return put(into, "tls", { ...(into["tls"] as TlsOptions | undefined), ...options });
}

function certificate(
  into: Record<string, unknown>,
  given: unknown,
  givenKey: unknown,
  passphrase: unknown,
): boolean {
  const cert = single(given);
  const key = single(givenKey, "pem");
  if (cert === null || key === null) return false;
  return put(into, "cert", { cert: cert.value, key: key.value, ...phrase(key.passphrase ?? passphrase) });
}

function archive(into: Record<string, unknown>, given: unknown, passphrase: unknown): boolean {
  const pfx = single(given, "buf");
  if (pfx === null || "cert" in into) return false;
  return put(into, "cert", { pfx: pfx.value, ...phrase(pfx.passphrase ?? passphrase) });
}

function phrase(passphrase: unknown): { passphrase?: unknown } {
  return (passphrase ?? null) === null ? {} : { passphrase };
}

/** Node.js takes several certificates, one for each kind of key, and each alone or in a record with its passphrase. */
function single(given: unknown, member?: "pem" | "buf"): { value: unknown; passphrase?: unknown } | null {
  const all: unknown[] = [given].flat();
  if (all.length !== 1) return null;
  const [value] = all;
  if (member === undefined || typeof value !== "object" || value === null || !(member in value))
    return { value };
  const { [member]: inside, passphrase } = value as Given;
  return { value: inside, passphrase };
}

function oldest(into: Record<string, unknown>, version: unknown): boolean {
  if (version === "TLSv1" || version === "TLSv1.1") return true;
  return (version === "TLSv1.2" || version === "TLSv1.3") && putTls(into, { minVersion: version });
}

function atMost(into: Record<string, unknown>, name: keyof LimitsOptions, value: unknown): boolean {
  if (value === Infinity) return true;
  return put(into, "limits", { ...(into["limits"] as LimitsOptions | undefined), [name]: value });
}

/** Whether its proxies are those that the client uses anyway. */
function areOfEnvironment(given: Given): boolean {
  return VARIABLES.every((name) => (given[name] ?? process.env[name]) === process.env[name]);
}
