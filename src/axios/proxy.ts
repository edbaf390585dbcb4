/** axios's `proxy` option as a proxy of this package. */
import { isURL } from "../platform/classes.js";
import { Proxy } from "../config/proxy.js";
import type { VerifyOptions } from "../config/tls.js";
import type { AxiosLibrary, Config } from "./library.js";

type Given = Readonly<
  Record<"protocol" | "hostname" | "host" | "port" | "auth" | "username" | "password", unknown>
>;

/**
 * The extension of a request; none if the environment decides.
 *
 * @param verify how the agent of the call checks certificates, which axios uses for a proxy's too.
 * @throws AxiosError for a proxy without a host, and for credentials without a name and a password; errors of {@link Proxy}.
 * @internal
 */
export function proxyOf(
  axios: AxiosLibrary,
  config: Config,
  verify: boolean | VerifyOptions | undefined,
): { proxy?: Proxy | null } {
  const given: unknown = config.proxy;
  if (given === false) return { proxy: null };
  if (!given) return {};
  if (isURL(given)) return { proxy: new Proxy(given, { verify }) };
  const { AxiosError } = axios;
  const { protocol, hostname, host, port } = given as Given;
  const name = hostname || host;
  if (typeof name !== "string") {
    throw new AxiosError("proxy must have a host", AxiosError.ERR_BAD_OPTION_VALUE, config);
  }
  const scheme = String(protocol || "http").replace(/:$/, "");
  const shown = name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
  const url = `${scheme}://${shown}${port ? `:${String(port)}` : ""}`;
  return { proxy: new Proxy(url, { auth: credentialsOf(axios, config, given as Given), verify }) };
}

/** Whether the option has credentials, which are sent instead of a header of the program. @internal */
export function hasCredentials({ proxy }: Config): boolean {
  if (!proxy || isURL(proxy)) return Boolean(proxy && (proxy as URL).username);
  const { auth, username } = proxy as unknown as Given;
  return Boolean(auth || username);
}

function credentialsOf(
  { AxiosError }: AxiosLibrary,
  config: Config,
  { auth, username, password }: Given,
): [username: string, password: string] | null {
  if (username) return [String(username), String(password || "")];
  if (!auth) return null;
  if (typeof auth === "string") {
    const end = auth.indexOf(":");
    return end === -1 ? [auth, ""] : [auth.slice(0, end), auth.slice(end + 1)];
  }
  const parts = auth as Readonly<Record<"username" | "password", unknown>>;
  if (!parts.username && !parts.password) {
    throw new AxiosError("Invalid proxy authorization", AxiosError.ERR_BAD_OPTION, config);
  }
  return [String(parts.username || ""), String(parts.password || "")];
}
