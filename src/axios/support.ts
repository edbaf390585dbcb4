/**
 * Options that only axios's own adapter can honour. They are refused, because a program relies on them: an agent may be what
 * keeps its requests away from private addresses.
 */
import { resolve } from "node:path";
import type { AxiosLibrary, Config } from "./library.js";

/** Options of node:http's agents about keeping connections, which the client does by itself. */
const OF_KEEPING = new Set([
  ...[
    "keepAlive",
    "keepAliveMsecs",
    "maxSockets",
    "maxTotalSockets",
    "maxFreeSockets",
    "scheduling",
    "timeout",
  ],
  ...["noDelay", "path", "agentKeepAliveTimeoutBuffer", "proxyEnv"],
]);

/**
 * @param connects whether the adapter makes the client of a call, and so can make one for a socket.
 * @throws AxiosError with code `ERR_NOT_SUPPORT` or `ERR_BAD_OPTION_VALUE`.
 * @internal
 */
export function checkSupport(axios: AxiosLibrary, config: Config, connects: boolean): void {
  const { AxiosError } = axios;
  const refuse = (option: string, instead: string): never => {
    const message = `${option} has no effect on connections of httpxide: ${instead}`;
    throw new AxiosError(message, AxiosError.ERR_NOT_SUPPORT, config);
  };
  const given = config as unknown as Record<string, unknown>;
  if (given["transport"]) refuse("transport", "give a client with a transport to createAdapter()");
  if (given["lookup"]) refuse("lookup", "give a client with a resolver to createAdapter()");
  if (given["family"]) refuse("family", "give createAdapter({ dns: { family } })");
  if (given["insecureHTTPParser"]) refuse("insecureHTTPParser", "the parser of httpxide has no lenient mode");
  const { httpVersion } = config;
  if (Number(httpVersion) === 2) refuse("httpVersion", "give createAdapter({ http2: true })");
  if (httpVersion !== undefined && Number(httpVersion) !== 1) {
    const message = `Unsupported protocol version '${String(httpVersion)}'`;
    throw new AxiosError(message, AxiosError.ERR_BAD_OPTION_VALUE, config);
  }
  checkSensitiveHeaders(axios, config);
  for (const name of ["httpAgent", "httpsAgent"] as const) {
    if (!keepsConnectionsOnly(given[name]))
      refuse(name, "give a client with these options to createAdapter()");
  }
  checkSocketPath(axios, config);
  if (!connects && typeof config.socketPath === "string") {
    refuse("socketPath", "give createAdapter() options instead of a client, or a client with uds");
  }
}

function keepsConnectionsOnly(agent: unknown): boolean {
  if (typeof agent !== "object" || agent === null) return true;
  const { options, constructor } = agent as { options?: object; constructor?: { name?: string } };
  return constructor?.name === "Agent" && Object.keys(options ?? {}).every((name) => OF_KEEPING.has(name));
}

/** Those of a wrong type would be sent to wherever a redirect leads. */
function checkSensitiveHeaders({ AxiosError }: AxiosLibrary, config: Config): void {
  const names: unknown = config.sensitiveHeaders;
  if (names === undefined || names === null || config.maxRedirects === 0) return;
  if (Array.isArray(names) && names.every((name) => typeof name === "string")) return;
  const message = "sensitiveHeaders must be an array of strings";
  throw new AxiosError(message, AxiosError.ERR_BAD_OPTION_VALUE, config);
}

function checkSocketPath({ AxiosError }: AxiosLibrary, config: Config): void {
  const { socketPath, allowedSocketPaths } = config;
  if (socketPath === undefined || socketPath === null) return;
  const refused = (message: string): Error =>
    new AxiosError(message, AxiosError.ERR_BAD_OPTION_VALUE, config);
  if (typeof socketPath !== "string") throw refused("socketPath must be a string");
  if (allowedSocketPaths === undefined || allowedSocketPaths === null) return;
  const allowed = [allowedSocketPaths].flat();
  if (!allowed.some((path) => resolve(path) === resolve(socketPath))) {
    throw refused(`socketPath "${socketPath}" is not permitted by allowedSocketPaths`);
  }
}
