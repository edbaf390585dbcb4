/** Options that only axios's own adapter can honour, and values that none can. They are refused, because a program relies on them. */
import { resolve } from "node:path";
import type { AxiosLibrary, Config } from "./library.js";
import { refused } from "./network.js";

/**
 * @throws AxiosError with code `ERR_NOT_SUPPORT` or `ERR_BAD_OPTION_VALUE`.
 * @internal
 */
export function checkSupport(axios: AxiosLibrary, config: Config): void {
  const { AxiosError } = axios;
  const given = config as unknown as Record<string, unknown>;
  if (given["transport"]) {
    throw refused(axios, config, "transport", "give a client with a transport to createAdapter()");
  }
  if (given["insecureHTTPParser"]) {
    throw refused(axios, config, "insecureHTTPParser", "the parser of httpxide has no lenient mode");
  }
  const { httpVersion } = config;
  if (httpVersion !== undefined && Number(httpVersion) !== 1 && Number(httpVersion) !== 2) {
    const message = `Unsupported protocol version '${String(httpVersion)}'`;
    throw new AxiosError(message, AxiosError.ERR_BAD_OPTION_VALUE, config);
  }
  checkSensitiveHeaders(axios, config);
  checkSocketPath(axios, config);
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
  const wrong = (message: string): Error => new AxiosError(message, AxiosError.ERR_BAD_OPTION_VALUE, config);
  if (typeof socketPath !== "string") throw wrong("socketPath must be a string");
  if (allowedSocketPaths === undefined || allowedSocketPaths === null) return;
  const allowed = [allowedSocketPaths].flat();
  if (!allowed.some((path) => resolve(path) === resolve(socketPath))) {
    throw wrong(`socketPath "${socketPath}" is not permitted by allowedSocketPaths`);
  }
}
