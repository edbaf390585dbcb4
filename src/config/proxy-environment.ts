/**
 * Proxies that environment variables name, read as Python reads them for HTTPX: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`
 * and `NO_PROXY` in any case. The name that ends in lower case wins, and unsets the other if it is empty.
 */
import { Proxy } from "./proxy.js";

/** @internal */
export interface EnvironmentProxies {
  /** By the scheme of the URLs that they are for; `all` is any. */
  readonly proxies: ReadonlyMap<"http" | "https" | "all", Proxy>;
  /** The entries of `NO_PROXY`. */
  readonly exceptions: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLE = /^(http|https|all|no)_proxy$/i;
/** The names in their usual spellings, and that of a CGI script. @internal */
export const VARIABLES: readonly string[] = [
  ...["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap((name) => [name, name.toUpperCase()]),
  "REQUEST_METHOD",
];
const NONE: EnvironmentProxies = { proxies: new Map(), exceptions: [] };

/**
 * Reads the environment as it is now.
 *
 * @throws TypeError, InvalidURL for a proxy that cannot be one. The message names the variable.
 * @internal
 */
export function environmentProxies(environment: Environment): EnvironmentProxies {
  const values = valuesOf(environment);
  const exceptions = (values.get("no")?.value ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  if (exceptions.includes("*")) return NONE;
  const proxies = new Map<"http" | "https" | "all", Proxy>();
  for (const scheme of ["http", "https", "all"] as const) {
    const given = values.get(scheme);
    if (given !== undefined) proxies.set(scheme, proxyOf(given));
  }
  return proxies.size === 0 ? NONE : { proxies, exceptions };
}

interface Given {
  readonly variable: string;
  readonly value: string;
}

function valuesOf(environment: Environment): Map<string, Given> {
  const values = new Map<string, Given>();
  const names = Object.keys(environment).filter((name) => VARIABLE.test(name));
  const add = (variable: string, whenEmpty: (scheme: string) => void): void => {
    const scheme = variable.slice(0, -"_proxy".length).toLowerCase();
    // files of settings and of secrets often end with a line break
    const value = (environment[variable] ?? "").trim();
    if (value === "") whenEmpty(scheme);
    else values.set(scheme, { variable, value });
  };
  for (const name of names) add(name, () => undefined);
  // a CGI script gets the request's `Proxy` header as HTTP_PROXY, which would let a stranger choose its proxy (httpoxy)
  if (environment["REQUEST_METHOD"] !== undefined) values.delete("http");
  for (const name of names) if (name.endsWith("_proxy")) add(name, (scheme) => values.delete(scheme));
  return values;
}

function proxyOf({ variable, value }: Given): Proxy {
  try {
    return new Proxy(value.includes("://") ? value : `http://${value}`);
  } catch (error) {
    if (error instanceof Error) error.message = `${variable}: ${error.message}`;
    throw error;
  }
}
